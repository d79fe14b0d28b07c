import type { Body } from "../types";
import { words } from "../words";

/** What was bought, line by line, and what it comes to. */
export function Lines({ lines, total }: Pick<Body<"receipt">, "lines" | "total">) {
  return (
    <>
      <ul>
        {lines.map((line, place) => (
          <li key={place}>
            <span>{line.quantity ? `${line.quantity} × ${line.title}` : line.title}</span>
            <span class="amount">{line.amount}</span>
          </li>
        ))}
      </ul>
      <p class="receipt-total">
        <span>{words.total}</span>
        <span class="amount">{total}</span>
      </p>
    </>
  );
}
