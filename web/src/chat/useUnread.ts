import { useEffect, useRef, useState } from "preact/hooks";
import type { ConversationState } from "./conversation";
import type { Host } from "./host";
import { lasting } from "./storage";

const KEY = "souk.chat.seen";

/** Counts what came while the customer looked elsewhere: in the tab's title, and for the site around the page. */
export function useUnread({ loading, messages, welcome }: ConversationState, seenNow: boolean, host: Host | null): void {
  const [hidden, setHidden] = useState(document.hidden);
  const seen = useRef(newestOf(Number(lasting.getItem(KEY) ?? NaN), host?.seen ?? NaN));
  const newest = messages.at(-1)?.id ?? 0;
  const shop = welcome?.shop ?? "Souk";
  const looking = seenNow && !hidden;

  useEffect(() => {
    const change = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", change);
    return () => document.removeEventListener("visibilitychange", change);
  }, []);

  useEffect(() => {
    if (loading) return;
    // Asked anew: the effect runs a moment after what it was made for. A browser that remembers nothing begins with
    // what is there.
    if ((looking && host?.sight !== "hidden") || Number.isNaN(seen.current)) {
      seen.current = newest;
      lasting.setItem(KEY, String(newest));
    }
    const unread = messages.filter((message) => message.id > seen.current && message.author !== "customer").length;
    document.title = unread ? `(${unread}) ${shop}` : shop;
    host?.tell({ souk: "unread", count: unread, seen: seen.current });
  }, [newest, loading, shop, looking]);
}

function newestOf(...ids: number[]): number {
  const known = ids.filter((id) => !Number.isNaN(id));
  return known.length ? Math.max(...known) : NaN;
}
