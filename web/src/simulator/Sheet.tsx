// What slides up over the phone. Escape or a tap beside it closes it.
// It covers the phone, not the page, so it is no modal <dialog>: the phone behind it is made inert instead.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CloseIcon } from "./icons";

interface Props {
  title: string;
  children: ComponentChildren;
  onClose(): void;
}

export function Sheet({ title, children, onClose }: Props) {
  const sheet = useRef<HTMLDivElement>(null);

  useEffect(() => sheet.current?.querySelector<HTMLElement>(".rows button")?.focus(), []);

  return (
    <div
      class="veil"
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div ref={sheet} class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-title">
        <header>
          <button type="button" class="round" aria-label="Close" onClick={onClose}>
            <CloseIcon />
          </button>
          <h2 id="sheet-title">{title}</h2>
        </header>
        {children}
      </div>
    </div>
  );
}
