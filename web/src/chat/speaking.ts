// Turns the whole page to a language: its words, its dates, and what it asks the shop for.
import { standingHeaders } from "../api/client";
import { firstSpoken, languageOf, tagOf } from "./language";
import type { Language } from "./language";
import { tellTimeIn } from "./time";
import { speak } from "./words";

/** What the reader may be asked in, best first: what the address says, then what the browser does. */
function wishes(asked: URLSearchParams): string[] {
  return [...asked.getAll("locale"), ...navigator.languages];
}

export async function speakAsAsked(asked: URLSearchParams): Promise<void> {
  const tag = firstSpoken(wishes(asked));
  const language = tag && languageOf(tag);
  if (tag && language) await turnTo(language, tag);
}

/** The conversation is held in this language by now, whatever was asked for. */
export async function speakAsTheShop(language: Language, asked: URLSearchParams): Promise<void> {
  await turnTo(language, tagOf(language, wishes(asked)));
}

async function turnTo(language: Language, tag: string): Promise<void> {
  standingHeaders["Accept-Language"] = tag;
  await speak(language);
  tellTimeIn(tag);
}
