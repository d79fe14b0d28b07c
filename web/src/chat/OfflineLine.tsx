import { useEffect, useState } from "preact/hooks";
import { WarnIcon } from "./icons";
import { words } from "./words";

const PATIENCE_MS = 1_500;

/** Says honestly that nothing can be reached, once it is more than a hiccup. */
export function OfflineLine({ online, reachable }: { online: boolean; reachable: boolean }) {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (reachable) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [reachable]);

  const line = !online ? words.offline : lasting ? words.unreachable : "";
  return (
    <div role="status" class="offline" hidden={!line}>
      {line && (
        <p class="column">
          <WarnIcon />
          {line}
        </p>
      )}
    </div>
  );
}
