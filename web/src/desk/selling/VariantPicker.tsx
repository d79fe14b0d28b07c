// The variants of a product as things to press: one row for each value of the first option, the others in it.
import type { Variant } from "./goods";

interface Props {
  title: string;
  variants: Variant[];
  /** How many of it are wanted: what has fewer cannot be chosen. */
  wanted: number;
  busy: boolean;
  /** The one that is chosen already. */
  current?: string;
  onChoose: (variant: Variant) => void;
}

export function VariantPicker({ title, variants, wanted, busy, current, onChoose }: Props) {
  const names = Object.keys(variants[0]?.options ?? {});
  const first = names.length > 1 ? names[0] : undefined;
  const rows = new Map<string, Variant[]>();
  for (const variant of variants) {
    const row = first ? (variant.options[first] ?? "") : "";
    rows.set(row, [...(rows.get(row) ?? []), variant]);
  }
  return (
    <div className="cart-which" role="group" aria-label={`Which ${title}?`}>
      {[...rows].map(([row, inRow]) => (
        <div key={row} className="cart-which-row">
          {row && <span className="desk-soft">{row}</span>}
          {inRow.map((variant) => (
            <button
              key={variant.sku}
              type="button"
              data-stop
              aria-label={variant.name}
              aria-pressed={variant.sku === current}
              disabled={variant.available < wanted || busy || variant.sku === current}
              title={variant.available > 0 ? `${variant.available} in stock, ${variant.price}` : "Sold out"}
              onClick={() => onChoose(variant)}
            >
              {first ? names.slice(1).map((name) => variant.options[name]).join(", ") : variant.name}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
