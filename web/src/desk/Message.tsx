// One message: who says it stands above it in words, where it came to below it.
import { Button } from "@mantine/core";
import { memo } from "react";
import { fullTime, span, timeOfDay } from "../console/time";
import { Attachments } from "./Attachments";
import { ReplyView } from "./ReplyView";
import { Ticks } from "./Ticks";
import { WholeMail } from "./WholeMail";
import { channelOf, ledBy, type DeskMessage } from "./words";

interface Props {
  message: DeskMessage;
  customer: string;
  channel: string;
  /** The same person said the one before: no need to say who again. */
  follows: boolean;
  /** Say the same once more; missing where this agent may not. */
  onAgain: ((text: string) => void) | undefined;
  /** The emojis to put on a customer's message, and how; missing where the channel or the agent cannot. */
  reactions: Reactions | undefined;
}

export interface Reactions {
  emojis: string[];
  put: (message: number, emoji: string) => void;
}

export const Message = memo(function Message({ message, customer, channel, follows, onAgain, reactions }: Props) {
  const { author, text, delivery, created_at, sent_at, reaction } = message;
  const agent = message.elsewhere ? `A colleague, in ${channelOf(channel)}'s own app` : message.name || "Agent";
  const speaker = { customer, bot: "Bot", agent, system: "Souk" }[author];
  const failed = delivery === "failed";
  return (
    <li className="desk-message" data-author={author} data-follows={follows || undefined}>
      <p className={follows ? "console-spoken" : "desk-speaker"}>{speaker}</p>
      <div className="desk-bubble">
        <Content message={message} />
        {reaction && (
          <span className="desk-reaction" role="img" aria-label={`Reaction: ${reaction}`}>
            {reaction}
          </span>
        )}
      </div>
      <p className="desk-message-foot">
        <time dateTime={created_at} title={fullTime(created_at)}>
          {timeOfDay(created_at)}
        </time>
        {sent_at && <span title={fullTime(sent_at)}>sent {span(sent_at, created_at)} earlier</span>}
        {message.tapped && <span>tapped a button</span>}
        {message.edited && !message.taken_back && <span>edited</span>}
        {delivery && author !== "customer" && <Ticks delivery={delivery} />}
        {failed && (
          <span data-failed>
            Not delivered{message.problem && `: ${message.problem}`}
            {message.problem_code !== null && ` (${message.problem_code})`}
          </span>
        )}
        {author === "customer" && reactions && (
          <span className="desk-react" role="group" aria-label="Put an emoji on this message">
            {reactions.emojis.map((emoji) => (
              <button key={emoji} type="button" aria-label={emoji} onClick={() => reactions.put(message.id, emoji)}>
                {emoji}
              </button>
            ))}
          </span>
        )}
        {failed && author === "agent" && onAgain && (
          <Button size="compact-xs" variant="subtle" onClick={() => onAgain(text)}>
            Send again
          </Button>
        )}
      </p>
    </li>
  );
});

function Content({ message }: { message: DeskMessage }) {
  const { id, reply, text, attachments, subject, whole, came_from, about, items, form, taken_back } = message;
  if (taken_back) return <p className="desk-soft">Deleted by the customer</p>;
  // A file's caption is the message's text already.
  const bare = attachments.some(({ caption }) => caption === text);
  return (
    <>
      {came_from && <p className="desk-soft">Came from: {ledBy(came_from)}</p>}
      {about && <p className="desk-soft">About: {about}</p>}
      {subject && <p className="desk-subject">{subject}</p>}
      {reply ? <ReplyView reply={reply} /> : text && !bare && <p>{text}</p>}
      <Attachments message={id} attachments={attachments} />
      {items.length > 0 && (
        <ul className="desk-lines" aria-label="Ordered in the catalogue">
          {items.map(({ label, quantity }, place) => (
            <li key={place}>
              {quantity} × {label}
            </li>
          ))}
        </ul>
      )}
      {Object.entries(form).map(([name, value]) => (
        <p key={name}>
          <span className="desk-soft">{name}:</span> {value}
        </p>
      ))}
      {whole && <WholeMail message={id} />}
    </>
  );
}
