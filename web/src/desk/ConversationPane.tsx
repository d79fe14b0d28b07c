// The middle pane: whose it is and what can be done with it, what was said, and the box to answer in.
import { Button, Skeleton } from "@mantine/core";
import { useEffect, useMemo, type RefObject } from "react";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { useSession } from "../console/session";
import { useNow } from "../console/time";
import { ChannelIcon } from "./ChannelIcon";
import { Composer } from "./Composer";
import { shutInWords } from "./reach";
import { Transcript } from "./Transcript";
import type { OpenConversation } from "./useConversation";
import type { Moves } from "./useMoves";
import type { Writing } from "./useWriting";
import { endOf, nameOf, reasonOf, writable, type ConversationView } from "./words";

const A_WHILE_MS = 20_000;

interface Props {
  open: OpenConversation;
  selected: number | undefined;
  moves: Moves;
  writing: Writing;
  onGiveBack: () => void;
  onBack: () => void;
  onCustomer: () => void;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  skew: number;
}

export function ConversationPane(props: Props) {
  const { open, selected, onBack } = props;
  if (selected === undefined) {
    return (
      <section className="desk-conversation" aria-label="Conversation">
        <Empty title="Choose a conversation">
          <kbd>j</kbd> and <kbd>k</kbd> move through the list, <kbd>c</kbd> claims, <kbd>?</kbd> shows every key.
        </Empty>
      </section>
    );
  }
  return (
    <section className="desk-conversation" aria-label="Conversation">
      {open.view ? (
        <Opened {...props} view={open.view} />
      ) : open.error ? (
        <Problem error={open.error} onRetry={open.reload} onClose={onBack} />
      ) : (
        <Arriving />
      )}
    </section>
  );
}

function Opened(props: Props & { view: ConversationView }) {
  const { open, view, moves, writing, onGiveBack, onBack, onCustomer, inputRef, skew } = props;
  const customer = nameOf(view.contact.name, view.id);
  const mine = view.ticket?.mine === true;
  const mayWrite = mine && writable(view.reach);
  const { react } = moves;
  const emojis = mayWrite ? view.reactions.join(" ") : "";
  const reactions = useMemo(
    () => (emojis ? { emojis: emojis.split(" "), put: (message: number, emoji: string) => void react(message, emoji) } : undefined),
    [emojis, react],
  );
  return (
    <>
      <header className="desk-head">
        <Button variant="subtle" size="compact-sm" className="desk-step-back" onClick={onBack} aria-label="Back to the list">
          ←
        </Button>
        <div className="desk-head-who">
          <h2>{customer}</h2>
          <p className="desk-soft">
            <ChannelIcon channel={view.channel} /> {endOf(view)}
            {view.ticket && ` · ${reasonOf(view.ticket.reason)}`}
          </p>
        </div>
        <Holder view={view} moves={moves} onGiveBack={onGiveBack} />
        <Button variant="default" size="compact-sm" className="desk-step-on" onClick={onCustomer}>
          Details
        </Button>
      </header>
      {moves.error !== undefined && <Problem error={moves.error} onClose={moves.forget} />}
      {open.error && <Problem error={open.error} onRetry={open.reload} />}
      <Transcript
        key={view.id}
        view={view}
        messages={open.messages}
        more={open.more}
        loadOlder={open.loadOlder}
        onAgain={mayWrite ? writing.say : undefined}
        reactions={reactions}
      >
        {writing.pending.map((one) => (
          <li key={one.clientId} className="desk-message" data-author="agent" data-pending>
            <div className="desk-bubble">
              <p>{one.text}</p>
            </div>
            <p className="desk-message-foot" role="status">
              {one.failure ? (
                <>
                  <span data-failed>Not sent. {one.failure}</span>
                  <Button size="compact-xs" variant="subtle" onClick={() => writing.again(one)}>
                    Send again
                  </Button>
                  <Button size="compact-xs" variant="subtle" onClick={() => writing.edit(one)}>
                    Edit
                  </Button>
                </>
              ) : (
                "Sending…"
              )}
            </p>
          </li>
        ))}
      </Transcript>
      {mayWrite ? (
        <Writing view={view} writing={writing} inputRef={inputRef} customer={customer} {...{ skew, open }} />
      ) : (
        <p className="desk-no-composer">{mine ? shutInWords(view.reach, view.channel) : whyNot(view)}</p>
      )}
    </>
  );
}

interface WritingProps extends Pick<Props, "open" | "writing" | "inputRef" | "skew"> {
  view: ConversationView;
  customer: string;
}

/** The box, which looks again at what is allowed when what was allowed ends. */
function Writing({ view, writing, inputRef, customer, skew, open: { reload } }: WritingProps) {
  const now = useNow(A_WHILE_MS) + skew;
  const over = view.reach.until !== null && Date.parse(view.reach.until) <= now;
  useEffect(() => {
    if (over) reload();
  }, [over, reload]);
  return (
    <Composer
      draft={writing.draft}
      onWrite={writing.write}
      onSend={writing.send}
      channel={view.channel}
      reach={view.reach}
      {...{ inputRef, customer, now }}
    />
  );
}

function Holder({ view, moves, onGiveBack }: { view: ConversationView; moves: Moves; onGiveBack: () => void }) {
  const { user } = useSession();
  const { ticket } = view;
  if (ticket?.mine) {
    return (
      <div className="desk-moves">
        <Button variant="default" size="compact-md" loading={moves.busy} onClick={() => void moves.release()}>
          Release
        </Button>
        <Button size="compact-md" onClick={onGiveBack}>
          Give back <kbd>b</kbd>
        </Button>
      </div>
    );
  }
  if (ticket?.state === "claimed") {
    return (
      <div className="desk-moves">
        <span className="desk-held">{ticket.agent} has it</span>
        {user.role === "owner" && (
          <Button variant="default" size="compact-md" loading={moves.busy} onClick={() => void moves.release()}>
            Release
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className="desk-moves">
      <Button size="compact-md" variant={ticket ? "filled" : "default"} loading={moves.busy} onClick={() => void moves.claim()}>
        {ticket ? "Claim" : "Take over"} <kbd>c</kbd>
      </Button>
    </div>
  );
}

function whyNot({ ticket }: ConversationView): string {
  if (!ticket) return "The bot is answering. Take over to write yourself; it falls silent at once.";
  if (ticket.state === "waiting") return "Nobody has this yet. Claim it to answer.";
  return `${ticket.agent ?? "A colleague"} is answering. You can read along and leave notes.`;
}

function Arriving() {
  return (
    <div className="desk-skeletons" aria-label="Loading">
      <Skeleton height={44} width="40%" />
      <Skeleton height={56} width="60%" />
      <Skeleton height={56} width="50%" ml="auto" />
      <Skeleton height={56} width="55%" />
    </div>
  );
}
