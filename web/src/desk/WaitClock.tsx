// The clock of the customer who waits longest: always on screen, one click from the conversation.
import { clock, spokenClock, useNow } from "../console/time";
import { waitLevel, type QueueView } from "./words";

interface Props {
  queue: QueueView | undefined;
  /** Server time minus this machine's, in ms. */
  skew: number;
  onOpen: (id: number) => void;
}

export function WaitClock({ queue, skew, onOpen }: Props) {
  const now = useNow() + skew;
  const since = queue?.longest_wait_since;
  const id = queue?.longest_wait_id;
  if (!queue) return null;
  if (!since || typeof id !== "number") return <span className="desk-longest desk-longest-none">Nobody waits</span>;
  const level = waitLevel(since, now);
  return (
    <button
      type="button"
      className="desk-longest"
      data-level={level}
      onClick={() => onOpen(id)}
      aria-label={`Longest wait: ${spokenClock(since, now)}. Open that conversation`}
    >
      <span className="desk-longest-label">Longest wait</span>
      <span className="desk-clock" aria-hidden="true">
        {level === "long" && <span className="desk-alarm">!</span>}
        {clock(since, now)}
      </span>
    </button>
  );
}
