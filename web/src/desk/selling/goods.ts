// The desk's names for what is sold, and what changed between two pictures of a cart.
import type { Schema } from "../../api/client";

export type Cart = Schema<"DeskCart">;
export type CartLine = Schema<"DeskCartLine">;
export type Checkout = Schema<"DeskCheckout">;
export type Product = Schema<"DeskProduct">;
export type Variant = Schema<"DeskVariant">;
export type Order = Schema<"DeskOrder">;
export type AfterSale = Schema<"AfterSaleView">;
export type OrderAfterSale = Schema<"OrderAfterSale">;
export type Refund = Schema<"DeskRefund">;
export type Return = Schema<"DeskReturn">;
export type Dispute = Schema<"DeskDispute">;

/** A sentence for each thing that is other than it was. */
export function changesBetween(before: Cart, after: Cart): string[] {
  const said: string[] = [];
  const known = new Map(before.lines.map((line) => [line.sku, line]));
  for (const line of after.lines) {
    const was = known.get(line.sku);
    known.delete(line.sku);
    if (!was) said.push(`New: ${line.quantity} × ${line.label}.`);
    else if (was.quantity !== line.quantity) said.push(`${line.label}: ${line.quantity} instead of ${was.quantity}.`);
    else if (was.unit !== line.unit) said.push(`${line.label} costs ${line.unit} now, not ${was.unit}.`);
  }
  for (const line of known.values()) said.push(`Gone: ${line.label}.`);
  if (before.code !== after.code) said.push(after.code ? `Code: ${after.code}.` : `The code ${before.code} is gone.`);
  if (before.country !== after.country) said.push(`It goes to ${after.country_name}.`);
  return said;
}

/** The colour of what cannot be undone. */
export const BAD = "var(--bad)";

const STATES: Record<string, string> = {
  awaiting_payment: "Awaiting payment",
  paid: "Paid",
  shipped: "Shipped",
  delivered: "Delivered",
  cancelled: "Cancelled",
  expired: "Expired",
  needs_attention: "Needs attention",
};
export const orderState = (state: string): string => STATES[state] ?? state;

/** The colour of a state, beside its word. */
export function orderTone(state: string): "good" | "warn" | "bad" | undefined {
  if (["paid", "shipped", "delivered"].includes(state)) return "good";
  if (state === "awaiting_payment") return "warn";
  return state === "needs_attention" ? "bad" : undefined;
}

const ATTENTION: Record<string, string> = {
  amount_mismatch: "What was paid is not what was ordered",
  livemode_mismatch: "A test payment for a real order, or the other way round",
  address_mismatch: "It is to go where this delivery does not go",
  sold_out: "Paid after the goods were gone",
  cancelled_before: "Paid after it was cancelled",
  another_payment: "Paid twice",
};
export const attentionOf = (why: string): string => ATTENTION[why] ?? why.replaceAll("_", " ");

const SOURCES: Record<string, string> = { desk: "Sent from the desk", ucp: "By a shopping agent", acp: "By a shopping agent" };
export const sourceOf = (source: string): string | undefined => SOURCES[source];

const PARCELS: Record<string, string> = { shipped: "On its way", delivered: "Delivered", returned: "Came back" };
export const parcelState = (state: string): string => PARCELS[state] ?? state;

const REFUNDS: Record<Schema<"RefundState">, string> = {
  asked: "Waits for approval",
  approved: "Approved",
  sent: "Sent to the bank",
  pending: "At the bank",
  succeeded: "Paid back",
  failed: "Failed",
  declined: "Declined",
  cancelled: "Cancelled",
};
export const refundState = (state: Schema<"RefundState">): string => REFUNDS[state];

export const REASONS: Record<Schema<"RefundReason">, string> = {
  requested: "Customer asked for it",
  returned: "Sent back",
  cancelled: "Order cancelled",
  sold_out: "Sold out",
  duplicate: "Paid twice",
  fraudulent: "Fraud",
  damaged: "Arrived damaged",
  other: "Something else",
};

const RETURNS: Record<Schema<"ReturnState">, string> = {
  asked: "Waits for you",
  approved: "On its way back",
  received: "Arrived",
  done: "Settled",
  declined: "Declined",
  cancelled: "Cancelled",
};
export const returnState = (state: Schema<"ReturnState">): string => RETURNS[state];

const DISPUTES: Record<string, string> = {
  warning_needs_response: "The bank asks: an answer is needed",
  warning_under_review: "The bank looks at the answer",
  warning_closed: "Closed, nothing was taken",
  needs_response: "An answer is needed",
  under_review: "The bank looks at the answer",
  won: "Won",
  lost: "Lost",
};
export const disputeState = (status: string): string => DISPUTES[status] ?? status.replaceAll("_", " ");
