// A menu of rows to pick one of: a list message's, the page's own, places to send.
import type { Menu } from "./hand";
import { Sheet } from "./Sheet";

export function ListSheet({ menu, onClose }: { menu: Menu; onClose(): void }) {
  return (
    <Sheet title={menu.title} onClose={onClose}>
      <div class="rows">
        {menu.sections.map((section, place) => (
          <section key={place}>
            {section.title && <h3>{section.title}</h3>}
            {section.rows.map((row) => (
              <button
                type="button"
                class="row"
                key={row.id}
                onClick={() => {
                  menu.pick(row);
                  onClose();
                }}
              >
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
    </Sheet>
  );
}
