// What was said and who had the conversation, in the order of time. It stays at its end while the agent is there.
import { Button } from "@mantine/core";
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { inWords } from "../console/errors";
import { dayName, fullTime, timeOfDay } from "../console/time";
import { Message, type Reactions } from "./Message";
import { happeningOf, nameOf, type ConversationView, type DeskMessage, type Happening } from "./words";

interface Props {
  view: ConversationView;
  messages: DeskMessage[];
  more: boolean;
  loadOlder: () => Promise<void>;
  /** Say something once more; missing where this agent may not. */
  onAgain: ((text: string) => void) | undefined;
  /** Put an emoji on a message of the customer's; missing where this agent or the channel may not. */
  reactions: Reactions | undefined;
  /** What is being sent, at the end. */
  children?: ReactNode;
}

type Item = { at: string; message: DeskMessage } | { at: string; happening: Happening };

const NEAR_END = 80;

export function Transcript({ view, messages, more, loadOlder, onAgain, reactions, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const heightBefore = useRef<number>(undefined);
  const [unseen, setUnseen] = useState(false);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string>();
  const items = useMemo(() => inOrder(messages, view.history, more), [messages, view.history, more]);
  const last = messages.at(-1)?.id;
  const customer = nameOf(view.contact.name, view.id);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (heightBefore.current !== undefined) {
      // Older messages came in above: what was being read stays where it was.
      element.scrollTop += element.scrollHeight - heightBefore.current;
      heightBefore.current = undefined;
    } else if (atEnd.current) element.scrollTop = element.scrollHeight;
    else setUnseen(true);
  }, [last, items.length, children]);

  // Pictures come in after their words, and make room for themselves.
  const settle = () => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  };

  const older = async () => {
    setLoading(true);
    setFailure(undefined);
    heightBefore.current = box.current?.scrollHeight;
    try {
      await loadOlder();
    } catch (cause) {
      heightBefore.current = undefined;
      setFailure(inWords(cause));
    } finally {
      setLoading(false);
    }
  };

  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "instant" });
    setUnseen(false);
  };

  return (
    <div className="desk-transcript-frame">
      <div
        ref={box}
        className="desk-transcript"
        tabIndex={0}
        role="region"
        aria-label="What was said"
        onLoadCapture={settle}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
          if (atEnd.current) setUnseen(false);
        }}
      >
        {more && (
          <div className="desk-older">
            <Button size="compact-sm" variant="default" loading={loading} onClick={() => void older()}>
              Earlier messages
            </Button>
            {failure && <p role="alert">{failure}</p>}
          </div>
        )}
        <div role="log" aria-label="Messages">
          <ol>
            {items.map((item, place) => (
              <Entry
                key={keyOf(item)}
                item={item}
                before={items[place - 1]}
                customer={customer}
                channel={view.channel}
                onAgain={onAgain}
                reactions={reactions}
              />
            ))}
            {children}
          </ol>
        </div>
      </div>
      {unseen && (
        <Button size="compact-sm" className="desk-to-end" onClick={toEnd}>
          New messages ↓
        </Button>
      )}
    </div>
  );
}

interface EntryProps extends Pick<Props, "onAgain" | "reactions"> {
  item: Item;
  before: Item | undefined;
  customer: string;
  channel: string;
}

function Entry({ item, before, customer, channel, onAgain, reactions }: EntryProps) {
  const newDay = !before || dayName(before.at) !== dayName(item.at);
  return (
    <>
      {newDay && (
        <li className="desk-day">
          <span>{dayName(item.at)}</span>
        </li>
      )}
      {"message" in item ? (
        <Message
          message={item.message}
          customer={customer}
          channel={channel}
          onAgain={onAgain}
          reactions={reactions}
          follows={!newDay && before !== undefined && "message" in before && sameSpeaker(before.message, item.message)}
        />
      ) : (
        <li className="desk-happening">
          <span>{happeningOf(item.happening)}</span>{" "}
          <time dateTime={item.at} title={fullTime(item.at)}>
            {timeOfDay(item.at)}
          </time>
        </li>
      )}
    </>
  );
}

const sameSpeaker = (one: DeskMessage, other: DeskMessage) => one.author === other.author && one.name === other.name;

const keyOf = (item: Item) => ("message" in item ? `m${item.message.id}` : `h${item.at}${item.happening.what}`);

/** Changes of hands go between the messages; those from before the oldest message shown wait until it is loaded. */
function inOrder(messages: DeskMessage[], history: Happening[], more: boolean): Item[] {
  const items: Item[] = messages.map((message) => ({ at: message.created_at, message }));
  const oldest = messages[0]?.created_at;
  for (const happening of history) {
    if (more && oldest && Date.parse(happening.at) < Date.parse(oldest)) continue;
    let place = items.length;
    while (place > 0 && Date.parse((items[place - 1] as Item).at) > Date.parse(happening.at)) place -= 1;
    items.splice(place, 0, { at: happening.at, happening });
  }
  return items;
}
