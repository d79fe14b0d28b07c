import { OutIcon } from "../icons";
import { Linked, safeAddress } from "../Linked";
import type { Body } from "../types";
import { words } from "../words";

/** Something to hear, to watch or to keep. What cannot be played here can still be opened by its name. */
export function File({ body }: { body: Body<"file"> }) {
  const { kind, url, caption } = body;
  const address = safeAddress(url);
  const name = body.filename || nameIn(url);
  const label = caption || name;
  return (
    <figure class="file">
      {kind === "audio" && address && <audio controls preload="metadata" src={address} aria-label={label} />}
      {kind === "video" && address && <video controls playsInline preload="metadata" src={address} aria-label={label} />}
      {caption && (
        <figcaption>
          <Linked text={caption} />
        </figcaption>
      )}
      <a class="file-name" href={address} target="_blank" rel="noopener noreferrer" download={body.filename || undefined}>
        <span>{name}</span>
        <OutIcon />
        <span class="sr-only"> ({words.newTab})</span>
      </a>
    </figure>
  );
}

/** The last part of the address, as people know files; the whole of one that has none. */
function nameIn(url: string): string {
  const last = url.split(/[?#]/, 1)[0]?.split("/").pop() ?? "";
  try {
    return decodeURIComponent(last) || url;
  } catch {
    return last || url;
  }
}
