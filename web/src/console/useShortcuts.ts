// Keys of a page. They are silent while somebody types, while a dialog is open, and together with Ctrl, Alt or Meta.
import { useEffect, useRef } from "react";

export interface Shortcut {
  /** As KeyboardEvent.key says it: "j", "/", "?", "Escape". */
  key: string;
  says: string;
  run: () => void;
  /** Also while typing (for Escape). */
  always?: boolean;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

export function useShortcuts(shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (document.querySelector("[aria-modal='true']")) return;
      const found = latest.current.find((shortcut) => shortcut.key === event.key);
      if (!found || (typing(event.target) && !found.always)) return;
      event.preventDefault();
      found.run();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
