import { datesAs } from "./language";
import { words } from "./words";

let clock = formatted(undefined, { hour: "numeric", minute: "2-digit" });
let day = formatted(undefined, { weekday: "long", day: "numeric", month: "long" });

function formatted(tag: string | undefined, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(tag, parts);
}

/** Times and days are written for this reader from now on. */
export function tellTimeIn(tag: string): void {
  clock = formatted(datesAs(tag), { hour: "numeric", minute: "2-digit" });
  day = formatted(datesAs(tag), { weekday: "long", day: "numeric", month: "long" });
}

export function timeOf(moment: string): string {
  return clock.format(new Date(moment));
}

export function dayOf(moment: string, now = new Date()): string {
  const date = new Date(moment).toDateString();
  if (date === now.toDateString()) return words.today;
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  return date === before.toDateString() ? words.yesterday : day.format(new Date(moment));
}
