// A promotion code: tried, counting, or refused with the reason.
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { CartWork } from "./useCart";

export function CodeField({ work }: { work: CartWork }) {
  const { code, refused } = work.cart;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  if (code && !open) {
    return (
      <div className="cart-code" data-refused={refused !== null || undefined}>
        <span>
          <strong>{code}</strong> {refused ?? "counts."}
        </span>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => void work.edit({ do: "use_code", code: "" }, { says: `${code} is off.`, edits: [{ do: "use_code", code }] })}
        >
          Take off
        </Button>
      </div>
    );
  }
  if (!open) {
    return (
      <Button size="compact-xs" variant="subtle" className="cart-open" onClick={() => setOpen(true)}>
        Add a code
      </Button>
    );
  }
  const close = () => {
    setOpen(false);
    setTyped("");
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await work.edit({ do: "use_code", code: typed }, { says: "The code is on.", edits: [{ do: "use_code", code: "" }] })) close();
  };
  return (
    <form className="cart-code-form" onSubmit={(event) => void submit(event)}>
      <TextInput
        size="xs"
        autoFocus
        aria-label="Promotion code"
        placeholder="Code"
        maxLength={60}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && close()}
      />
      <Button type="submit" size="xs" variant="default" loading={work.busy} disabled={!typed.trim()}>
        Use
      </Button>
    </form>
  );
}
