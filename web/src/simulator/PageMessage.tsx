// One message of Messenger or Instagram: a bubble, or a template that stands by itself. Taps post back.
import type { ComponentChildren } from "preact";
import type { Attachment, Bubble, Element, PageBody, PageButton, Payload } from "./bodies";
import { Carousel } from "./Carousel";
import { useHand } from "./hand";
import { FileIcon, ShopIcon } from "./icons";
import { Picture } from "./Picture";
import { PlaceCard } from "./PlaceCard";
import { Reactions } from "./Reactions";
import { ReceiptCard } from "./ReceiptCard";
import { Sound } from "./Sound";
import { Words } from "./Words";

function Buttons({ buttons = [], of }: { buttons?: PageButton[]; of: string }) {
  const { act } = useHand();
  return buttons.map((button) =>
    button.type === "web_url" ? (
      <a class="page-button" key={button.title} href={button.url} target="_blank" rel="noopener">
        {button.title}
      </a>
    ) : (
      <button
        type="button"
        class="page-button"
        key={button.title}
        onClick={() => void act({ postback: { payload: button.payload ?? "" }, of })}
      >
        {button.title}
      </button>
    ),
  );
}

function ElementCard({ element, square, of }: { element: Element; square: boolean; of: string }) {
  return (
    <li class="template card">
      {element.image_url && <Picture src={element.image_url} alt="" kind={square ? "card-picture square" : "card-picture"} />}
      <div class="card-words">
        <strong>{element.title}</strong>
        {element.subtitle && <span>{element.subtitle}</span>}
      </div>
      <Buttons buttons={element.buttons} of={of} />
    </li>
  );
}

function Template({ payload, of }: { payload: Payload; of: string }) {
  const elements = payload.elements ?? [];
  switch (payload.template_type) {
    case "generic":
      return (
        <Carousel label={`${elements.length} cards`}>
          {elements.map((element, place) => (
            <ElementCard key={place} element={element} square={payload.image_aspect_ratio === "square"} of={of} />
          ))}
        </Carousel>
      );
    case "button":
      return (
        <div class="template">
          <div class="card-words">
            <Words text={payload.text ?? ""} plain />
          </div>
          <Buttons buttons={payload.buttons} of={of} />
        </div>
      );
    case "receipt":
      return <ReceiptCard receipt={payload} />;
    default:
      return (
        <div class="template">
          {elements.map((element) => (
            <>
              <Picture src={element.url ?? ""} alt="Picture from the shop" kind="card-picture" />
              <Buttons buttons={element.buttons} of={of} />
            </>
          ))}
        </div>
      );
  }
}

function Attached({ attachment, of }: { attachment: Attachment; of: string }) {
  const { payload = {}, type } = attachment;
  if (type === "template") return <Template payload={payload} of={of} />;
  if (type === "image" || type === "sticker") return <Picture src={payload.url ?? ""} alt="Picture" kind="alone" />;
  if (type === "like_heart") return <span class="heart">❤️</span>;
  if (type === "location" && payload.coordinates) {
    const { lat, long } = payload.coordinates;
    return (
      <div class="template">
        <PlaceCard place={{ latitude: lat, longitude: long, name: attachment.title }} />
      </div>
    );
  }
  return (
    <div class="bubble">{type === "audio" ? <Sound src={payload.url ?? ""} /> : <FileOf type={type} />}</div>
  );
}

function FileOf({ type }: { type: string }) {
  return (
    <p class="document">
      <FileIcon />
      {type}
    </p>
  );
}

interface Props {
  bubble: Bubble<PageBody>;
  /** The first and the last of those that the same side wrote in one go. */
  first: boolean;
  last: boolean;
}

export function PageMessage({ bubble, first, last }: Props) {
  const { mine, body } = bubble;
  const attachments = body.attachment ? [body.attachment] : (body.attachments ?? []);
  const wide = attachments.some(({ payload }) => payload?.template_type === "generic");
  const classes = ["message", mine && "mine", wide && "wide", first && "first", last && "last"];
  const face: ComponentChildren = body.persona ? <Picture src={body.persona.picture} alt="" kind="face" /> : <ShopIcon />;
  return (
    <li class={classes.filter(Boolean).join(" ")}>
      {!mine && <span class="avatar small">{last && face}</span>}
      <div class="said">
        <span class="hidden">{mine ? "You: " : "Shop: "}</span>
        {!mine && first && body.persona && <span class="persona">{body.persona.name}</span>}
        {body.text !== undefined && (
          <div class="bubble">
            <Words text={body.text} plain />
          </div>
        )}
        {attachments.map((attachment, place) => (
          <Attached key={place} attachment={attachment} of={bubble.id} />
        ))}
        <Reactions bubble={bubble} />
      </div>
    </li>
  );
}
