// The page's one event stream, opened again when its address changes.
import { useEffect, useRef, useState } from "react";
import { openLive, type Change } from "../api/live";
import { useSession } from "./session";

export interface LiveHandlers {
  onChange: (change: Change) => void;
  /** The server no longer has what was missed: load everything afresh. */
  onReset: () => void;
  /** The stream is open, for the first time or again: what is read from now on misses nothing. */
  onOpen?: () => void;
}

/** True while the stream is open; undefined until the first answer. */
export function useLive(url: string, handlers: LiveHandlers): boolean | undefined {
  const [online, setOnline] = useState<boolean>();
  const { logIns } = useSession();
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(
    () =>
      openLive({
        url,
        onChange: (change) => latest.current.onChange(change),
        onReset: () => latest.current.onReset(),
        onOnline: (now) => {
          setOnline(now);
          if (now) latest.current.onOpen?.();
        },
      }),
    // A new log-in opens the stream again at once instead of at its next try.
    [url, logIns],
  );
  return online;
}
