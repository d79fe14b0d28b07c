// The desk's names for what the API says in one word.
import type { Schema } from "../api/client";

export type ConversationView = Schema<"ConversationView">;
export type DeskMessage = Schema<"DeskMessage">;
export type Held = Schema<"Held">;
export type Line = Schema<"DeskLine">;
export type QueueView = Schema<"QueueView">;
export type Happening = Schema<"Happening">;
export type DeskAttachment = Schema<"DeskAttachment">;
export type DeskAlarm = Schema<"DeskAlarm">;
export type Reachable = Schema<"Reachable">;

const REASONS: Record<Schema<"Reason">, string> = {
  asked_for_person: "Asked for a person",
  request: "Wants something done",
  complaint: "Upset or in a hurry",
  fraud: "Fraud reported",
  not_understood: "Not understood twice",
  action_failed: "Something failed",
  engine_down: "The bot was down",
  payment_problem: "Payment problem",
  delivery_failed: "Message not delivered",
  window_closed: "Too late to answer there",
  answered_elsewhere: "Answered in another app",
  taken: "Taken over",
  refund_approval: "A refund to approve",
  return_decision: "Arrived wrong",
  dispute: "The bank disputes a payment",
};

const CHANNELS: Record<string, string> = {
  whatsapp: "WhatsApp",
  messenger: "Messenger",
  instagram: "Instagram",
  sms: "SMS",
  voice: "Phone",
  email: "E-mail",
  web: "Web chat",
};

const DELIVERIES: Record<Schema<"Delivery">, string> = {
  queued: "Sending",
  sending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Not delivered",
};

const FILES: Record<string, string> = {
  image: "Picture",
  video: "Video",
  audio: "Recording",
  document: "Document",
  sticker: "Sticker",
  story: "Story",
  share: "Shared post",
  file: "File",
};

const KINDS: Record<string, string> = {
  ...FILES,
  location: "A place",
  contacts: "A contact",
  order: "An order from the catalogue",
  product: "A product",
  form: "A filled form",
};

export const fileOf = (kind: string): string => FILES[kind] ?? "File";
/** What stands in a list for a message without words. */
export const withoutWords = (kind: string): string => KINDS[kind] ?? "No words yet";

const STEPS: Schema<"Delivery">[] = ["queued", "sending", "sent", "failed", "delivered", "read"];

/** Which of two states of one message is the newer: states only move forward. */
export function further<State extends Schema<"Delivery"> | null>(one: State, other: State): State {
  return one && other && STEPS.indexOf(one) > STEPS.indexOf(other) ? one : other;
}

export const reasonOf = (reason: Schema<"Reason">): string => REASONS[reason];
export const channelOf = (channel: string): string => CHANNELS[channel] ?? channel;
/** "WhatsApp · Souk Sport", where the shop has several of them. */
export const endOf = ({ channel, account }: { channel: string; account: string }): string =>
  account ? `${channelOf(channel)} · ${account}` : channelOf(channel);
export const deliveryOf = (delivery: Schema<"Delivery">): string => DELIVERIES[delivery];

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

/** "en_US" as people read it. */
export function languageOf(locale: string): string {
  try {
    return LANGUAGES.of(locale.replace("_", "-")) ?? locale;
  } catch {
    return locale;
  }
}

/** Customers of the web chat have no name until they tell it. */
export const nameOf = (name: string, id: number): string => name || `Visitor ${id}`;

export function urgency(priority: number): string | undefined {
  if (priority >= 2) return "Urgent";
  return priority === 1 ? "High" : undefined;
}

/** How long a wait is felt: fine under 2 minutes, long from 5. */
export function waitLevel(fromIso: string, now: number): "fine" | "slow" | "long" {
  const minutes = (now - Date.parse(fromIso)) / 60_000;
  if (minutes >= 5) return "long";
  return minutes >= 2 ? "slow" : "fine";
}

/** What led somebody here, in words: "Winter sale (ad)". */
export function ledBy({ source, headline, ref, url }: Schema<"CameFrom">): string {
  const kind = source.toLowerCase().replace(/^ads$/, "ad").replaceAll("_", " ");
  const name = headline || ref || url;
  return name && kind ? `${name} (${kind})` : name || kind;
}

/** Whether what is written now has a way to the customer. */
export const writable = ({ state }: Reachable): boolean => ["open", "person", "notice"].includes(state);

/** A change of hands as one line of the transcript. */
export function happeningOf({ what, who, reason }: Happening): string {
  switch (what) {
    case "ticket_opened":
      return reason ? `${reasonOf(reason)}: put in the queue` : "Put in the queue";
    case "ticket_claimed":
      return `${who} claimed it`;
    case "conversation_taken":
      return `${who} took over from the bot`;
    case "ticket_released":
      return `${who} put it back in the queue`;
    default:
      return `${who} gave it back to the bot`;
  }
}
