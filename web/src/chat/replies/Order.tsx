import { Linked, safeAddress } from "../Linked";
import type { Body } from "../types";
import { words } from "../words";
import { Lines } from "./Lines";
import { LinkButton } from "./LinkButton";

/** How an order stands: the same slip as a receipt, with its state where the eye goes first. */
export function Order({ body }: { body: Body<"order"> }) {
  const { number, state, lines, total, text, url } = body;
  return (
    <>
      {text && (
        <p class="bubble">
          <Linked text={text} />
        </p>
      )}
      <section class="receipt" aria-label={`${words.order(number)}, ${state}`}>
        <header>
          <strong>{words.order(number)}</strong>
          <span class="order-state">{state}</span>
        </header>
        <Lines lines={lines} total={total} />
        {url && safeAddress(url) && <LinkButton label={words.order(number)} url={url} primary={false} />}
      </section>
    </>
  );
}
