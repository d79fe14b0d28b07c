// The chips under the last message. They are gone with whatever comes next, by either side.
import type { Bubble, PageBody } from "./bodies";
import { useHand } from "./hand";
import { Picture } from "./Picture";

/** Longer titles are cut, as on a phone. */
const SHOWN = 20;

export function QuickReplies({ last }: { last: Bubble<PageBody> }) {
  const { act } = useHand();
  const replies = last.mine ? [] : (last.body.quick_replies ?? []);
  if (!replies.length) return null;
  return (
    <div class="chips" role="group" aria-label="Quick replies">
      {replies.map((reply) => (
        <button
          type="button"
          key={reply.payload}
          onClick={() => void act({ quick_reply: { payload: reply.payload ?? "" }, of: last.id })}
        >
          {reply.image_url && <Picture src={reply.image_url} alt="" kind="chip-picture" />}
          {reply.title?.slice(0, SHOWN)}
        </button>
      ))}
    </div>
  );
}
