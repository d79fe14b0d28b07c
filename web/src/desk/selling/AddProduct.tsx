// Finding what the customer wants and putting it into their cart: words, arrows, Enter.
import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState, type KeyboardEvent, type RefObject } from "react";
import { api } from "../../api/client";
import { inWords } from "../../console/errors";
import { useResource } from "../../console/useResource";
import type { Product, Variant } from "./goods";
import type { CartWork } from "./useCart";
import { VariantPicker } from "./VariantPicker";

interface Props {
  conversation: number;
  work: CartWork;
  inputRef: RefObject<HTMLInputElement | null>;
}

export function AddProduct({ conversation, work, inputRef }: Props) {
  const [words, setWords] = useState("");
  const [opened, setOpened] = useState<string>();
  const [wanted] = useDebouncedValue(words.trim(), 250);
  const found = useResource(wanted ? `${conversation}:${wanted}` : undefined, (signal) =>
    api.get("/api/v1/desk/products", { query: { conversation, q: wanted }, signal }),
  );
  const put = async (product: Product, variant: Variant) => {
    const name = variant.name ? `${product.title}, ${variant.name}` : product.title;
    const before = work.cart.lines.find(({ sku }) => sku === variant.sku)?.quantity ?? 0;
    const done = await work.edit(
      { do: "put_in", product: product.id, options: variant.options, quantity: 1 },
      {
        says: `${name} is in the cart.`,
        edits: [before ? { do: "set_quantity", sku: variant.sku, quantity: before } : { do: "take_out", sku: variant.sku }],
      },
    );
    if (!done) return;
    setWords("");
    setOpened(undefined);
    inputRef.current?.focus();
  };
  const choose = (product: Product) => {
    const [only, second] = product.variants;
    if (only && !second) void put(product, only);
    else setOpened(opened === product.id ? undefined : product.id);
  };
  const products = words.trim() ? (found.data?.products ?? []) : [];
  return (
    <div className="cart-add" onKeyDown={moveByArrows}>
      <TextInput
        ref={inputRef}
        size="sm"
        type="search"
        aria-label="Put something into the cart"
        placeholder="Put something into the cart"
        leftSection={<span aria-hidden="true">+</span>}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setOpened(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setWords("");
            event.currentTarget.blur();
          }
          if (event.key === "Enter" && products[0]) {
            event.preventDefault();
            choose(products[0]);
          }
        }}
      />
      {words.trim() && found.error && <p className="desk-soft">{inWords(found.error)}</p>}
      {words.trim() && found.data && products.length === 0 && (
        <p className="desk-soft">Nothing like that is for sale. Try other words, or a product's number.</p>
      )}
      {products.length > 0 && (
        <ul className="cart-found" aria-label="Found">
          {!found.data?.exact && <li className="desk-soft cart-closest">Nothing is quite that; the closest are:</li>}
          {products.map((product) => (
            <li key={product.id}>
              <button type="button" data-stop aria-expanded={product.variants.length > 1 ? opened === product.id : undefined} onClick={() => choose(product)}>
                {product.image ? <img src={product.image} alt="" width={36} height={36} loading="lazy" /> : <span className="cart-no-picture" />}
                <span className="cart-found-name">
                  {product.title}
                  <span className="desk-soft">{product.why}</span>
                </span>
                <span>{product.price}</span>
              </button>
              {opened === product.id && (
                <VariantPicker
                  title={product.title}
                  variants={product.variants}
                  wanted={1}
                  busy={work.busy}
                  onChoose={(variant) => void put(product, variant)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Up and down go through the field and all that can be pressed below it. */
function moveByArrows(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, [data-stop]:not(:disabled)")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
