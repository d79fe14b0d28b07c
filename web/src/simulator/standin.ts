// The stand-in for the Graph API, as this page speaks to it. No drawing here.
import type { Bubble, Item, Place, Platform, Profile, State } from "./bodies";

export interface Customer {
  platform: Platform;
  id: string;
  name: string;
}

export interface Thread {
  bubbles: Bubble[];
  typing: boolean;
  profile: Profile;
}

export type News =
  | { kind: "bubble"; bubble: Bubble }
  | { kind: "state"; id: string; state: State }
  | { kind: "reactions"; id: string; reactions: Bubble["reactions"] }
  | { kind: "typing"; on: boolean };

/** What a customer does; `of` is the message it is done to. */
export type Act =
  | { text: string }
  | { reply: { id: string }; of: string }
  | { flow: Record<string, string>; of: string }
  | { quick_reply: { payload: string }; of: string }
  | { postback: { payload: string }; of?: string }
  | { reaction: { emoji: string }; of: string }
  | { location: Place; of?: string }
  | { media: { id: string; kind: "image" | "audio"; caption?: string; voice?: boolean } }
  | { order: { items: { product_retailer_id: string; quantity: number }[] } };

export interface Listener {
  /** The stream is open, for the first time or again: what was missed has to be read. */
  opened(): void;
  heard(news: News): void;
  lost(): void;
}

export class StandIn {
  private readonly files = new Map<string, Promise<Blob>>();
  private items: Promise<Item[]> | undefined;

  constructor(readonly origin: string) {}

  phones(): Promise<{ platforms: Platform[]; phones: Customer[] }> {
    return this.ask("/_sim/phones");
  }

  add(customer: Customer): Promise<Customer> {
    return this.ask("/_sim/phones", customer);
  }

  thread(customer: Customer): Promise<Thread> {
    return this.ask(`${path(customer)}/thread`);
  }

  act(customer: Customer, act: Act): Promise<void> {
    return this.ask(`${path(customer)}/send`, act);
  }

  /** What the customer can order. */
  catalog(): Promise<Item[]> {
    this.items ??= this.ask<{ items: Item[] }>("/_sim/catalog").then((catalog) => catalog.items);
    return this.items;
  }

  /** Put a file on the customer's phone; gives its id. */
  async upload(file: Blob): Promise<string> {
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    const answer = await fetch(`${this.origin}/_sim/media`, { method: "POST", headers, body: file });
    if (!answer.ok) throw new Error(`The stand-in answered ${answer.status}.`);
    return ((await answer.json()) as { id: string }).id;
  }

  /** The address of a file by its id. */
  addressOf(id: string): string {
    return `${this.origin}/cdn/${id}`;
  }

  /** A file's content; those of the stand-in are fetched, because the page may not show another origin's directly. */
  file(address: string): Promise<Blob> {
    let known = this.files.get(address);
    if (!known) {
      known = fetch(address).then((answer) => answer.blob());
      this.files.set(address, known);
    }
    return known;
  }

  /** Follow one phone until the returned function is called. */
  follow(customer: Customer, listener: Listener): () => void {
    const stream = new EventSource(`${this.origin}${path(customer)}/events`);
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

function path({ platform, id }: Customer): string {
  return `/_sim/phones/${platform}/${id}`;
}
