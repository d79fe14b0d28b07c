// What the customer has written and the shop has not yet taken: kept in the browser, sent in order, never lost.
import { api, ApiError } from "../api/client";
import type { Schema } from "../api/client";
import type { Keep } from "./storage";

export type OutgoingState = "sending" | "kept" | "failed";

export interface OutgoingMessage {
  clientId: string;
  /** What the bubble shows. */
  text: string;
  payload: string | null;
  at: string;
  state: OutgoingState;
  /** Why the shop refused it. */
  reason?: string;
}

const KEY = "souk.chat.outgoing";
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Outgoing {
  messages: OutgoingMessage[];
  /** False after a try that nobody answered. */
  reachable = true;
  onChange: () => void = () => undefined;
  onAccepted: (message: OutgoingMessage, accepted: Schema<"Accepted">) => void = () => undefined;
  /** Called when the session is gone; resolves when there is a new one. */
  renewSession: () => Promise<void> = () => Promise.resolve();

  private sending = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly storage: Keep) {
    this.messages = read(storage).map((message) => (message.state === "failed" ? message : { ...message, state: "kept" }));
  }

  add(text: string, payload: string | null): void {
    const message: OutgoingMessage = { clientId: newId(), text, payload, at: new Date().toISOString(), state: "sending" };
    this.change([...this.messages, message]);
    void this.pump();
  }

  retry(clientId: string): void {
    this.update(clientId, { state: "sending", reason: undefined });
    this.hurry();
  }

  discard(clientId: string): void {
    this.change(this.messages.filter((message) => message.clientId !== clientId));
  }

  /** The connection may be back: try now. */
  hurry(): void {
    clearTimeout(this.timer);
    this.tries = 0;
    void this.pump();
  }

  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    for (let next = this.next(); next; next = this.next()) {
      if (!(await this.sendOne(next))) break;
    }
    this.sending = false;
  }

  private next(): OutgoingMessage | undefined {
    return this.messages.find((message) => message.state !== "failed");
  }

  /** Whether to go on with the message after it. */
  private async sendOne(message: OutgoingMessage): Promise<boolean> {
    const { clientId, payload, text } = message;
    try {
      const body = { client_id: clientId, payload, text: payload === null ? text : null };
      const accepted = await api.post("/api/v1/chat/messages", { body });
      this.tries = 0;
      this.reachable = true;
      this.discard(clientId);
      this.onAccepted(message, accepted);
      return true;
    } catch (problem) {
      return this.refused(clientId, problem);
    }
  }

  private async refused(clientId: string, problem: unknown): Promise<boolean> {
    if (!(problem instanceof ApiError)) throw problem;
    if (problem.status === 401 && this.tries < PAUSES_MS.length) {
      this.tries += 1;
      await this.renewSession().catch(() => undefined);
      return true;
    }
    if (problem.passing) {
      this.reachable = !problem.offline;
      const pause = problem.retryAfter ? problem.retryAfter * 1_000 : PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)];
      this.tries += 1;
      this.timer = setTimeout(() => void this.pump(), pause);
      this.change(this.messages.map((m) => (m.state === "failed" ? m : { ...m, state: "kept" })));
      return false;
    }
    this.update(clientId, { state: "failed", reason: problem.message });
    return true;
  }

  private update(clientId: string, change: Partial<OutgoingMessage>): void {
    this.change(this.messages.map((message) => (message.clientId === clientId ? { ...message, ...change } : message)));
  }

  private change(messages: OutgoingMessage[]): void {
    this.messages = messages;
    try {
      this.storage.setItem(KEY, JSON.stringify(messages));
    } catch {
      // A browser that keeps nothing: the message still lives as long as the page does.
    }
    this.onChange();
  }
}

function read(storage: Keep): OutgoingMessage[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as OutgoingMessage[]) : [];
  } catch {
    return [];
  }
}

function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
