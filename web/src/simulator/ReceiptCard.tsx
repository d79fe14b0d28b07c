// Messenger's receipt: what was bought, what it came to, how it was paid.
import type { Payload } from "./bodies";
import { money } from "./hand";
import { Picture } from "./Picture";

export function ReceiptCard({ receipt }: { receipt: Payload }) {
  const { currency = "USD", summary, elements = [], adjustments = [], address } = receipt;
  const lines: [string, number | undefined][] = [
    ["Subtotal", summary?.subtotal],
    ["Shipping", summary?.shipping_cost],
    ["Estimated tax", summary?.total_tax],
    ...adjustments.map(({ name, amount }): [string, number] => [name, -amount]),
  ];
  return (
    <section class="template receipt" aria-label={`Receipt of order ${receipt.order_number}`}>
      <h2>Order confirmation</h2>
      <ul>
        {elements.map((element) => (
          <li key={element.title}>
            {element.image_url && <Picture src={element.image_url} alt="" kind="thumb" />}
            <span>
              <strong>{element.title}</strong>
              <small>{[element.subtitle, element.quantity && `Qty ${element.quantity}`].filter(Boolean).join(" · ")}</small>
            </span>
            <span class="amount">{money(element.price ?? 0, element.currency ?? currency)}</span>
          </li>
        ))}
      </ul>
      <dl>
        <dt>Order</dt>
        <dd>{receipt.order_number}</dd>
        <dt>Paid with</dt>
        <dd>{receipt.payment_method}</dd>
        {address && (
          <>
            <dt>Ship to</dt>
            <dd>
              {address.street_1}, {address.postal_code} {address.city}, {address.country}
            </dd>
          </>
        )}
        {lines.map(([name, amount]) =>
          amount === undefined ? null : (
            <>
              <dt>{name}</dt>
              <dd>{money(amount, currency)}</dd>
            </>
          ),
        )}
        <dt class="total">Total</dt>
        <dd class="total">{money(summary?.total_cost ?? 0, currency)}</dd>
      </dl>
      {receipt.order_url && (
        <a class="page-button" href={receipt.order_url} target="_blank" rel="noopener">
          View order
        </a>
      )}
    </section>
  );
}
