// Where the cart goes: the shop's guess until somebody says so.
import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api/client";
import { useResource } from "../../console/useResource";
import type { CartWork } from "./useCart";

export function CountryField({ work, editable }: { work: CartWork; editable: boolean }) {
  const { country, country_name, country_known } = work.cart;
  const [open, setOpen] = useState(false);
  const listed = useResource(open ? "countries" : undefined, (signal) => api.get("/api/v1/desk/countries", { signal }));
  const name = (
    <>
      To {country_name}
      {!country_known && <span className="desk-soft"> (our guess)</span>}
    </>
  );
  if (!editable) return <p className="cart-country">{name}</p>;
  if (!open) {
    return (
      <p className="cart-country">
        {name}
        <Button size="compact-xs" variant="subtle" onClick={() => setOpen(true)}>
          Change
        </Button>
      </p>
    );
  }
  const choose = (code: string | null) => {
    setOpen(false);
    if (!code || (code === country && country_known)) return;
    void work.edit({ do: "send_to", country: code }, { says: "It goes elsewhere now.", edits: [{ do: "send_to", country }] });
  };
  return (
    <Select
      className="cart-country-field"
      size="xs"
      aria-label="Where it goes"
      placeholder={listed.loading ? "Looking…" : "Country"}
      searchable
      autoFocus
      defaultDropdownOpened
      selectFirstOptionOnChange
      data={(listed.data?.countries ?? []).map(({ code, name: label }) => ({ value: code, label }))}
      error={listed.error && "The countries could not be read."}
      onChange={choose}
      onBlur={() => setOpen(false)}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
