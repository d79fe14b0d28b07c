// Moments as people read them, and a clock that ticks.
import { useEffect, useState } from "react";

const DAY = 86_400;

/** The time now in ms, again every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A running clock: "0:07", "12:45", "3 h 05", "2 d". */
export function clock(fromIso: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(fromIso)) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (seconds >= 2 * DAY) return `${Math.floor(seconds / DAY)} d`;
  if (seconds >= 3600) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The same for screen readers: "12 minutes". */
export function spokenClock(fromIso: string, now: number): string {
  const minutes = Math.floor(Math.max(0, now - Date.parse(fromIso)) / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours === 1 ? "1 hour" : `${hours} hours`;
}

/** How long between two moments: "20 min", "3 h", "2 d". */
export function span(fromIso: string, toIso: string): string {
  const minutes = Math.max(1, Math.round((Date.parse(toIso) - Date.parse(fromIso)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const DATE = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

/** "14:05" today, "21 Nov, 14:05" before. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return (sameDay(at, new Date()) ? TIME : DAY_AND_TIME).format(at);
}

export const timeOfDay = (iso: string): string => TIME.format(new Date(iso));
export const fullTime = (iso: string): string => FULL.format(new Date(iso));

const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "long", hour: "2-digit", minute: "2-digit" });

/** A moment to come, within a week: "14:05" today, "Friday 14:05". */
export function comingTime(iso: string): string {
  const at = new Date(iso);
  return (sameDay(at, new Date()) ? TIME : WEEKDAY).format(at);
}

/** "Today", "Saturday, 21 November". */
export function dayName(iso: string): string {
  const at = new Date(iso);
  return sameDay(at, new Date()) ? "Today" : DATE.format(at);
}
