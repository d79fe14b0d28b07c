// What waits for a person after a sale, from all conversations: refunds to approve, returns, disputes.
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Empty } from "../../console/Empty";
import { Problem } from "../../console/Problem";
import { noteRefusal } from "../../console/session";
import type { Resource } from "../../console/useResource";
import type { AfterSale, OrderAfterSale } from "./goods";
import { DisputeRow, RefundRow, ReturnRow } from "./Waiting";

interface Props {
  waiting: Resource<AfterSale>;
  onOpen: (conversation: number) => void;
}

export const countOf = (waiting: AfterSale | undefined): number =>
  waiting ? waiting.refunds.length + waiting.returns.filter(({ state }) => state === "asked").length + waiting.disputes.length : 0;

export function AfterSaleList({ waiting, onOpen }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const run = async (move: () => Promise<OrderAfterSale>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await move();
    } catch (cause) {
      noteRefusal(cause);
      setProblem(cause);
    } finally {
      setBusy(false);
      waiting.reload();
    }
  };
  const { data } = waiting;
  if (!data) return null;
  const { refunds, returns, disputes } = data;
  if (refunds.length + returns.length + disputes.length === 0) {
    return (
      <Empty title="Nothing waits for approval">
        Refunds above the shop's limit, things that come back and disputes with a bank are listed here until they are settled.
      </Empty>
    );
  }
  const of = (order: number, conversation: number) => (
    <Button size="compact-xs" variant="subtle" className="after-open" onClick={() => onOpen(conversation)}>
      Order {order}: open the conversation
    </Button>
  );
  return (
    <>
      {problem !== undefined && <Problem error={problem} onClose={() => setProblem(undefined)} />}
      <Group title="Disputes" count={disputes.length}>
        {disputes.map((one) => (
          <DisputeRow key={one.id} dispute={one} foot={of(one.order, one.conversation)} />
        ))}
      </Group>
      <Group title="Refunds to approve" count={refunds.length}>
        {refunds.map((one) => (
          <RefundRow key={one.id} refund={one} foot={of(one.order, one.conversation)} {...{ run, busy }} />
        ))}
      </Group>
      <Group title="Coming back" count={returns.length}>
        {returns.map((one) => (
          <ReturnRow key={one.id} returned={one} foot={of(one.order, one.conversation)} {...{ run, busy }} />
        ))}
      </Group>
    </>
  );
}

function Group({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section aria-label={`${title}: ${count}`}>
      <h2 className="desk-group">
        {title} <span className="desk-count">{count}</span>
      </h2>
      <ul className="after-list after-waiting">{children}</ul>
    </section>
  );
}
