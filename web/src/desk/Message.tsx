// One message: who says it stands above it in words, where it came to below it.
import { memo } from "react";
import { fullTime, timeOfDay } from "../console/time";
import { ReplyView } from "./ReplyView";
import { deliveryOf, type DeskMessage } from "./words";

interface Props {
  message: DeskMessage;
  customer: string;
  /** The same person said the one before: no need to say who again. */
  follows: boolean;
}

export const Message = memo(function Message({ message, customer, follows }: Props) {
  const { author, reply, text, attachments, tapped, delivery, problem, created_at } = message;
  const speaker = { customer, bot: "Bot", agent: message.name || "Agent", system: "Souk" }[author];
  return (
    <li className="desk-message" data-author={author} data-follows={follows || undefined}>
      <p className={follows ? "console-spoken" : "desk-speaker"}>{speaker}</p>
      <div className="desk-bubble">
        {reply ? <ReplyView reply={reply} /> : <p>{text}</p>}
        {attachments.map((attachment, place) => (
          <p key={place} className="desk-attachment">
            {attachment.kind}
            {attachment.caption && `: ${attachment.caption}`}
          </p>
        ))}
      </div>
      <p className="desk-message-foot">
        <time dateTime={created_at} title={fullTime(created_at)}>
          {timeOfDay(created_at)}
        </time>
        {tapped && <span>tapped a button</span>}
        {delivery && author === "agent" && (
          <span data-failed={delivery === "failed" || undefined}>
            {deliveryOf(delivery)}
            {problem && `: ${problem}`}
          </span>
        )}
      </p>
    </li>
  );
});
