// How far a message of ours has come, as everybody knows it from their phone, and in words for who hears the page.
import type { Schema } from "../api/client";
import { deliveryOf } from "./words";

const PATHS: Record<Schema<"Delivery">, string> = {
  queued: "M9 4.5V8l2.4 1.5M9 2a6 6 0 1 0 0 12A6 6 0 0 0 9 2",
  sending: "M9 4.5V8l2.4 1.5M9 2a6 6 0 1 0 0 12A6 6 0 0 0 9 2",
  sent: "m4 8.5 3 3 6.5-7",
  delivered: "m1.5 8.5 3 3 6.5-7M8 10.5l1 1 6.5-7",
  read: "m1.5 8.5 3 3 6.5-7M8 10.5l1 1 6.5-7",
  failed: "M9 5v4M9 11.4v.1M9 2a6 6 0 1 0 0 12A6 6 0 0 0 9 2",
};

export function Ticks({ delivery }: { delivery: Schema<"Delivery"> }) {
  const words = deliveryOf(delivery);
  return (
    <svg className="desk-ticks" data-delivery={delivery} viewBox="0 0 18 16" role="img" aria-label={words}>
      <title>{words}</title>
      <path d={PATHS[delivery]} />
    </svg>
  );
}
