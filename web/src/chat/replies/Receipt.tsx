import { Linked, safeAddress } from "../Linked";
import { OutIcon } from "../icons";
import type { Body } from "../types";
import { words } from "../words";

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
        <ul>
          {lines.map((line, place) => (
            <li key={place}>
              <span>
                {line.quantity} × {line.title}
              </span>
              <span class="amount">{line.amount}</span>
            </li>
          ))}
        </ul>
        <p class="receipt-total">
          <span>{words.total}</span>
          <span class="amount">{total}</span>
        </p>
        {safeAddress(url) && (
          <a class="button" href={safeAddress(url)} target="_blank" rel="noopener">
            {words.showReceipt}
            <OutIcon />
            <span class="sr-only"> ({words.newTab})</span>
          </a>
        )}
      </section>
    </>
  );
}
