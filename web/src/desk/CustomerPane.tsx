// The right pane: what an agent must know about the customer without asking them.
import { Button, Textarea } from "@mantine/core";
import { useState, type FormEvent, type ReactNode, type RefObject } from "react";
import { api } from "../api/client";
import { inWords } from "../console/errors";
import { noteRefusal } from "../console/session";
import { fullTime, shortTime } from "../console/time";
import { ChannelIcon } from "./ChannelIcon";
import { CartCard } from "./selling/CartCard";
import { Orders } from "./selling/Orders";
import { endOf, languageOf, ledBy, nameOf, type ConversationView, type DeskMessage } from "./words";

interface Props {
  view: ConversationView | undefined;
  onShow: (view: ConversationView) => void;
  onOpen: (id: number) => void;
  onBack: () => void;
  /** The link that went out, for the transcript. */
  onSent: (message: DeskMessage) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  sendRef: RefObject<HTMLButtonElement | null>;
  skew: number;
  /** Another number whenever something came after an order. */
  news: number;
}

export function CustomerPane({ view, onShow, onOpen, onBack, onSent, searchRef, sendRef, skew, news }: Props) {
  return (
    <aside className="desk-customer" aria-label="Customer">
      <Button variant="subtle" size="compact-sm" className="desk-step-back" onClick={onBack}>
        ← Conversation
      </Button>
      {view && (
        <>
          {view.summary && (
            <Part title="Summary">
              <p className="desk-summary">{view.summary}</p>
            </Part>
          )}
          <Part title="Contact">
            <Contact view={view} />
            <Identities view={view} onOpen={onOpen} />
          </Part>
          <Part title="Cart">
            <CartCard key={view.id} {...{ view, onSent, searchRef, sendRef, skew }} />
          </Part>
          <Part title="Orders">
            <Orders key={view.id} orders={view.orders} editable={view.ticket?.mine === true} news={news} />
          </Part>
          <Part title="What the bot understood">
            <Understood turns={view.understood} />
          </Part>
          <Part title="Notes">
            <Notes key={view.id} view={view} onShow={onShow} />
          </Part>
        </>
      )}
    </aside>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="desk-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Contact({ view: { id, contact, came_from, proven, reach } }: { view: ConversationView }) {
  const facts: [string, string | null | undefined][] = [
    ["Name", nameOf(contact.name, id)],
    ["Phone", contact.phone ?? (contact.hides_number ? "Hidden on WhatsApp" : null)],
    ["E-mail", contact.email],
    ["Came from", came_from && ledBy(came_from)],
    ["Language", contact.locale && languageOf(contact.locale)],
  ];
  return (
    <>
      {!proven && (
        <p className="desk-warning">Sender not verified: tell nothing of orders, and change nothing for them.</p>
      )}
      {reach.state === "stopped" && <p className="desk-mark desk-mark-warn">Wrote STOP</p>}
      {contact.wants_news === false && <p className="desk-mark desk-mark-warn">Wants no news and offers</p>}
      <dl className="desk-facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <div>
          <dt>Since</dt>
          <dd title={fullTime(contact.since)}>{shortTime(contact.since)}</dd>
        </div>
      </dl>
    </>
  );
}

/** By which names channels know them; where they talk elsewhere too, the way there. */
function Identities({ view, onOpen }: { view: ConversationView; onOpen: (id: number) => void }) {
  const names = view.contact.identities.filter(({ kind }) => kind !== "visitor");
  if (names.length === 0) return null;
  return (
    <ul className="desk-identities" aria-label="Known as">
      {names.map(({ channel, account, kind, id, conversation }) => (
        <li key={`${channel}:${account}:${id}`}>
          <ChannelIcon channel={channel} />
          <span>
            {endOf({ channel, account })}{" "}
            <span className="desk-soft">{kind === "number" && !id.startsWith("+") ? `+${id}` : id}</span>
          </span>
          {conversation !== null && conversation !== view.id && (
            <Button size="compact-xs" variant="subtle" onClick={() => onOpen(conversation)}>
              Open
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Understood({ turns }: { turns: ConversationView["understood"] }) {
  if (turns.length === 0) return <p className="desk-soft">The bot has not heard anything yet.</p>;
  return (
    <ul className="desk-turns">
      {turns.map((turn, place) => (
        <li key={place}>
          <p className="desk-turn-words">“{turn.text}”</p>
          {!turn.understood && <p className="desk-mark desk-mark-bad">Not understood</p>}
          <ul>
            {turn.guesses.slice(0, turn.understood ? 1 : 3).map(({ intent, confidence }) => (
              <li key={intent} className="desk-guess">
                <span>{intent}</span>
                <span className="desk-soft">{Math.round(confidence * 100)} %</span>
                <span className="desk-bar" style={{ inlineSize: `${confidence * 100}%` }} aria-hidden="true" />
              </li>
            ))}
          </ul>
          {turn.actions.length > 0 && <p className="desk-soft desk-actions">{turn.actions.join(" → ")}</p>}
        </li>
      ))}
    </ul>
  );
}

function Notes({ view, onShow }: { view: ConversationView; onShow: (view: ConversationView) => void }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      onShow(
        await api.post("/api/v1/desk/conversations/{conversation}/notes", {
          path: { conversation: view.id },
          body: { text },
        }),
      );
      setText("");
      setError(undefined);
    } catch (cause) {
      noteRefusal(cause);
      setError(`${inWords(cause)} Your note is still in the box.`);
    }
  };
  return (
    <>
      <ul className="desk-notes">
        {view.notes.map((note) => (
          <li key={note.id}>
            <p>{note.text}</p>
            <p className="desk-soft">
              {note.author} · <time dateTime={note.created_at}>{shortTime(note.created_at)}</time>
            </p>
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => void submit(event)} className="desk-note-form">
        <Textarea
          aria-label="New note"
          placeholder="For colleagues; the customer never sees it"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={error}
        />
        <Button type="submit" variant="default" size="compact-md" disabled={!text.trim()}>
          Add note
        </Button>
      </form>
    </>
  );
}
