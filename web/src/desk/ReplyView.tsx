// What the customer was shown, small: enough to know what they looked at.
import type { Schema } from "../api/client";
import type { DeskMessage } from "./words";

export function ReplyView({ reply }: { reply: NonNullable<DeskMessage["reply"]> }) {
  switch (reply.type) {
    case "react":
      return (
        <p>
          <span aria-hidden="true">{reply.emoji}</span> <span className="desk-soft">on a message</span>
        </p>
      );
    case "text":
    case "template":
      return <p>{reply.text}</p>;
    case "choices":
      return (
        <>
          <p>{reply.text}</p>
          <Offered titles={reply.options.map((option) => option.title)} />
        </>
      );
    case "listing":
      return (
        <>
          <p>{reply.text}</p>
          <Offered titles={reply.rows.map((row) => row.title)} />
        </>
      );
    case "cards":
      return (
        <>
          <p>{reply.text}</p>
          <ul className="desk-cards">
            {reply.cards.map((card, place) => (
              <SmallCard key={place} card={card} />
            ))}
          </ul>
          <Offered titles={(reply.options ?? []).map((option) => option.title)} />
        </>
      );
    case "link":
      return (
        <>
          <p>{reply.text}</p>
          <p className="desk-offered">
            <a href={reply.url} target="_blank" rel="noreferrer">
              {reply.label}
            </a>
          </p>
        </>
      );
    case "picture":
      return (
        <figure className="desk-picture">
          <img src={reply.url} alt={reply.caption || "Picture"} loading="lazy" />
          {reply.caption && <figcaption>{reply.caption}</figcaption>}
        </figure>
      );
    case "file":
      return <SentFile file={reply} />;
    case "receipt":
      return <Slip slip={reply} />;
    case "order":
      return <Slip slip={reply} state={reply.state} />;
  }
}

function Offered({ titles }: { titles: string[] }) {
  if (titles.length === 0) return null;
  return (
    <ul className="desk-offered" aria-label="Buttons shown">
      {titles.map((title, place) => (
        <li key={place}>{title}</li>
      ))}
    </ul>
  );
}

function SmallCard({ card }: { card: Schema<"Card"> }) {
  return (
    <li>
      {card.image && <img src={card.image} alt="" loading="lazy" />}
      <span>
        <strong>{card.title}</strong>
        {card.subtitle && <span className="desk-soft">{card.subtitle}</span>}
      </span>
    </li>
  );
}

function SentFile({ file }: { file: Schema<"File"> }) {
  const name = file.filename || file.url;
  return (
    <figure className="desk-picture desk-file">
      {file.kind === "audio" && <audio controls preload="none" src={file.url} aria-label={file.caption || name} />}
      {file.kind === "video" && <video controls preload="none" src={file.url} aria-label={file.caption || name} />}
      <a href={file.url} target="_blank" rel="noreferrer">
        {name}
      </a>
      {file.caption && <figcaption>{file.caption}</figcaption>}
    </figure>
  );
}

interface SlipProps {
  slip: Pick<Schema<"Receipt">, "number" | "lines" | "total" | "text">;
  state?: string;
}

/** A receipt, or an order with how it stands. */
function Slip({ slip, state }: SlipProps) {
  return (
    <div className="desk-receipt">
      {slip.text && <p>{slip.text}</p>}
      <p className="desk-soft">
        Order {slip.number}
        {state && <strong>, {state}</strong>}
      </p>
      <ul>
        {slip.lines.map((line, place) => (
          <li key={place}>
            <span>
              {line.quantity} × {line.title}
            </span>
            <span>{line.amount}</span>
          </li>
        ))}
        <li className="desk-total">
          <span>Total</span>
          <span>{slip.total}</span>
        </li>
      </ul>
    </div>
  );
}
