// The shop's catalogue on the customer's phone: choose how many of what, and send the order.
import { useMemo, useState } from "preact/hooks";
import type { Item } from "./bodies";
import { money, useHand } from "./hand";
import { MinusIcon, PlusIcon } from "./icons";
import { Picture } from "./Picture";
import { Sheet } from "./Sheet";

/** More than this of one catalogue is searched, not scrolled. */
const LISTED = 60;

function Amount({ item, count, onChange }: { item: Item; count: number; onChange(count: number): void }) {
  return (
    <span class="stepper">
      {count > 0 && (
        <>
          <button type="button" aria-label={`One less ${item.title}`} onClick={() => onChange(count - 1)}>
            <MinusIcon />
          </button>
          <output aria-label={`How many ${item.title}`}>{count}</output>
        </>
      )}
      <button type="button" aria-label={`Add ${item.title}`} onClick={() => onChange(count + 1)}>
        <PlusIcon />
      </button>
    </span>
  );
}

export function CatalogSheet({ title, items, onClose }: { title: string; items: Item[]; onClose(): void }) {
  const { act } = useHand();
  const [sought, setSought] = useState("");
  const [counts, setCounts] = useState<Record<string, number>>({});
  const found = useMemo(() => {
    const words = sought.toLowerCase().split(/\s+/);
    return items.filter((item) => words.every((word) => item.title.toLowerCase().includes(word))).slice(0, LISTED);
  }, [items, sought]);
  const chosen = items.filter((item) => counts[item.product_retailer_id]);
  const total = chosen.reduce((sum, item) => sum + item.price * (counts[item.product_retailer_id] ?? 0), 0);

  const send = () => {
    const lines = chosen.map(({ product_retailer_id }) => ({
      product_retailer_id,
      quantity: counts[product_retailer_id] ?? 1,
    }));
    void act({ order: { items: lines } });
    onClose();
  };
  return (
    <Sheet title={title} onClose={onClose}>
      {items.length > 8 && (
        <input
          class="seek"
          type="search"
          placeholder="Search the catalogue"
          aria-label="Search the catalogue"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      )}
      <ul class="rows goods">
        {found.map((item) => (
          <li key={item.product_retailer_id}>
            <Picture src={item.image} alt="" kind="thumb" />
            <span class="row-words">
              <span class="row-title">{item.title}</span>
              <span class="row-more">{money(item.price, item.currency)}</span>
            </span>
            <Amount
              item={item}
              count={counts[item.product_retailer_id] ?? 0}
              onChange={(count) => setCounts({ ...counts, [item.product_retailer_id]: count })}
            />
          </li>
        ))}
        {found.length === 0 && <li class="soft">Nothing is called so.</li>}
      </ul>
      <footer>
        <button type="button" class="order" disabled={!chosen.length} onClick={send}>
          Send order{chosen[0] && ` · ${money(total, chosen[0].currency)}`}
        </button>
      </footer>
    </Sheet>
  );
}
