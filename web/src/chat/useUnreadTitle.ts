import { useEffect, useRef } from "preact/hooks";
import type { ConversationState } from "./conversation";

/** Counts in the tab's title what came while the customer looked elsewhere. */
export function useUnreadTitle({ loading, messages, welcome }: ConversationState): void {
  const seen = useRef(0);
  const newest = messages.at(-1)?.id ?? 0;
  const shop = welcome?.shop ?? "Souk";

  useEffect(() => {
    if (!document.hidden || loading) seen.current = newest;
    const unread = messages.filter((message) => message.id > seen.current && message.author !== "customer").length;
    document.title = unread ? `(${unread}) ${shop}` : shop;
  }, [newest, loading, shop]);

  useEffect(() => {
    const back = () => {
      if (document.hidden) return;
      seen.current = newest;
      document.title = shop;
    };
    document.addEventListener("visibilitychange", back);
    return () => document.removeEventListener("visibilitychange", back);
  }, [newest, shop]);
}
