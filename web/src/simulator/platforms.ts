// What differs between the three messengers before anything is drawn: names, ids, and the words around a conversation.
import type { Platform } from "./bodies";

export interface Look {
  name: string;
  /** Under the shop's name. */
  about: string;
  placeholder: string;
  /** The first customer's id; the next ones count up. */
  firstId: string;
  /** The same id as a person reads it. */
  shownId(id: string): string;
  longest: number;
  faces: string[];
  /** What the page says beside the phone about signs of delivery. */
  signs: { title: string; words: string };
}

export const LOOKS: Record<Platform, Look> = {
  whatsapp: {
    name: "WhatsApp",
    about: "business account",
    placeholder: "Message",
    firstId: "15550100101",
    shownId: (id) => (/^\d+$/.test(id) ? `+${id}` : id),
    longest: 4096,
    faces: ["👍", "❤️", "😂", "😮", "😢", "🙏"],
    signs: {
      title: "The ticks",
      words:
        "One: on its way. Two: the shop’s webhook answered 200. Two in colour: the shop marked your message as read.",
    },
  },
  messenger: {
    name: "Messenger",
    about: "Typically replies instantly",
    placeholder: "Aa",
    firstId: "7300000000000101",
    shownId: (id) => id,
    longest: 2000,
    faces: ["❤️", "😆", "😮", "😢", "😠", "👍"],
    signs: {
      title: "Sent, delivered, seen",
      words: "Delivered: the shop’s webhook answered 200. Seen: the shop marked the conversation as seen.",
    },
  },
  instagram: {
    name: "Instagram",
    about: "souk.shop",
    placeholder: "Message…",
    firstId: "8100000000000101",
    shownId: (id) => id,
    longest: 1000,
    faces: ["❤️", "😂", "😮", "😢", "😡", "👏"],
    signs: {
      title: "Seen",
      words: "Instagram says Seen when the shop marked the conversation so, and nothing of delivery.",
    },
  },
};

export const PLATFORMS = Object.keys(LOOKS) as Platform[];
