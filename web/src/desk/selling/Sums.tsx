// What a cart comes to, so that the sum is seen to be right.
import type { ReactNode } from "react";
import type { Cart, Order } from "./goods";

type Summed = Pick<Cart | Order, "subtotal" | "discount" | "code" | "shipping" | "tax" | "tax_included" | "tax_name" | "total">;

interface Props {
  cart: Summed & Partial<Pick<Cart, "ways">> & Partial<Pick<Order, "way">>;
  /** What stands between the goods and the sum: a code to be tried, where it goes. */
  children?: ReactNode;
}

export function Sums({ cart, children }: Props) {
  const { subtotal, discount, code, shipping, ways, way, tax, tax_included, tax_name, total } = cart;
  const [cheapest] = ways ?? [];
  const nowhere = ways !== undefined && ways.length === 0;
  const bare = subtotal === total && !discount && !children && !tax_included;
  return (
    <>
      <dl className="cart-sums">
        {!bare && <Sum name="Goods" value={subtotal} />}
        {discount && <Sum name={code ? `Code ${code}` : "Discount"} value={`−${discount}`} />}
        {nowhere ? (
          <Sum name="Delivery" value="not there" bad />
        ) : (
          <Sum name={cheapest ? `Delivery, ${days(cheapest.days)}` : way || "Delivery"} value={shipping ?? "free"} />
        )}
        {tax && <Sum name={tax_name || "Tax"} value={tax} />}
      </dl>
      {children}
      <dl className="cart-sums cart-total">
        <Sum name="Total" value={total} />
        {tax_included && <Sum name={`of it ${tax_name || "tax"}`} value={tax_included} soft />}
      </dl>
    </>
  );
}

function Sum({ name, value, soft, bad }: { name: string; value: string; soft?: boolean; bad?: boolean }) {
  return (
    <div className={soft ? "desk-soft" : undefined}>
      <dt>{name}</dt>
      <dd className={bad ? "cart-short" : undefined}>{value}</dd>
    </div>
  );
}

function days([least, most]: [number, number] | number[]): string {
  const span = least === most ? `${least}` : `${least}–${most}`;
  return `${span} working ${most === 1 ? "day" : "days"}`;
}
