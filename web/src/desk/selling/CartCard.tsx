// The customer's cart, where an agent works on it: lines, sums, the way to the till.
import { Button, Switch } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import type { RefObject } from "react";
import { nameOf, writable, type ConversationView, type DeskMessage } from "../words";
import { AddProduct } from "./AddProduct";
import { CartLineRow } from "./CartLineRow";
import { CartNote } from "./CartNote";
import { CodeField } from "./CodeField";
import { CountryField } from "./CountryField";
import { SendCheckout } from "./SendCheckout";
import { Sums } from "./Sums";
import { useCart, type CartWork } from "./useCart";

interface Props {
  view: ConversationView;
  onSent: (message: DeskMessage) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  sendRef: RefObject<HTMLButtonElement | null>;
  /** What the server's clock is ahead of ours, in ms. */
  skew: number;
}

export function CartCard({ view, onSent, searchRef, sendRef, skew }: Props) {
  const customer = nameOf(view.contact.name, view.id);
  const mine = view.ticket?.mine === true;
  const reachable = ["open", "person"].includes(view.reach.state) && writable(view.reach);
  const [telling, setTelling] = useLocalStorage({ key: "souk-desk-tell", defaultValue: true, getInitialValueInEffect: false });
  const work = useCart(view.id, view.cart, mine && reachable && telling, onSent);
  const { cart } = work;
  return (
    <>
      {cart.lines.length === 0 && (
        <p className="desk-soft">
          {mine ? `Empty. What you put in here, ${customer} has in the cart on every channel.` : "Empty. What the customer adds shows here at once."}
        </p>
      )}
      <ul className="cart-lines">
        {cart.lines.map((line) => (
          <CartLineRow key={line.sku} line={line} work={work} conversation={view.id} editable={mine} />
        ))}
      </ul>
      {mine && <AddProduct conversation={view.id} work={work} inputRef={searchRef} />}
      <Trouble work={work} />
      <Back work={work} />
      {cart.lines.length > 0 && (
        <>
          <Sums cart={cart}>
            {mine && <CodeField work={work} />}
            <CountryField work={work} editable={mine} />
          </Sums>
          <CartNote work={work} editable={mine} />
        </>
      )}
      {mine ? (
        <>
          {reachable && (
            <Switch
              className="cart-telling"
              size="xs"
              checked={telling}
              onChange={(event) => setTelling(event.currentTarget.checked)}
              label={`Tell ${customer} what I change`}
            />
          )}
          <SendCheckout {...{ work, customer, reachable, skew }} buttonRef={sendRef} />
        </>
      ) : (
        <>
          {cart.checkout && <SendCheckout {...{ work, customer, skew }} reachable={false} buttonRef={sendRef} readOnly />}
          {cart.lines.length > 0 && (
            <p className="desk-soft cart-hint">
              {view.ticket?.state === "claimed" ? `${view.ticket.agent ?? "A colleague"} can change it.` : "Take the conversation to change it."}
            </p>
          )}
        </>
      )}
    </>
  );
}

function Trouble({ work: { trouble, forget, sayAge, busy } }: { work: CartWork }) {
  if (!trouble) return null;
  const { age } = trouble;
  return (
    <div role="alert" className="cart-trouble">
      <span>{trouble.words}</span>
      {age && (
        <Button size="compact-xs" variant="default" loading={busy} onClick={() => void sayAge(age.from, age.edit)}>
          They said they are {age.from}
        </Button>
      )}
      <Button size="compact-xs" variant="subtle" onClick={forget}>
        Close
      </Button>
    </div>
  );
}

function Back({ work: { back, undo, busy } }: { work: CartWork }) {
  if (!back) return null;
  return (
    <div role="status" className="cart-back">
      <span>{back.says}</span>
      <Button size="compact-xs" variant="subtle" loading={busy} onClick={undo}>
        Undo
      </Button>
    </div>
  );
}
