import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { bubblesOf } from "./bubbles";
import type { ConversationState } from "./conversation";
import { Greeting } from "./Greeting";
import { DownIcon } from "./icons";
import { Message } from "./Message";
import type { Outgoing } from "./outgoing";
import { Skeleton } from "./Skeleton";
import type { Say } from "./types";
import { Typing } from "./Typing";
import { words } from "./words";

const NEAR_PX = 80;

interface Props {
  state: ConversationState;
  outgoing: Outgoing;
  say: Say;
  onOlder: () => void;
}

/** What was said. Stays at its end while the customer is there, and stays put while they read further up. */
export function Log({ state, outgoing, say, onOlder }: Props) {
  const { messages, loading, loadingOlder, more, typing, welcome, agent } = state;
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(false);
  const bubbles = useMemo(() => bubblesOf(messages, outgoing.messages), [messages, outgoing.messages]);
  const firstId = messages[0]?.id;
  const newest = bubbles.at(-1)?.key;
  const mine = bubbles.at(-1)?.message.author === "customer";

  const toEnd = () => {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
    atEnd.current = true;
    setBehind(false);
  };

  // Pictures and cards grow after they are drawn, keyboards shrink the page: the end is followed all the same.
  useEffect(() => {
    const follow = new ResizeObserver(() => atEnd.current && toEnd());
    if (inner.current) follow.observe(inner.current);
    if (box.current) follow.observe(box.current);
    return () => follow.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (atEnd.current || mine) toEnd();
    else setBehind(true);
  }, [newest]);

  useKeptPlace(box, firstId, atEnd);

  const scrolled = () => {
    const log = box.current;
    if (!log) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    if (atEnd.current) setBehind(false);
    if (log.scrollTop < log.clientHeight && more) onOlder();
  };

  return (
    <div class="log-frame">
      <div class="log" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={words.log}>
        <div class="column log-inner" ref={inner}>
          {loadingOlder && <p class="older">{words.older}</p>}
          {loading && <Skeleton />}
          {!loading && !bubbles.length && welcome && <Greeting welcome={welcome} say={say} />}
          <div role="log" aria-live={loading || loadingOlder ? "off" : "polite"} aria-label={words.log} class="bubbles">
            {bubbles.map((bubble) => (
              <Message key={bubble.key} bubble={bubble} outgoing={outgoing} say={say} />
            ))}
          </div>
          {typing && state.online && state.reachable && <Typing name={agent} />}
        </div>
      </div>
      {behind && (
        <button type="button" class="to-end" onClick={toEnd}>
          <DownIcon />
          {words.newer}
        </button>
      )}
    </div>
  );
}

/** When older messages come in above, what was being read stays where it is. */
function useKeptPlace(
  box: { current: HTMLDivElement | null },
  firstId: number | undefined,
  atEnd: { current: boolean },
): void {
  const before = useRef({ firstId, height: 0 });
  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    const { firstId: oldFirst, height } = before.current;
    const prepended = oldFirst !== undefined && firstId !== undefined && firstId < oldFirst;
    if (prepended && !atEnd.current) log.scrollTop += log.scrollHeight - height;
    before.current = { firstId, height: log.scrollHeight };
  });
}
