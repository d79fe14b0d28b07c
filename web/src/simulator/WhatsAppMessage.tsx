// One message of WhatsApp: its bubble, and what hangs below it: buttons, the opener of a list, a link, cards.
import type { Action, Bubble, Card, Interactive, Section, WhatsAppBody } from "./bodies";
import { Carousel } from "./Carousel";
import { useHand } from "./hand";
import { BagIcon, FileIcon, MenuIcon, OutIcon, PinIcon, ReplyIcon, Ticks } from "./icons";
import { Picture } from "./Picture";
import { Reactions } from "./Reactions";
import { timeOf } from "./time";
import { WhatsAppBubble } from "./WhatsAppBubble";
import { Words } from "./Words";

function Link({ action }: { action: Action }) {
  return (
    <a class="below" href={action.parameters?.url} target="_blank" rel="noopener">
      <OutIcon />
      {action.parameters?.display_text}
    </a>
  );
}

function Replies({ action, of }: { action: Action; of: string }) {
  const { act } = useHand();
  const replies = (action.buttons ?? []).flatMap((button) => button.reply ?? button.quick_reply ?? []);
  return replies.map((reply) => (
    <button type="button" class="below" key={reply.id} onClick={() => void act({ reply: { id: reply.id }, of })}>
      <ReplyIcon />
      {reply.title}
    </button>
  ));
}

function ListOpener({ action, of }: { action: Action; of: string }) {
  const { act, openMenu } = useHand();
  const title = action.button ?? "";
  const sections = (action.sections ?? []).map((section) => ({ title: section.title, rows: section.rows ?? [] }));
  const pick = ({ id }: { id: string }) => void act({ reply: { id }, of });
  return (
    <button type="button" class="below" aria-haspopup="dialog" onClick={() => openMenu({ title, sections, pick })}>
      <MenuIcon />
      {title}
    </button>
  );
}

function CatalogOpener({ label, ids }: { label: string; ids?: string[] }) {
  const { catalog, openCatalog } = useHand();
  const items = ids && catalog.filter((item) => ids.includes(item.product_retailer_id));
  return (
    <button type="button" class="below" aria-haspopup="dialog" onClick={() => openCatalog(label, items)}>
      <BagIcon />
      {label}
    </button>
  );
}

function CardOf({ card, of }: { card: Card; of: string }) {
  const { standIn } = useHand();
  const file = card.header.image;
  return (
    <li class="card">
      {file && <Picture src={file.link ?? standIn.addressOf(file.id ?? "")} alt="" kind="card-picture" />}
      {card.body && <Words text={card.body.text} />}
      {card.action.name === "cta_url" ? <Link action={card.action} /> : <Replies action={card.action} of={of} />}
    </li>
  );
}

const idsIn = (sections: Section[] = []) =>
  sections.flatMap((section) => (section.product_items ?? []).map((item) => item.product_retailer_id));

/** The form itself is drawn by Meta from what the shop registered there; here it is sent with nothing filled in. */
function FormOpener({ action, of }: { action: Action; of: string }) {
  const { act } = useHand();
  return (
    <button type="button" class="below" title="Sends the form empty" onClick={() => void act({ flow: {}, of })}>
      <FileIcon />
      {action.parameters?.flow_cta}
    </button>
  );
}

function PlaceOpener({ of }: { of: string }) {
  const { openPlaces } = useHand();
  return (
    <button type="button" class="below" aria-haspopup="dialog" onClick={() => openPlaces(of)}>
      <PinIcon />
      Send location
    </button>
  );
}

function Below({ told, of }: { told: Interactive; of: string }) {
  const action = told.action ?? {};
  switch (told.type) {
    case "button":
      return <Replies action={action} of={of} />;
    case "list":
      return <ListOpener action={action} of={of} />;
    case "cta_url":
      return <Link action={action} />;
    case "product":
      return <CatalogOpener label="View" ids={[action.product_retailer_id ?? ""]} />;
    case "product_list":
      return <CatalogOpener label="View items" ids={idsIn(action.sections)} />;
    case "catalog_message":
      return <CatalogOpener label="View catalog" />;
    case "flow":
      return <FormOpener action={action} of={of} />;
    case "location_request_message":
      return <PlaceOpener of={of} />;
    case "carousel":
      return (
        <Carousel label="Cards">
          {action.cards?.map((card) => (
            <CardOf key={card.card_index} card={card} of={of} />
          ))}
        </Carousel>
      );
    default:
      return null;
  }
}

function TemplateReplies({ bubble }: { bubble: Bubble<WhatsAppBody> }) {
  const { act } = useHand();
  const parameters = (bubble.body.template?.components ?? []).flatMap((component) => component.parameters ?? []);
  return parameters
    .flatMap(({ payload }) => payload ?? [])
    .map((id) => (
      <button type="button" class="below" key={id} onClick={() => void act({ reply: { id }, of: bubble.id })}>
        <ReplyIcon />
        {id}
      </button>
    ));
}

export function WhatsAppMessage({ bubble }: { bubble: Bubble<WhatsAppBody> }) {
  const { mine, body } = bubble;
  const wide = body.interactive?.type === "carousel";
  return (
    <li class={`message${mine ? " mine" : ""}${wide ? " wide" : ""}`}>
      <div class="bubble">
        <span class="hidden">{mine ? "You: " : "Shop: "}</span>
        <WhatsAppBubble body={body} />
        <span class="meta">
          <time dateTime={new Date(bubble.at * 1000).toISOString()}>{timeOf(bubble.at)}</time>
          {mine && <Ticks state={bubble.state} />}
        </span>
        <Reactions bubble={bubble} />
      </div>
      {!mine && body.interactive && <Below told={body.interactive} of={bubble.id} />}
      {!mine && body.template && <TemplateReplies bubble={bubble} />}
    </li>
  );
}
