// Which language the page speaks: the one that was asked for, else the reader's first that we have, until the
// conversation itself tells.
export const LANGUAGES = ["en", "fr", "pl", "hi", "hi-Latn"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a tag like `fr-CA` or `hi_Latn_IN`; undefined for one that we have no book of. */
export function languageOf(tag: string): Language | undefined {
  const [first = "", ...rest] = tag.toLowerCase().replaceAll("_", "-").split("-");
  const found = first === "hi" && rest.includes("latn") ? "hi-latn" : first;
  return LANGUAGES.find((language) => language.toLowerCase() === found);
}

/** The first of these tags that we have a book of, with its country. */
export function firstSpoken(tags: readonly string[]): string | undefined {
  return tags.map((tag) => tag.replaceAll("_", "-")).find((tag) => languageOf(tag));
}

/** How this language is best asked for and written: as in the reader's own country where that speaks it. */
export function tagOf(language: Language, tags: readonly string[]): string {
  return firstSpoken(tags.filter((tag) => languageOf(tag) === language)) ?? language;
}

/** Browsers know no dates in Hindi of Latin letters and would write them in Devanagari. */
export function datesAs(tag: string | undefined): string | undefined {
  return tag && languageOf(tag) === "hi-Latn" ? "en-IN" : tag;
}
