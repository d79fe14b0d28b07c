import { useState } from "preact/hooks";
import type { Card, Say } from "../types";
import { words } from "../words";
import { ProductCard } from "./ProductCard";

/** So many stand in the grid at first; messages.css hides the others. */
const FIRST = 6;

/** Products: a row to swipe on a phone, a grid of the first six where there is room. */
export function Cards({ cards, say }: { cards: Card[]; say: Say }) {
  const [all, setAll] = useState(false);
  return (
    <div class="cards-frame">
      <ul class={all ? "cards all" : "cards"} tabIndex={-1}>
        {cards.map((card, place) => (
          <li key={`${place} ${card.title}`}>
            <ProductCard card={card} say={say} />
          </li>
        ))}
      </ul>
      {!all && cards.length > FIRST && (
        <button type="button" class="quiet cards-rest" onClick={() => setAll(true)}>
          {words.showAll(cards.length)}
        </button>
      )}
    </div>
  );
}
