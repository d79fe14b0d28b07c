// One conversation in a list: who, how long, why, the last words.
import { memo, useEffect, useRef } from "react";
import { clock, shortTime, spokenClock, useNow } from "../console/time";
import { ChannelIcon } from "./ChannelIcon";
import { endOf, nameOf, reasonOf, urgency, waitLevel, withoutWords, type Line } from "./words";

interface Props {
  line: Line;
  selected: boolean;
  skew: number;
  onOpen: (id: number) => void;
}

export const LineRow = memo(function LineRow({ line, selected, skew, onOpen }: Props) {
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const { ticket } = line;
  const urgent = ticket && urgency(ticket.priority);
  return (
    <li>
      <button
        ref={element}
        type="button"
        className="desk-line"
        aria-current={selected ? "true" : undefined}
        onClick={() => onOpen(line.id)}
      >
        <span className="desk-line-top">
          <span className="desk-line-name">{nameOf(line.customer, line.id)}</span>
          {line.waiting_since ? (
            <Wait since={line.waiting_since} skew={skew} />
          ) : (
            line.last_at && <span className="desk-line-at">{shortTime(line.last_at)}</span>
          )}
        </span>
        <span className="desk-line-why">
          {urgent && <span className="desk-urgent">{urgent}</span>}
          {ticket ? reasonOf(ticket.reason) : "With the bot"}
          <span className="desk-line-channel">
            {" · "}
            <ChannelIcon channel={line.channel} /> {endOf(line)}
          </span>
        </span>
        <span className="desk-line-last">
          <span className="desk-line-words">
            {line.last_author === "agent" && "Us: "}
            {line.last_words || withoutWords(line.last_kind)}
          </span>
          {ticket?.agent && !ticket.mine && <span className="desk-line-agent">{ticket.agent} has it</span>}
        </span>
      </button>
    </li>
  );
});

function Wait({ since, skew }: { since: string; skew: number }) {
  const now = useNow() + skew;
  const level = waitLevel(since, now);
  return (
    <span className="desk-clock" data-level={level} title="Waiting for an answer">
      <span aria-hidden="true">
        {level === "long" && <span className="desk-alarm">!</span>}
        {clock(since, now)}
      </span>
      <span className="console-spoken">waits {spokenClock(since, now)}</span>
    </span>
  );
}
