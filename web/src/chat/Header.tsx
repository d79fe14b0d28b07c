import { CartIcon, CloseIcon, ShopIcon } from "./icons";
import { words } from "./words";

interface Props {
  shop: string;
  owner: "bot" | "person";
  agent: string | null;
  count: number;
  onCart: () => void;
  /** In another site's frame, where the whole page can be closed. */
  onClose?: () => void;
}

/** The shop's name, who answers just now, and the cart. */
export function Header({ shop, owner, agent, count, onCart, onClose }: Props) {
  return (
    <header class="header">
      <div class="column header-row">
        <span class="mark">
          <ShopIcon />
        </span>
        <div class="header-names">
          <h1>{shop}</h1>
          <p class="who" role="status">
            {owner === "bot" ? words.assistant : agent ? words.personHere(agent) : words.personComing}
          </p>
        </div>
        <button type="button" class="cart-button" aria-label={words.cartWith(count)} onClick={onCart}>
          <CartIcon />
          <span class="cart-word">{words.cart}</span>
          {count > 0 && (
            <span class="badge" aria-hidden="true">
              {count}
            </span>
          )}
        </button>
        {onClose && (
          <button type="button" class="close" aria-label={words.close} onClick={onClose}>
            <CloseIcon />
          </button>
        )}
      </div>
    </header>
  );
}
