// Where the operator is, in the page's address: #review, #intents, #intents/ask_size, #synonyms, #history.
import { useCallback, useEffect, useState } from "react";

export const TABS = ["review", "intents", "synonyms", "history"] as const;
export type Tab = (typeof TABS)[number];

export interface Place {
  tab: Tab;
  intent?: string;
}

function read(): Place {
  const [tab, ...rest] = location.hash.slice(1).split("/");
  const known = TABS.find((name) => name === tab) ?? "review";
  const intent = rest.length ? decodeURIComponent(rest.join("/")) : undefined;
  return intent ? { tab: known, intent } : { tab: known };
}

export function useAddress(): [Place, (tab: Tab, intent?: string) => void] {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const moved = () => setPlace(read());
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);
  const go = useCallback((tab: Tab, intent?: string) => {
    location.hash = intent ? `${tab}/${encodeURIComponent(intent)}` : tab;
  }, []);
  return [place, go];
}
