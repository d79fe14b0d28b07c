// What the customer was shown, small: enough to know what they looked at.
import type { Schema } from "../api/client";
import type { DeskMessage } from "./words";

export function ReplyView({ reply }: { reply: NonNullable<DeskMessage["reply"]> }) {
  switch (reply.type) {
    case "text":
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
    case "receipt":
      return <Receipt receipt={reply} />;
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

function Receipt({ receipt }: { receipt: Schema<"Receipt"> }) {
  return (
    <div className="desk-receipt">
      {receipt.text && <p>{receipt.text}</p>}
      <p className="desk-soft">Order {receipt.number}</p>
      <ul>
        {receipt.lines.map((line, place) => (
          <li key={place}>
            <span>
              {line.quantity} × {line.title}
            </span>
            <span>{line.amount}</span>
          </li>
        ))}
        <li className="desk-total">
          <span>Total</span>
          <span>{receipt.total}</span>
        </li>
      </ul>
    </div>
  );
}
