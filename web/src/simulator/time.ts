// Times of day, as the reader's language writes them.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const DAY_S = 86_400;

export function timeOf(at: number): string {
  return CLOCK.format(new Date(at * 1000));
}

/** With the weekday, once it is not from the last day. */
export function whenOf(at: number): string {
  const moment = new Date(at * 1000);
  return Date.now() / 1000 - at < DAY_S ? CLOCK.format(moment) : DAY_AND_TIME.format(moment);
}
