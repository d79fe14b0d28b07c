// What the customer wants done with all of it, as it will stand on the order.
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { CartWork } from "./useCart";

export function CartNote({ work, editable }: { work: CartWork; editable: boolean }) {
  const { note } = work.cart;
  const [text, setText] = useState<string>();
  if (text === undefined) {
    if (!note && !editable) return null;
    return (
      <p className="cart-note">
        {note && <span>“{note}”</span>}
        {editable && (
          <Button size="compact-xs" variant="subtle" className="cart-open" onClick={() => setText(note)}>
            {note ? "Change the note" : "Add a note to the order"}
          </Button>
        )}
      </p>
    );
  }
  const save = async () => {
    const kept = text.trim();
    if (kept === note) return setText(undefined);
    const done = await work.edit({ do: "write_note", note: kept, sku: null }, { says: "The note is changed.", edits: [{ do: "write_note", note, sku: null }] });
    if (done) setText(undefined);
  };
  return (
    <div className="cart-note-form">
      <Textarea
        size="xs"
        autoFocus
        autosize
        minRows={1}
        maxRows={5}
        maxLength={500}
        aria-label="Note to the order"
        placeholder="Leave it at the door"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && setText(undefined)}
      />
      <Button size="compact-sm" variant="default" loading={work.busy} onClick={() => void save()}>
        Keep
      </Button>
    </div>
  );
}
