// Paying back a part of an order or all of it, asked once more with the exact sum.
import { Button, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { api, type Schema } from "../../api/client";
import { newClientId } from "../clientId";
import { BAD, REASONS, type OrderAfterSale } from "./goods";

interface Props {
  after: OrderAfterSale;
  busy: boolean;
  run: (move: () => Promise<OrderAfterSale>) => Promise<void>;
  onClose: () => void;
}

export function RefundForm({ after, busy, run, onClose }: Props) {
  const { left, number } = after;
  const [amount, setAmount] = useState(left.decimal);
  const [reason, setReason] = useState<Schema<"RefundReason">>("requested");
  const [note, setNote] = useState("");
  const [sure, setSure] = useState(false);
  const [clientId] = useState(newClientId);
  const given = amount.trim().replace(",", ".");
  const wrong = !/^\d+(\.\d+)?$/.test(given) || Number(given) <= 0 ? "How much?" : Number(given) > Number(left.decimal) ? `At most ${left.text}` : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    if (!sure) return setSure(true);
    void run(() =>
      api.post("/api/v1/desk/orders/{number}/refunds", {
        path: { number },
        body: { client_id: clientId, amount: given, reason, note: note.trim() },
      }),
    );
  };
  const change = <T,>(put: (value: T) => void) => (value: T) => {
    setSure(false);
    put(value);
  };
  return (
    <form className="refund-form" aria-label={`Pay back order ${number}`} onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <TextInput
        size="xs"
        autoFocus
        label={`How much, in ${left.currency}`}
        description={`Up to ${left.text}`}
        inputMode="decimal"
        value={amount}
        error={amount !== "" && wrong}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => change(setAmount)(event.currentTarget.value)}
      />
      <Select
        size="xs"
        label="Why"
        allowDeselect={false}
        data={Object.entries(REASONS).map(([value, label]) => ({ value, label }))}
        value={reason}
        onChange={(value) => change(setReason)((value ?? "requested") as Schema<"RefundReason">)}
      />
      <TextInput size="xs" label="Note for colleagues" maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <div className="order-do">
        <Button type="submit" size="compact-md" disabled={wrong !== undefined} loading={busy} color={sure ? BAD : undefined} variant={sure ? "filled" : "default"}>
          {sure ? `Yes, pay back ${left.currency} ${given}` : "Pay back"}
        </Button>
        <Button size="compact-md" variant="subtle" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
