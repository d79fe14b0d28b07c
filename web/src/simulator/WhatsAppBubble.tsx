// What stands inside a bubble of WhatsApp: words, pictures, sounds, files, places, orders, templates.
import type { ComponentChildren } from "preact";
import type { File, Header, Item, Order, Template, WhatsAppBody } from "./bodies";
import { money, useHand } from "./hand";
import { BagIcon, FileIcon } from "./icons";
import { Picture } from "./Picture";
import { PlaceCard } from "./PlaceCard";
import { Sound } from "./Sound";
import { Words } from "./Words";

function useAddress() {
  const { standIn } = useHand();
  return (file: File) => file.link ?? standIn.addressOf(file.id ?? "");
}

function Shown({ file, alt }: { file: File; alt: string }) {
  return <Picture src={useAddress()(file)} alt={alt} />;
}

function Document({ file, what }: { file: File; what: string }) {
  return (
    <>
      <p class="document">
        <FileIcon />
        {file.filename || what}
      </p>
      {file.caption && <Words text={file.caption} />}
    </>
  );
}

function HeaderOf({ header }: { header: Header }) {
  if (header.image) return <Shown file={header.image} alt="" />;
  if (header.document) return <Document file={header.document} what="Document" />;
  return header.text ? <p class="head">{header.text}</p> : null;
}

function TemplateBubble({ template }: { template: Template }) {
  const parts = template.components ?? [];
  const picture = parts.flatMap((part) => part.parameters ?? []).find((one) => one.image)?.image;
  const values = parts.flatMap((part) => part.parameters ?? []).flatMap((one) => one.text ?? []);
  return (
    <>
      {picture && <Shown file={picture} alt="" />}
      <p class="soft">
        Template {template.name} · {template.language.code}
      </p>
      {values.length > 0 && <Words text={values.join("\n")} />}
    </>
  );
}

function OrderBubble({ order }: { order: Order }) {
  const { catalog } = useHand();
  const known = new Map<string, Item>(catalog.map((item) => [item.product_retailer_id, item]));
  const total = order.product_items.reduce((sum, one) => sum + one.quantity * (one.item_price ?? 0), 0);
  const currency = order.product_items[0]?.currency;
  return (
    <>
      <p class="head document">
        <BagIcon />
        Order
      </p>
      {order.product_items.map((one) => (
        <p key={one.product_retailer_id}>
          {one.quantity} × {known.get(one.product_retailer_id)?.title ?? one.product_retailer_id}
        </p>
      ))}
      {currency && <p class="head">{money(total, currency)}</p>}
      {order.text && <Words text={order.text} />}
    </>
  );
}

export function WhatsAppBubble({ body }: { body: WhatsAppBody }): ComponentChildren {
  const address = useAddress();
  const { interactive: told, image } = body;
  if (image) {
    return (
      <>
        <Shown file={image} alt={image.caption ?? "Picture"} />
        {image.caption && <Words text={image.caption} />}
      </>
    );
  }
  if (body.sticker) return <Shown file={body.sticker} alt="Sticker" />;
  if (body.audio) return <Sound src={address(body.audio)} />;
  if (body.video) return <Document file={body.video} what="Video" />;
  if (body.document) return <Document file={body.document} what="Document" />;
  if (body.location) return <PlaceCard place={body.location} />;
  if (body.order) return <OrderBubble order={body.order} />;
  if (body.template) return <TemplateBubble template={body.template} />;
  if (!told) return <Words text={body.text?.body ?? body.button?.text ?? `(${body.type})`} />;
  const tapped = told.button_reply ?? told.list_reply;
  if (told.type === "nfm_reply") return <Words text="Form sent" />;
  if (tapped) {
    return (
      <>
        <Words text={tapped.title} />
        {told.list_reply?.description && <p class="soft">{told.list_reply.description}</p>}
      </>
    );
  }
  return (
    <>
      {told.header && <HeaderOf header={told.header} />}
      {told.type === "product" && <Product id={told.action?.product_retailer_id ?? ""} />}
      <Words text={told.body?.text ?? ""} />
      {told.footer && <p class="soft">{told.footer.text}</p>}
    </>
  );
}

function Product({ id }: { id: string }) {
  const item = useHand().catalog.find((one) => one.product_retailer_id === id);
  if (!item) return <p class="head">{id}</p>;
  return (
    <>
      <Picture src={item.image} alt="" />
      <p class="head">{item.title}</p>
      <p class="soft">{money(item.price, item.currency)}</p>
    </>
  );
}
