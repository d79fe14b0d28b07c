// The page's one event stream, opened again when its address changes.
import { useEffect, useRef, useState } from "react";
import { openLive, type Change } from "../api/live";

/** True while the stream is open; undefined until the first answer. `onReset` says: load everything afresh. */
export function useLive(
  url: string,
  handlers: { onChange: (change: Change) => void; onReset: () => void },
): boolean | undefined {
  const [online, setOnline] = useState<boolean>();
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(
    () =>
      openLive({
        url,
        onChange: (change) => latest.current.onChange(change),
        onReset: () => latest.current.onReset(),
        onOnline: setOnline,
      }),
    [url],
  );
  return online;
}
