import { useMemo, useRef } from "preact/hooks";
import { bubblesOf } from "./bubbles";
import type { ConversationState } from "./conversation";
import { Greeting } from "./Greeting";
import { DownIcon } from "./icons";
import { Message } from "./Message";
import type { Outgoing } from "./outgoing";
import { Skeleton } from "./Skeleton";
import type { Say } from "./types";
import { Typing } from "./Typing";
import { useFollow } from "./useFollow";
import { words } from "./words";

interface Props {
  state: ConversationState;
  outgoing: Outgoing;
  paid: boolean;
  say: Say;
  onOlder: () => void;
}

/** What was said, oldest first; earlier messages load when the customer scrolls up to them. */
export function Log({ state, outgoing, paid, say, onOlder }: Props) {
  const { messages, loading, loadingOlder, more, welcome, agent } = state;
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const bubbles = useMemo(() => bubblesOf(messages, outgoing.messages), [messages, outgoing.messages, state.language]);
  const { below, toEnd, scrolled } = useFollow(box, inner, bubbles, messages[0]?.id);

  const onScroll = () => {
    scrolled();
    if (more && box.current && box.current.scrollTop < box.current.clientHeight) onOlder();
  };

  return (
    <div class="log-frame">
      <div class="log" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={words.log}>
        <div class="column log-inner" ref={inner}>
          {loadingOlder && <p class="older">{words.older}</p>}
          {loading && <Skeleton />}
          {!loading && !bubbles.length && welcome && <Greeting welcome={welcome} paid={paid} say={say} />}
          <div role="log" aria-live={loading || loadingOlder ? "off" : "polite"} aria-label={words.log} class="bubbles">
            {bubbles.map((bubble) => (
              <Message key={bubble.key} bubble={bubble} outgoing={outgoing} say={say} />
            ))}
          </div>
          {state.typing && state.online && state.reachable && <Typing name={agent} />}
        </div>
      </div>
      {below !== "nothing" && (
        <button type="button" class={below === "news" ? "to-end news" : "to-end"} onClick={toEnd}>
          <DownIcon />
          {below === "news" ? words.newer : words.moreBelow}
        </button>
      )}
    </div>
  );
}
