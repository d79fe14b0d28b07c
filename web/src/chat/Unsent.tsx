import { ClockIcon, WarnIcon } from "./icons";
import type { Outgoing, OutgoingMessage } from "./outgoing";
import { words } from "./words";

/** Where a message is that the shop has not yet taken. */
export function Unsent({ message, outgoing }: { message: OutgoingMessage; outgoing: Outgoing }) {
  if (message.state === "sending") return <p class="time">{words.sending}</p>;
  if (message.state === "kept") {
    return (
      <p class="time">
        <ClockIcon />
        {words.kept}
      </p>
    );
  }
  return (
    <div class="unsent" role="alert">
      <p>
        <WarnIcon />
        {words.notSent} {message.reason}
      </p>
      <button type="button" class="quiet" onClick={() => outgoing.retry(message.clientId)}>
        {words.tryAgain}
      </button>
      <button type="button" class="quiet" onClick={() => outgoing.discard(message.clientId)}>
        {words.discard}
      </button>
    </div>
  );
}
