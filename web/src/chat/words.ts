// The page's own sentences, in the language that is spoken now. Whoever draws with them draws again when it changes.
import type { Language } from "./language";
import english from "./languages/en";
import type { Words } from "./languages/en";

const BOOKS: Record<Exclude<Language, "en">, () => Promise<{ default: Words }>> = {
  fr: () => import("./languages/fr"),
  pl: () => import("./languages/pl"),
  hi: () => import("./languages/hi"),
  "hi-Latn": () => import("./languages/hi-Latn"),
};

export let words: Words = english;

/** Takes the book of a language; one that cannot be loaded leaves the words as they are. */
export async function speak(language: Language): Promise<void> {
  try {
    words = language === "en" ? english : (await BOOKS[language]()).default;
    document.documentElement.lang = language;
  } catch {
    // Without a network the page goes on in the language that it has.
  }
}
