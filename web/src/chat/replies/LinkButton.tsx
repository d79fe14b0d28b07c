import { OutIcon } from "../icons";
import { safeAddress } from "../Linked";
import { words } from "../words";

/** A button that leads elsewhere, like the pay page; in a new tab, so that the conversation stays. */
export function LinkButton({ label, url, primary }: { label: string; url: string; primary: boolean }) {
  return (
    <a class={primary ? "button primary" : "button"} href={safeAddress(url)} target="_blank" rel="noopener">
      {label}
      <OutIcon />
      <span class="sr-only"> ({words.newTab})</span>
    </a>
  );
}
