// What came after an order: refunds, returns, disputes; and what a person may still do about it.
import { Button } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client";
import { Problem } from "../../console/Problem";
import { noteRefusal } from "../../console/session";
import { useResource } from "../../console/useResource";
import { newClientId } from "../clientId";
import { BAD, type Order, type OrderAfterSale } from "./goods";
import { RefundForm } from "./RefundForm";
import { DisputeRow, RefundRow, ReturnRow } from "./Waiting";

interface Props {
  order: Order;
  editable: boolean;
  /** Another number whenever something came after an order. */
  news: number;
}

export function OrderAfter({ order, editable, news }: Props) {
  const { number, state, refunded } = order;
  const after = useResource(`after-${number}`, (signal) =>
    api.get("/api/v1/desk/orders/{number}/after-sale", { path: { number }, signal }),
  );
  const { reload } = after;
  const seen = useRef(`${news}:${state}:${refunded}`);
  useEffect(() => {
    const now = `${news}:${state}:${refunded}`;
    if (seen.current !== now) reload();
    seen.current = now;
  }, [news, state, refunded, reload]);
  const [asking, setAsking] = useState<"refund" | "cancel">();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const run = useCallback(
    async (move: () => Promise<OrderAfterSale>) => {
      setBusy(true);
      setProblem(undefined);
      try {
        const told = await move();
        after.patch(() => told);
        setAsking(undefined);
      } catch (cause) {
        noteRefusal(cause);
        setProblem(cause);
        after.reload();
      } finally {
        setBusy(false);
      }
    },
    [after],
  );
  const [cancelId] = useState(newClientId);
  const told = after.data;
  if (after.error) return <Problem error={after.error} onRetry={after.reload} />;
  if (!told) return null;
  const { refunds, returns, disputes } = told;
  return (
    <div className="order-after">
      {(refunds.length > 0 || returns.length > 0 || disputes.length > 0) && (
        <ul className="after-list" aria-label={`After order ${number}`}>
          {disputes.map((dispute) => (
            <DisputeRow key={dispute.id} dispute={dispute} />
          ))}
          {returns.map((one) => (
            <ReturnRow key={one.id} returned={one} run={editable ? run : undefined} busy={busy} />
          ))}
          {refunds.map((one) => (
            <RefundRow key={one.id} refund={one} run={editable ? run : undefined} busy={busy} />
          ))}
        </ul>
      )}
      {problem !== undefined && <Problem error={problem} onClose={() => setProblem(undefined)} />}
      {told.disputed && <p className="desk-soft cart-hint">Nothing is paid back while the bank decides.</p>}
      {editable && asking === "refund" && <RefundForm after={told} busy={busy} run={run} onClose={() => setAsking(undefined)} />}
      {editable && asking === "cancel" && (
        <div className="cart-ask" role="group" aria-label={`Cancel order ${number}?`}>
          <p>
            Order {number} is called off, {told.left.text} goes back, and the goods are free again. This cannot be undone.
          </p>
          <Button
            size="compact-md"
            color={BAD}
            autoFocus
            loading={busy}
            onClick={() =>
              void run(() => api.post("/api/v1/desk/orders/{number}/cancel", { path: { number }, body: { client_id: cancelId } }))
            }
          >
            Cancel it
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setAsking(undefined)}>
            Keep it
          </Button>
        </div>
      )}
      {editable && !asking && (
        <div className="order-do">
          {told.left.minor > 0 && !told.disputed && (
            <Button size="compact-sm" variant="default" onClick={() => setAsking("refund")}>
              Pay back…
            </Button>
          )}
          {told.can_cancel && (
            <Button size="compact-sm" variant="default" onClick={() => setAsking("cancel")}>
              Cancel…
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
