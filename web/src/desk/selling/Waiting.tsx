// One refund, return or dispute, with what a person may decide about it.
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { api } from "../../api/client";
import { comingTime, shortTime } from "../../console/time";
import { BAD, disputeState, REASONS, refundState, returnState, type Dispute, type OrderAfterSale, type Refund, type Return } from "./goods";

interface Deciding {
  /** Missing where this person only reads. */
  run: ((move: () => Promise<OrderAfterSale>) => Promise<void>) | undefined;
  busy: boolean;
  /** The way to where it belongs, in a list of all. */
  foot?: ReactNode;
}

/** A decision that is asked once more in its place: the first press says what will happen. */
function Sure({ says, asks, busy, danger, onSure }: { says: string; asks: string; busy: boolean; danger?: boolean; onSure: () => void }) {
  const [sure, setSure] = useState(false);
  if (!sure) {
    return (
      <Button size="compact-sm" variant="default" onClick={() => setSure(true)}>
        {says}
      </Button>
    );
  }
  return (
    <Button size="compact-sm" autoFocus loading={busy} color={danger ? BAD : undefined} onBlur={() => setSure(false)} onClick={onSure}>
      {asks}
    </Button>
  );
}

function Row({ head, mark, tone, foot, children }: { head: ReactNode; mark: string; tone: string | undefined; foot: ReactNode; children: ReactNode }) {
  return (
    <li className="after-row">
      <p className="after-head">
        <span>{head}</span>
        <span className={`desk-mark ${tone ? `desk-mark-${tone}` : ""}`}>{mark}</span>
      </p>
      {children}
      {foot}
    </li>
  );
}

export function RefundRow({ refund, run, busy, foot }: { refund: Refund } & Deciding) {
  const { id, version, amount, state, reason, note, failure, asked_by, elsewhere } = refund;
  const tone = state === "succeeded" ? "good" : state === "failed" ? "bad" : state === "asked" ? "warn" : undefined;
  const by = elsewhere ? "in Stripe's own dashboard" : asked_by ? `by ${asked_by}` : "by the bot";
  return (
    <Row head={<>Refund {amount.text}</>} mark={refundState(state)} tone={tone} foot={foot}>
      <p className="desk-soft">
        {REASONS[reason]} · {by}, {shortTime(refund.created_at)}
      </p>
      {note && <p className="desk-soft">“{note}”</p>}
      {failure && <p className="cart-short">The bank says: {failure.replaceAll("_", " ")}</p>}
      {state === "asked" && run && (
        <div className="order-do">
          <Sure
            says="Approve"
            asks={`Yes, pay back ${amount.text}`}
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/refunds/{refund}/approve", { path: { refund: id }, version }))}
          />
          <Sure
            says="Decline"
            asks="Yes, pay nothing"
            danger
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/refunds/{refund}/decline", { path: { refund: id }, version, body: { note: "" } }))}
          />
        </div>
      )}
    </Row>
  );
}

export function ReturnRow({ returned, run, busy, foot }: { returned: Return } & Deciding) {
  const { id, version, kind, state, lines, amount, reason } = returned;
  const tone = state === "done" ? "good" : state === "asked" ? "warn" : undefined;
  const path = { returned: id };
  return (
    <Row head={<>{kind === "exchange" ? "Exchange" : "Return"} {id}</>} mark={returnState(state)} tone={tone} foot={foot}>
      <ul className="desk-lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <span>
              {line.quantity} × {line.title}
              {line.instead && ` → ${line.instead}`}
            </span>
          </li>
        ))}
      </ul>
      {reason && <p className="desk-soft">“{reason}”</p>}
      {run && state === "asked" && (
        <div className="order-do">
          <Sure
            says="Approve"
            asks="Yes, let it come back"
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/returns/{returned}/approve", { path, version }))}
          />
          <Sure
            says="Send another"
            asks="Yes, replace it at once"
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/returns/{returned}/make-good", { path, version, body: { remedy: "replacement" } }))}
          />
          <Sure
            says={`Pay back ${amount.text}`}
            asks="Yes, they keep it"
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/returns/{returned}/make-good", { path, version, body: { remedy: "refund" } }))}
          />
        </div>
      )}
      {run && state === "approved" && (
        <div className="order-do">
          <Sure
            says="It has arrived"
            asks={kind === "exchange" ? "Yes, send the other" : `Yes, pay back ${amount.text}`}
            busy={busy}
            onSure={() => void run(() => api.post("/api/v1/desk/returns/{returned}/receive", { path, version, body: { restock: null } }))}
          />
        </div>
      )}
      {run && (state === "asked" || state === "approved") && (
        <Sure
          says="Decline"
          asks="Yes, do not take it back"
          danger
          busy={busy}
          onSure={() => void run(() => api.post("/api/v1/desk/returns/{returned}/decline", { path, version }))}
        />
      )}
    </Row>
  );
}

export function DisputeRow({ dispute, foot }: { dispute: Dispute } & Pick<Deciding, "foot">) {
  const { amount, reason, status, evidence_due, opened_at } = dispute;
  const tone = status === "won" || status === "warning_closed" ? "good" : status.endsWith("needs_response") || status === "lost" ? "bad" : "warn";
  return (
    <Row head={<>Dispute {amount.text}</>} mark={disputeState(status)} tone={tone} foot={foot}>
      <p className="desk-soft">
        {reason.replaceAll("_", " ")}, since {shortTime(opened_at)}
        {evidence_due && ` · answer in Stripe until ${comingTime(evidence_due)}`}
      </p>
    </Row>
  );
}
