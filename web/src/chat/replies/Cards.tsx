import { useState } from "preact/hooks";
import type { Card, Say } from "../types";
import { words } from "../words";
import { ProductCard } from "./ProductCard";

const FIRST = 6;

/** Products: a row to swipe on a phone, a grid where there is room. */
export function Cards({ cards, say }: { cards: Card[]; say: Say }) {
  const [all, setAll] = useState(false);
  const shown = all ? cards : cards.slice(0, FIRST);
  return (
    <div class="cards-frame">
      <ul class="cards" tabIndex={-1}>
        {shown.map((card, place) => (
          <li key={`${place} ${card.title}`}>
            <ProductCard card={card} say={say} />
          </li>
        ))}
      </ul>
      {shown.length < cards.length && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          {words.showAll(cards.length)}
        </button>
      )}
    </div>
  );
}
