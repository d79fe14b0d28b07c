// One line of the cart: how many, which variant, what is to be done with it, and out.
import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client";
import { useResource } from "../../console/useResource";
import type { CartLine, Variant } from "./goods";
import type { CartWork, Edit } from "./useCart";
import { VariantPicker } from "./VariantPicker";

/** Steps in quick succession are one change. */
const STEPS_MS = 450;
const MOST = 99;

interface Props {
  line: CartLine;
  work: CartWork;
  conversation: number;
  editable: boolean;
}

export function CartLineRow({ line, work, conversation, editable }: Props) {
  const [noting, setNoting] = useState(false);
  const put: Edit = { do: "put_in", product: line.product, options: line.options, quantity: line.quantity };
  const note: Edit = { do: "write_note", sku: line.sku, note: line.note };
  const takeOut = () =>
    void work.edit(
      { do: "take_out", sku: line.sku },
      { says: `${line.label} is out.`, edits: line.note ? [put, note] : [put] },
    );
  return (
    <li className="cart-line">
      {line.image ? <img src={line.image} alt="" width={44} height={44} loading="lazy" /> : <span className="cart-no-picture" />}
      <div className="cart-line-what">
        {editable ? <Variants {...{ line, work, conversation }} onNote={() => setNoting(true)} /> : <span className="cart-line-name">{line.label}</span>}
        <span className="desk-soft">
          {line.unit}
          {line.available < line.quantity ? (
            <strong className="cart-short"> · only {line.available} left</strong>
          ) : (
            editable && line.available <= 5 && ` · ${line.available} in stock`
          )}
        </span>
      </div>
      <span className="cart-line-amount">{line.amount}</span>
      {editable ? (
        <div className="cart-line-do">
          <Quantity line={line} work={work} onOut={takeOut} />
          <ActionIcon variant="subtle" size="md" color="gray" aria-label={`Take out ${line.label}`} title="Take out" onClick={takeOut}>
            ✕
          </ActionIcon>
        </div>
      ) : (
        <span className="cart-line-count desk-soft">× {line.quantity}</span>
      )}
      {(noting || line.note) && <LineNote {...{ line, work, editable, noting }} onDone={() => setNoting(false)} />}
    </li>
  );
}

/** Minus, how many, plus. The number can be typed; steps wait for each other a moment. */
function Quantity({ line, work, onOut }: { line: CartLine; work: CartWork; onOut: () => void }) {
  const [wanted, setWanted] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = wanted ?? line.quantity;
  const most = Math.min(MOST, Math.max(line.available, line.quantity));
  const apply = (quantity: number) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (quantity === line.quantity) return setWanted(undefined);
    const back: Edit = { do: "set_quantity", sku: line.sku, quantity: line.quantity };
    void work
      .edit({ do: "set_quantity", sku: line.sku, quantity }, { says: `${line.label}: ${quantity} instead of ${line.quantity}.`, edits: [back] })
      .finally(() => setWanted(undefined));
  };
  const step = (by: number) => {
    const next = Math.min(most, shown + by);
    if (next < 1) return onOut();
    setWanted(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(next), STEPS_MS);
  };
  return (
    <div className="cart-quantity" role="group" aria-label={`How many of ${line.label}`}>
      <button type="button" aria-label={shown > 1 ? "One less" : "Take out"} onClick={() => step(-1)}>
        −
      </button>
      <input
        inputMode="numeric"
        aria-label="Quantity"
        value={shown}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setWanted(Math.min(MOST, Number(event.currentTarget.value.replace(/\D/g, "")) || 0))}
        onBlur={() => timer.current === undefined && wanted !== undefined && (wanted < 1 ? (setWanted(undefined), onOut()) : apply(wanted))}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "ArrowUp") step(1);
          if (event.key === "ArrowDown") step(-1);
          if (event.key === "Escape") {
            setWanted(undefined);
            event.stopPropagation();
          }
        }}
      />
      <button type="button" aria-label="One more" disabled={shown >= most} onClick={() => step(1)}>
        +
      </button>
    </div>
  );
}

/** The line's name opens the product's other variants, and the note. */
function Variants({ line, work, conversation, onNote }: Pick<Props, "line" | "work" | "conversation"> & { onNote: () => void }) {
  const [opened, setOpened] = useState(false);
  const page = useResource(opened ? `${conversation}:${line.product}` : undefined, (signal) =>
    api.get("/api/v1/desk/products", { query: { conversation, product: line.product }, signal }),
  );
  const variants = page.data?.products[0]?.variants;
  const exchange = ({ sku, name, options }: Variant) => {
    setOpened(false);
    void work.edit(
      { do: "exchange", sku: line.sku, options },
      { says: `Now it is ${name}.`, edits: [{ do: "exchange", sku, options: line.options }] },
    );
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="cart-line-name cart-variant" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {line.label} <span aria-hidden="true">▾</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className="cart-variants" aria-label={`Change ${line.label}`}>
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            setOpened(false);
            onNote();
          }}
        >
          {line.note ? "Change the note" : "Add a note"}
        </Button>
        {page.error && <p className="cart-short">The variants could not be read. Close this and try again.</p>}
        {page.loading && <p className="desk-soft">Looking…</p>}
        {variants && variants.length > 1 && (
          <>
            <p className="desk-soft">Exchange for</p>
            <VariantPicker title={line.title} current={line.sku} wanted={line.quantity} busy={work.busy} {...{ variants }} onChoose={exchange} />
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface NoteProps extends Pick<Props, "line" | "work" | "editable"> {
  noting: boolean;
  onDone: () => void;
}

function LineNote({ line, work, editable, noting, onDone }: NoteProps) {
  const [text, setText] = useState<string>();
  if (!noting) return <p className="cart-line-note">“{line.note}”</p>;
  const save = async () => {
    const note = (text ?? line.note).trim();
    if (note === line.note || (await work.edit({ do: "write_note", sku: line.sku, note }))) {
      setText(undefined);
      onDone();
    }
  };
  return (
    <TextInput
      className="cart-line-note-field"
      size="xs"
      autoFocus
      disabled={!editable}
      maxLength={200}
      aria-label={`Note for ${line.label}`}
      placeholder="What is to be done with it? Enter keeps it"
      value={text ?? line.note}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void save();
        if (event.key !== "Escape") return;
        setText(undefined);
        onDone();
      }}
    />
  );
}
