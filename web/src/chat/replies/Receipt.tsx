import { Linked, safeAddress } from "../Linked";
import type { Body } from "../types";
import { words } from "../words";
import { Lines } from "./Lines";
import { LinkButton } from "./LinkButton";

/** What was bought and paid. */
export function Receipt({ body }: { body: Body<"receipt"> }) {
  const { number, lines, total, text, url } = body;
  return (
    <>
      {text && (
        <p class="bubble">
          <Linked text={text} />
        </p>
      )}
      <section class="receipt" aria-label={`${words.receipt}, ${words.order(number)}`}>
        <header>
          <span>{words.receipt}</span>
          <strong>{words.order(number)}</strong>
        </header>
        <Lines lines={lines} total={total} />
        {url && safeAddress(url) && <LinkButton label={words.showReceipt} url={url} primary={false} />}
      </section>
    </>
  );
}
