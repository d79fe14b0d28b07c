import { words } from "./words";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

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
