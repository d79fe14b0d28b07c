// The menu of a list message, sliding up over the phone. Escape or a tap beside it closes it.
// It covers the phone, not the page, so it is no modal <dialog>: the phone behind it is made inert instead.
import { useEffect, useRef } from "preact/hooks";
import { CloseIcon } from "./icons";
import type { Menu } from "./Message";
import type { Reply } from "./standin";

interface Props {
  menu: Menu;
  onPick(reply: Reply): void;
  onClose(): void;
}

export function ListSheet({ menu, onPick, onClose }: Props) {
  const sheet = useRef<HTMLDivElement>(null);

  useEffect(() => sheet.current?.querySelector<HTMLElement>(".row")?.focus(), []);

  return (
    <div
      class="veil"
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div ref={sheet} class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-title">
        <header>
          <button type="button" class="round" aria-label="Close the menu" onClick={onClose}>
            <CloseIcon />
          </button>
          <h2 id="sheet-title">{menu.title}</h2>
        </header>
        <div class="rows">
          {menu.sections.map((section, place) => (
            <section key={place}>
              {section.title && <h3>{section.title}</h3>}
              {section.rows.map((row) => (
                <button type="button" class="row" key={row.id} onClick={() => onPick(row)}>
                  <span class="row-words">
                    <span class="row-title">{row.title}</span>
                    {row.description && <span class="row-more">{row.description}</span>}
                  </span>
                  <span class="dot" aria-hidden="true" />
                </button>
              ))}
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}
