// The conversation as the page knows it: loaded once, then kept true by the live stream. It draws nothing.
import { api, ApiError } from "../api/client";
import type { Schema } from "../api/client";
import { openLive } from "../api/live";
import type { Change } from "../api/live";
import { languageOf } from "./language";
import type { Language } from "./language";
import type { Outgoing } from "./outgoing";
import type { Session } from "./session";
import type { Cart, ChatMessage, Say, Welcome } from "./types";

const TYPING_AT_MOST_MS = 30_000;
const START_AGAIN_MS = 3_000;
const LONGEST_SAID = 4096;

export interface ConversationState {
  loading: boolean;
  welcome: Welcome | null;
  messages: ChatMessage[];
  more: boolean;
  loadingOlder: boolean;
  typing: boolean;
  owner: Schema<"Owner">;
  agent: string | null;
  /** What the conversation is held in, once it is known. */
  language: Language | null;
  cart: Cart | null;
  cartFailed: boolean;
  /** The browser says that there is a network. */
  online: boolean;
  /** The shop answers. */
  reachable: boolean;
}

/** Whether the answer to the last message must still be on its way. */
function isWaiting(last: ChatMessage | undefined): boolean {
  return last?.author === "customer" && Date.now() - Date.parse(last.created_at) < TYPING_AT_MOST_MS;
}

export class Conversation {
  state: ConversationState = {
    loading: true,
    welcome: null,
    messages: [],
    more: false,
    loadingOlder: false,
    typing: false,
    owner: "bot",
    agent: null,
    language: null,
    cart: null,
    cartFailed: false,
    online: navigator.onLine,
    reachable: true,
  };

  private listeners = new Set<() => void>();
  private closeLive: (() => void) | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private cartTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly outgoing: Outgoing,
    private readonly session: Session,
    /** Resolves when the page is ready to be drawn in that language. */
    private readonly turnTo: (language: Language) => Promise<void>,
  ) {
    outgoing.onChange = () => this.set({ reachable: outgoing.reachable });
    outgoing.onAccepted = (message, accepted) => {
      this.merge([
        {
          id: accepted.id,
          author: "customer",
          body: { type: "text", text: accepted.text },
          created_at: message.at,
          name: null,
          delivery: null,
          client_id: message.clientId,
        },
      ]);
      // The first message of all: only now is there a conversation to listen to.
      if (!this.closeLive) void this.start();
    };
    outgoing.renewSession = async () => {
      await this.session.open();
    };
    window.addEventListener("online", () => {
      this.set({ online: true });
      outgoing.hurry();
    });
    window.addEventListener("offline", () => this.set({ online: false }));
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Load, listen, and send what was left over. Tries until it succeeds. */
  async start(): Promise<void> {
    try {
      const { welcome, started } = await this.session.open();
      this.set({ welcome, reachable: true });
      if (started) {
        await this.loadNewest();
        void this.loadCart();
      }
      this.set({ loading: false });
      this.outgoing.hurry();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      this.set({ reachable: false });
      setTimeout(() => void this.start(), START_AGAIN_MS);
    }
  }

  say: Say = (said) => {
    if ("payload" in said) this.outgoing.add(said.title, said.payload);
    else this.outgoing.add(said.text, null);
  };

  /** The site around the page says this in the customer's name. */
  sayFor(text: string): void {
    const said = text.trim();
    if (said) this.say({ text: [...said].slice(0, LONGEST_SAID).join("") });
  }

  async loadOlder(): Promise<void> {
    const before = this.state.messages[0]?.id;
    if (!this.state.more || this.state.loadingOlder || before === undefined) return;
    this.set({ loadingOlder: true });
    try {
      const page = await api.get("/api/v1/chat/history", { query: { before } });
      this.set({ messages: [...page.messages, ...this.state.messages], more: page.more });
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
    } finally {
      this.set({ loadingOlder: false });
    }
  }

  async loadCart(): Promise<void> {
    try {
      this.set({ cart: (await api.get("/api/v1/chat/cart")) ?? null, cartFailed: false });
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      this.set({ cartFailed: true });
    }
  }

  private async loadNewest(): Promise<void> {
    const { messages, more, owner, agent, live_from, language } = await api.get("/api/v1/chat/history");
    await this.speak(language);
    this.set({ messages, more, owner, agent });
    this.setTyping(owner === "bot" && isWaiting(messages.at(-1)));
    this.listen(live_from);
  }

  private listen(since: number): void {
    if (this.closeLive) return;
    this.closeLive = openLive({
      url: "/api/v1/chat/live",
      since,
      ...(this.session.stream && { open: this.session.stream }),
      onChange: (change) => this.apply(change),
      onReset: () => void this.startAfresh(),
      onOnline: (reachable) => {
        this.set({ reachable });
        if (reachable) this.outgoing.hurry();
      },
    });
  }

  private async startAfresh(): Promise<void> {
    this.closeLive?.();
    this.closeLive = undefined;
    await this.start();
  }

  private apply({ kind, data }: Change): void {
    if (kind === "message") this.arrived(data);
    else if (kind === "cart") this.loadCartSoon();
    else if (kind === "typing") this.setTyping(data["on"] === true);
    else if (kind === "owner") {
      this.set({ owner: data["owner"] as Schema<"Owner">, agent: (data["agent"] as string | null) ?? null });
    } else if (kind === "language") void this.speak(data["language"] as string | null);
    else if (kind === "delivery") {
      const { id, delivery } = data as Pick<ChatMessage, "id" | "delivery">;
      this.set({ messages: this.state.messages.map((m) => (m.id === id ? { ...m, delivery } : m)) });
    }
  }

  private async speak(tag: string | null | undefined): Promise<void> {
    const language = tag ? languageOf(tag) : undefined;
    if (!language || language === this.state.language) return;
    await this.turnTo(language);
    this.set({ language });
  }

  private arrived(data: Record<string, unknown>): void {
    const eventKey = data["event_key"] as string | undefined;
    const message = { ...data, client_id: eventKey?.split(":").pop() ?? null } as unknown as ChatMessage;
    if (message.client_id) this.outgoing.discard(message.client_id);
    if (message.author !== "customer") {
      this.setTyping(false);
      this.loadCartSoon();
    }
    this.merge([message]);
  }

  /** A message is there once, whether the stream or the answer to our sending told of it first. */
  private merge(news: ChatMessage[]): void {
    const known = new Set(this.state.messages.map((message) => message.id));
    const fresh = news.filter((message) => !known.has(message.id));
    if (fresh.length) this.set({ messages: [...this.state.messages, ...fresh].sort((a, b) => a.id - b.id) });
  }

  private setTyping(typing: boolean): void {
    clearTimeout(this.typingTimer);
    if (typing) this.typingTimer = setTimeout(() => this.set({ typing: false }), TYPING_AT_MOST_MS);
    if (typing !== this.state.typing) this.set({ typing });
  }

  private loadCartSoon(): void {
    clearTimeout(this.cartTimer);
    this.cartTimer = setTimeout(() => void this.loadCart(), 150);
  }

  private set(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
