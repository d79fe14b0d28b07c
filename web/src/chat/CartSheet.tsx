import { useEffect, useRef } from "preact/hooks";
import { CloseIcon, OutIcon } from "./icons";
import { safeAddress } from "./Linked";
import { Image } from "./replies/Image";
import type { Cart, Say } from "./types";
import { words } from "./words";

interface Props {
  open: boolean;
  cart: Cart | null;
  failed: boolean;
  onClose: () => void;
  onRetry: () => void;
  say: Say;
}

/** The cart, one tap away: from below on a phone, from the side where there is room. */
export function CartSheet({ open, cart, failed, onClose, onRetry, say }: Props) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) sheet.current?.showModal();
    else sheet.current?.close();
  }, [open]);

  const checkOut = () => {
    onClose();
    say({ text: words.checkOutSaid });
  };

  return (
    <dialog
      ref={sheet}
      class="cart"
      aria-labelledby="cart-title"
      onClose={onClose}
      onClick={(event) => event.target === sheet.current && onClose()}
    >
      <div class="cart-inside">
        <header>
          <h2 id="cart-title">{words.cart}</h2>
          <button type="button" class="close" aria-label={words.close} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        {failed && (
          <p class="cart-failed" role="alert">
            {words.cartFailed}{" "}
            <button type="button" class="quiet" onClick={onRetry}>
              {words.tryAgain}
            </button>
          </p>
        )}
        {cart && cart.count > 0 ? (
          <CartContent cart={cart} onCheckOut={checkOut} onClose={onClose} />
        ) : (
          !failed && (
            <div class="cart-empty">
              <p>{words.cartEmpty}</p>
              <p>{words.cartEmptyHint}</p>
            </div>
          )
        )}
      </div>
    </dialog>
  );
}

function CartContent({ cart, onCheckOut, onClose }: { cart: Cart; onCheckOut: () => void; onClose: () => void }) {
  const payment = safeAddress(cart.checkout_url);
  return (
    <>
      <ul class="cart-lines">
        {cart.lines.map((line) => (
          <li key={line.sku}>
            <span class="cart-picture">
              <Image src={line.image} alt="" />
            </span>
            <span class="cart-label">
              {line.label}
              <small>× {line.quantity}</small>
            </span>
            <span class="amount">{line.amount}</span>
          </li>
        ))}
      </ul>
      <dl class="cart-sums">
        <dt>{words.subtotal}</dt>
        <dd class="amount">{cart.subtotal}</dd>
        <dt>{words.delivery}</dt>
        <dd class="amount">{cart.free_shipping ? words.free : cart.shipping}</dd>
        <dt class="cart-total">{words.total}</dt>
        <dd class="amount cart-total">{cart.total}</dd>
      </dl>
      {cart.missing_for_free_shipping && <p class="cart-hint">{words.missing(cart.missing_for_free_shipping)}</p>}
      {payment ? (
        <a class="button primary wide" href={payment} target="_blank" rel="noopener" onClick={onClose}>
          {words.toPayment}
          <OutIcon />
          <span class="sr-only"> ({words.newTab})</span>
        </a>
      ) : (
        <button type="button" class="button primary wide" onClick={onCheckOut}>
          {words.checkOut} · {cart.total}
        </button>
      )}
      <p class="cart-hint">{words.changeHint}</p>
    </>
  );
}
