import { useState } from "preact/hooks";
import { safeAddress } from "../Linked";
import { words } from "../words";

/** A picture that keeps its room while it loads and says so when it cannot. */
export function Image({ src, alt }: { src: string | null; alt: string }) {
  const [failed, setFailed] = useState(false);
  const address = safeAddress(src);
  if (!address || failed) return <span class="no-picture">{alt ? `${alt}. ${words.noPicture}` : ""}</span>;
  return <img src={address} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(true)} />;
}
