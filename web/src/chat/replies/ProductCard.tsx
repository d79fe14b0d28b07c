import type { Card, Say } from "../types";
import { Image } from "./Image";

/** One product: picture, name, price, one line, and at most two things to do with it. */
export function ProductCard({ card, say }: { card: Card; say: Say }) {
  const { title, subtitle, text, image, options } = card;
  const [main, second] = options;
  // What is read in the customer's own bubble: the product for its own tap, both for the other.
  const tap = (option: typeof main, own: boolean) => {
    if (option) say({ payload: option.payload, title: own ? title : `${title}: ${option.title}` });
  };
  return (
    <div class="card">
      <button type="button" class="card-picture" tabIndex={-1} aria-hidden="true" onClick={() => tap(main, true)}>
        <Image src={image} alt="" />
      </button>
      <div class="card-words">
        <h3>{title}</h3>
        {subtitle && <p class="price">{subtitle}</p>}
        {text && <p class="why">{text}</p>}
      </div>
      <div class="card-options">
        {main && (
          <button type="button" class="button primary" aria-label={`${main.title}: ${title}`} onClick={() => tap(main, true)}>
            {main.title}
          </button>
        )}
        {second && (
          <button type="button" class="button" aria-label={`${second.title}: ${title}`} onClick={() => tap(second, false)}>
            {second.title}
          </button>
        )}
      </div>
    </div>
  );
}
