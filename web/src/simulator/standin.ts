// The stand-in for the Graph API, as this page speaks to it. Shapes are Meta's message bodies; no drawing here.

export interface Reply {
  id: string;
  title: string;
}

export interface Row extends Reply {
  description?: string;
}

export type Action =
  | { buttons: { reply: Reply }[] }
  | { button: string; sections: { title?: string; rows: Row[] }[] }
  | { name: "cta_url"; parameters: { display_text: string; url: string } };

export interface Interactive {
  type: string;
  header?: { image?: { link: string }; text?: string };
  body?: { text: string };
  footer?: { text: string };
  action?: Action;
  button_reply?: Reply;
  list_reply?: Row;
}

export interface Body {
  type: string;
  text?: { body: string };
  image?: { link: string; caption?: string };
  interactive?: Interactive;
}

export type State = "sent" | "delivered" | "read";

/** One message. `mine` is the customer's own; `at` is seconds since 1970. */
export interface Bubble {
  id: string;
  mine: boolean;
  body: Body;
  at: number;
  state: State;
}

export interface Customer {
  wa_id: string;
  name: string;
}

export interface Thread {
  name: string;
  bubbles: Bubble[];
  typing: boolean;
}

export type News =
  | { kind: "bubble"; bubble: Bubble }
  | { kind: "state"; id: string; state: State }
  | { kind: "typing" };

export interface Listener {
  /** The stream is open, for the first time or again: what was missed has to be read. */
  opened(): void;
  heard(news: News): void;
  lost(): void;
}

export class StandIn {
  constructor(readonly origin: string) {}

  async customers(): Promise<Customer[]> {
    const { phones } = await this.ask<{ phones: { platform: string; id: string; name: string }[] }>("/_sim/phones");
    return phones.filter((one) => one.platform === "whatsapp").map(({ id, name }) => ({ wa_id: id, name }));
  }

  async add({ wa_id, name }: Customer): Promise<Customer> {
    await this.ask("/_sim/phones", { platform: "whatsapp", id: wa_id, name });
    return { wa_id, name };
  }

  thread(customer: string): Promise<Thread> {
    return this.ask(`/_sim/phones/whatsapp/${customer}/thread`);
  }

  write(customer: string, text: string): Promise<void> {
    return this.ask(`/_sim/phones/whatsapp/${customer}/send`, { text });
  }

  /** Tap a button or a row that the message `of` offers. */
  tap(customer: string, reply: Reply, of: string): Promise<void> {
    return this.ask(`/_sim/phones/whatsapp/${customer}/send`, { reply: { id: reply.id, title: reply.title }, of });
  }

  /** Follow one phone until the returned function is called. */
  follow(customer: string, listener: Listener): () => void {
    const stream = new EventSource(`${this.origin}/_sim/phones/whatsapp/${customer}/events`);
    stream.addEventListener("hello", () => listener.opened());
    stream.addEventListener("message", (event) => listener.heard(JSON.parse(event.data) as News));
    stream.addEventListener("error", () => listener.lost());
    return () => stream.close();
  }

  private async ask<T>(path: string, body?: unknown): Promise<T> {
    const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(this.origin + path, body === undefined ? {} : post);
    if (!answer.ok) throw new Error(`The stand-in answered ${answer.status}.`);
    return (await answer.json()) as T;
  }
}
