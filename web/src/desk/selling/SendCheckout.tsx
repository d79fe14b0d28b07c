// The way to the till: asked once more before the link goes out, then the open pay page with the time it has left.
import { Button, CopyButton } from "@mantine/core";
import { useEffect, useState, type RefObject } from "react";
import { useNow } from "../../console/time";
import type { Checkout } from "./goods";
import type { CartWork } from "./useCart";

interface Props {
  work: CartWork;
  customer: string;
  reachable: boolean;
  skew: number;
  buttonRef: RefObject<HTMLButtonElement | null>;
  readOnly?: boolean;
}

export function SendCheckout({ work, customer, reachable, skew, buttonRef, readOnly }: Props) {
  const { cart } = work;
  const [asking, setAsking] = useState(false);
  // What is asked is asked of this very cart.
  useEffect(() => setAsking(false), [cart.version]);
  const payable = cart.lines.length > 0 && cart.ways.length > 0;
  const current = cart.checkout?.current === true;
  const send = async () => {
    setAsking(false);
    await work.send();
  };
  return (
    <div className="cart-checkout">
      {cart.checkout && <OpenCheckout checkout={cart.checkout} skew={skew} />}
      {!readOnly &&
        cart.lines.length > 0 &&
        (asking ? (
          <div className="cart-ask" role="group" aria-label="Send the checkout?">
            <p>
              {customer} gets a link to pay <strong>{cart.total}</strong>. We keep the goods aside meanwhile.
            </p>
            <Button size="compact-md" autoFocus loading={work.busy} onClick={() => void send()}>
              Send the link
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setAsking(false)}>
              Not yet
            </Button>
          </div>
        ) : (
          <Button
            ref={buttonRef}
            fullWidth
            variant={current ? "default" : "filled"}
            disabled={!payable || !reachable}
            loading={work.busy}
            onClick={() => setAsking(true)}
          >
            {current ? "Send the link again" : `Send checkout ${cart.total}`}
          </Button>
        ))}
      {!readOnly && cart.lines.length > 0 && !reachable && <p className="desk-soft cart-hint">{customer} cannot be written to here just now.</p>}
      {!readOnly && cart.lines.length > 0 && !payable && <p className="desk-soft cart-hint">Nothing is delivered there: choose another country.</p>}
    </div>
  );
}

function OpenCheckout({ checkout, skew }: { checkout: Checkout; skew: number }) {
  const now = useNow() + skew;
  const left = Math.max(0, Date.parse(checkout.expires_at) - now);
  if (left === 0) return null;
  const minutes = Math.floor(left / 60_000);
  const seconds = String(Math.floor(left / 1000) % 60).padStart(2, "0");
  return (
    <div className="cart-open-checkout" data-old={!checkout.current || undefined}>
      <p>
        <strong>Order {checkout.order}</strong> · {checkout.total}
        <span className="cart-left" title="The pay page closes then, and the goods are free again">
          <span aria-hidden="true">
            {minutes}:{seconds}
          </span>
          <span className="console-spoken">{minutes} minutes left</span>
        </span>
      </p>
      <p className="desk-soft">
        {checkout.current ? "The pay page is open." : "The pay page is open, but for the cart as it was before. Send a new one."}
        <CopyButton value={checkout.url}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="subtle" onClick={copy}>
              {copied ? "Copied" : "Copy link"}
            </Button>
          )}
        </CopyButton>
      </p>
    </div>
  );
}
