import type { Bubble } from "./bubbles";
import type { Outgoing } from "./outgoing";
import { Reply } from "./Reply";
import { timeOf } from "./time";
import type { Say } from "./types";
import { Unsent } from "./Unsent";
import { words } from "./words";

/** One thing said: by whom, what, when, and how far it has come. */
export function Message({ bubble, outgoing, say }: { bubble: Bubble; outgoing: Outgoing; say: Say }) {
  const { message, day, first, last, timed, open } = bubble;
  const mine = message.author === "customer";
  return (
    <>
      {day && (
        <p class="day">
          <span>{day}</span>
        </p>
      )}
      <article class={`message ${message.author}${first ? " first" : ""}${last ? " last" : ""}`} data-key={bubble.key}>
        {message.author === "agent" && first && message.name && (
          <p class="name">
            <span class="face" aria-hidden="true">
              {message.name.slice(0, 1).toUpperCase()}
            </span>
            {message.name}
          </p>
        )}
        {message.author !== "agent" && <span class="sr-only">{mine ? words.you : words.shop}: </span>}
        <Reply body={message.body} open={open} say={say} />
        {bubble.outgoing ? (
          <Unsent message={bubble.outgoing} outgoing={outgoing} />
        ) : (
          timed && (
            <time class="time" dateTime={message.created_at}>
              {timeOf(message.created_at)}
            </time>
          )
        )}
      </article>
    </>
  );
}

