import { words } from "./words";

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi;
const TRAILING = /[.,;:!?)\]}'"’”]+$/;

/** Text as text; only web addresses in it can be followed. */
export function Linked({ text }: { text: string }) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    if (!safeAddress(address)) continue;
    parts.push(text.slice(end, match.index));
    parts.push(
      <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={words.newTab}>
        {address}
      </a>,
    );
    end = match.index + address.length;
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}

/** The address if it leads to the web (or within this site), else nothing: no `javascript:` and the like. */
export function safeAddress(address: string | null | undefined): string | undefined {
  if (!address) return undefined;
  try {
    const { protocol } = new URL(address, location.href);
    return protocol === "https:" || protocol === "http:" ? address : undefined;
  } catch {
    return undefined;
  }
}
