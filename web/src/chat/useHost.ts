import { useEffect, useState } from "preact/hooks";
import type { Host, Sight } from "./host";

/** Whether the page is seen, as the site around it says; a page that stands on its own always is. */
export function useHost(host: Host | null, say: (text: string) => void): Sight {
  const [sight, setSight] = useState<Sight>(host ? host.sight : "asked");
  useEffect(() => {
    if (!host) return;
    host.onSight = setSight;
    host.onSay = say;
    host.tell({ souk: "ready" });
    const escape = (event: KeyboardEvent) => {
      // The cart is closed by its own Escape first.
      if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) host.tell({ souk: "close" });
    };
    document.addEventListener("keydown", escape);
    return () => document.removeEventListener("keydown", escape);
  }, [host]);
  return sight;
}
