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
              {line.note && (
                <small class="cart-note">
                  {words.note}: {line.note}
                </small>
              )}
            </span>
            <span class="amount">{line.amount}</span>
          </li>
        ))}
      </ul>
      <CartSums cart={cart} />
      {cart.code_refused && <p class="cart-hint">{cart.code_refused}</p>}
      {cart.undeliverable && (
        <p class="cart-hint" role="alert">
          {words.undeliverable(cart.undeliverable)}
        </p>
      )}
      {cart.note && (
        <p class="cart-hint">
          {words.note}: {cart.note}
        </p>
      )}
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

/** Everything that the total is made of, so that the sum can be seen to be right. */
function CartSums({ cart }: { cart: Cart }) {
  return (
    <dl class="cart-sums">
      <dt>{words.subtotal}</dt>
      <dd class="amount">{cart.subtotal}</dd>
      {cart.discount && (
        <>
          <dt>
            {words.discount} · {cart.code}
          </dt>
          <dd class="amount">−{cart.discount}</dd>
        </>
      )}
      {!cart.undeliverable && (
        <>
          <dt>
            {words.delivery}
            {cart.delivery_to && ` · ${cart.delivery_to}`}
          </dt>
          <dd class="amount">{cart.free_shipping ? words.free : cart.shipping}</dd>
        </>
      )}
      {cart.tax && (
        <>
          <dt>{cart.tax_name}</dt>
          <dd class="amount">{cart.tax}</dd>
        </>
      )}
      <dt class="cart-total">{words.total}</dt>
      <dd class="amount cart-total">{cart.total}</dd>
      {cart.tax_included && (
        <dd class="cart-included">{words.included(cart.tax_included, cart.tax_name)}</dd>
      )}
    </dl>
  );
}
