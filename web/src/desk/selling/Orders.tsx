// What the customer has ordered: state, money, where it goes and where it is; the newest is open.
import { useState } from "react";
import { fullTime, shortTime } from "../../console/time";
import { attentionOf, orderState, orderTone, parcelState, sourceOf, type Order } from "./goods";
import { OrderAfter } from "./OrderAfter";
import { Sums } from "./Sums";

interface Props {
  orders: Order[];
  /** Whoever holds the conversation pays back and cancels; everybody reads. */
  editable: boolean;
  /** Another number whenever something came after an order. */
  news: number;
}

const BOUGHT = ["paid", "shipped", "delivered", "needs_attention", "cancelled"];

export function Orders({ orders, editable, news }: Props) {
  if (orders.length === 0) return <p className="desk-soft">None yet. A paid checkout shows here at once.</p>;
  return (
    <ul className="desk-orders">
      {orders.map((order, place) => (
        <OrderCard key={order.number} first={place === 0} {...{ order, editable, news }} />
      ))}
    </ul>
  );
}

function OrderCard({ order, first, editable, news }: Omit<Props, "orders"> & { order: Order; first: boolean }) {
  const [open, setOpen] = useState(first);
  const tone = orderTone(order.state);
  const source = sourceOf(order.source);
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span>{order.number}</span>
          <span className={`desk-mark ${tone ? `desk-mark-${tone}` : ""}`}>{orderState(order.state)}</span>
          <span>{order.total}</span>
        </summary>
        {open && (
          <div className="order">
            {order.attention && <p className="desk-warning">{attentionOf(order.attention)}.</p>}
            <p className="desk-soft">
              <When says="Ordered" at={order.created_at} />
              <When says="paid" at={order.paid_at} />
              <When says="delivered" at={order.delivered_at} />
              {source && ` · ${source}`}
              {order.paid_at && (
                <>
                  {" · "}
                  <a href={`/api/v1/desk/orders/${order.number}/invoice`} target="_blank" rel="noreferrer">
                    Invoice
                  </a>
                </>
              )}
            </p>
            <ul className="desk-lines">
              {order.lines.map((line) => (
                <li key={line.sku}>
                  <span>
                    {line.quantity} × {line.label}
                  </span>
                  <span>{line.amount}</span>
                </li>
              ))}
            </ul>
            <Sums cart={order} />
            {order.refunded && (
              <dl className="cart-sums">
                <div>
                  <dt>Paid back</dt>
                  <dd>−{order.refunded}</dd>
                </div>
              </dl>
            )}
            {order.note && <p className="cart-note">“{order.note}”</p>}
            <Going order={order} />
            {BOUGHT.includes(order.state) && <OrderAfter {...{ order, editable, news }} />}
          </div>
        )}
      </details>
    </li>
  );
}

function When({ says, at }: { says: string; at: string | null }) {
  if (!at) return null;
  return (
    <span className="order-when">
      {says} <time dateTime={at} title={fullTime(at)}>{shortTime(at)}</time>
    </span>
  );
}

/** Where it goes, and each parcel with its way to be followed. */
function Going({ order }: { order: Order }) {
  const { buyer, parcels } = order;
  if (!buyer && parcels.length === 0) return null;
  return (
    <dl className="desk-facts order-going">
      {parcels.map((parcel, place) => (
        <div key={place}>
          <dt>{parcels.length > 1 ? `Parcel ${place + 1}` : "Parcel"}</dt>
          <dd>
            {parcelState(parcel.state)} {shortTime(parcel.delivered_at ?? parcel.shipped_at)}
            {(parcel.carrier || parcel.number) && (
              <>
                <br />
                {parcel.url ? (
                  <a href={parcel.url} target="_blank" rel="noreferrer">
                    {parcel.carrier} {parcel.number}
                  </a>
                ) : (
                  `${parcel.carrier} ${parcel.number}`
                )}
              </>
            )}
          </dd>
        </div>
      ))}
      {buyer && buyer.address.length > 0 && (
        <div>
          <dt>Goes to</dt>
          <dd className="order-address">{buyer.address.join("\n")}</dd>
        </div>
      )}
      {buyer && (buyer.email || buyer.phone) && (
        <div>
          <dt>Paid by</dt>
          <dd>{[buyer.name, buyer.email, buyer.phone].filter(Boolean).join(", ")}</dd>
        </div>
      )}
    </dl>
  );
}
