// What stands in the log, in order: days, the kept messages, and those still on their way.
import type { OutgoingMessage } from "./outgoing";
import { dayOf, timeOf } from "./time";
import type { ChatMessage } from "./types";

export interface Bubble {
  key: string;
  message: ChatMessage;
  /** Not yet taken by the shop. */
  outgoing?: OutgoingMessage;
  /** The day's name, on its first message. */
  day?: string;
  /** First and last of what one speaker said in a row. */
  first: boolean;
  last: boolean;
  /** Nothing follows within the same minute, so that its time is worth reading. */
  timed: boolean;
  /** Nothing was said by the customer since: its choices are still open. */
  open: boolean;
}

export function bubblesOf(messages: ChatMessage[], outgoing: OutgoingMessage[]): Bubble[] {
  const known = new Set(messages.map((message) => message.client_id));
  const bubbles: Bubble[] = [
    ...messages.map((message) => bubble(message)),
    ...outgoing.filter(({ clientId }) => !known.has(clientId)).map((waiting) => bubble(asMessage(waiting), waiting)),
  ];
  let open = true;
  let settled = false;
  for (let place = bubbles.length - 1; place >= 0; place--) {
    const here = bubbles[place]!;
    const before = bubbles[place - 1];
    open &&= here.message.author !== "customer";
    // What was paid is not offered for payment again.
    settled ||= here.message.body.type === "receipt";
    here.open = open && !(settled && here.message.body.type === "link");
    const day = dayOf(here.message.created_at);
    if (!before || dayOf(before.message.created_at) !== day) here.day = day;
    here.first = here.day !== undefined || speaker(before) !== speaker(here);
    if (!before) continue;
    before.last = here.first;
    before.timed = here.day !== undefined || timeOf(before.message.created_at) !== timeOf(here.message.created_at);
  }
  return bubbles;
}

function bubble(message: ChatMessage, outgoing?: OutgoingMessage): Bubble {
  const key = message.client_id ?? String(message.id);
  return { key, message, ...(outgoing && { outgoing }), first: true, last: true, timed: true, open: false };
}

function speaker(bubble: Bubble | undefined): string {
  return bubble ? `${bubble.message.author} ${bubble.message.name ?? ""}` : "";
}

function asMessage({ clientId, text, at }: OutgoingMessage): ChatMessage {
  const body = { type: "text", text } as const;
  return { id: 0, author: "customer", body, created_at: at, name: null, delivery: null, client_id: clientId };
}
