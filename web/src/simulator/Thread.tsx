// The conversation as its messenger shows it: runs of bubbles, a clock between them, signs of reading below.
import type { Bubble, PageBody, Platform, Profile, WhatsAppBody } from "./bodies";
import { useHand } from "./hand";
import { PageMessage } from "./PageMessage";
import { QuickReplies } from "./QuickReplies";
import { whenOf } from "./time";
import { WhatsAppMessage } from "./WhatsAppMessage";

const STARTERS = ["hi", "running shoes under 80", "I want to talk to a person"];

/** A pause after which Messenger and Instagram write the time between two messages. */
const PAUSE_S = 900;

const SIGNS: Record<Platform, Partial<Record<Bubble["state"], string>>> = {
  whatsapp: {},
  messenger: { sent: "Sent", delivered: "Delivered", read: "Seen" },
  instagram: { read: "Seen" },
};

/** Who wrote it: a run of bubbles is one speaker's. */
function speakerOf({ mine, body }: Bubble<PageBody>): string {
  return mine ? "customer" : `shop ${body.persona?.name ?? ""}`;
}

function PageThread({ bubbles }: { bubbles: Bubble<PageBody>[] }) {
  const { platform } = useHand();
  const last = bubbles.at(-1);
  const sign = last?.mine ? SIGNS[platform][last.state] : undefined;
  return (
    <>
      <ol>
        {bubbles.map((bubble, place) => {
          const before = bubbles[place - 1];
          const after = bubbles[place + 1];
          const late = !before || bubble.at - before.at > PAUSE_S;
          const speaker = speakerOf(bubble);
          return (
            <>
              {late && (
                <li class="moment">
                  <time dateTime={new Date(bubble.at * 1000).toISOString()}>{whenOf(bubble.at)}</time>
                </li>
              )}
              <PageMessage
                key={bubble.id}
                bubble={bubble}
                first={late || speakerOf(before) !== speaker}
                last={!after || speakerOf(after) !== speaker || after.at - bubble.at > PAUSE_S}
              />
            </>
          );
        })}
      </ol>
      {sign && <p class="sign">{sign}</p>}
      {last && <QuickReplies last={last} />}
    </>
  );
}

export function Thread({ bubbles }: { bubbles: Bubble[] }) {
  const { platform } = useHand();
  if (platform !== "whatsapp") return <PageThread bubbles={bubbles as Bubble<PageBody>[]} />;
  return (
    <ol>
      {(bubbles as Bubble<WhatsAppBody>[]).map((bubble) => (
        <WhatsAppMessage key={bubble.id} bubble={bubble} />
      ))}
    </ol>
  );
}

/** Before the first word: what the page offers by itself, and what one might write. */
export function Beginning({ name, profile }: { name: string; profile: Profile }) {
  const { act } = useHand();
  const breakers = (profile.ice_breakers ?? []).flatMap(({ question = "", payload = "", call_to_actions }) =>
    call_to_actions ? call_to_actions : [{ question, payload }],
  );
  const start = profile.get_started;
  return (
    <div class="empty">
      <p>Write to the shop as {name} would. For a start:</p>
      {start && (
        <button type="button" onClick={() => void act({ postback: start })}>
          Get started
        </button>
      )}
      {breakers.map(({ question, payload }) => (
        <button type="button" key={payload} onClick={() => void act({ postback: { payload } })}>
          {question}
        </button>
      ))}
      {STARTERS.map((words) => (
        <button type="button" key={words} onClick={() => void act({ text: words })}>
          {words}
        </button>
      ))}
    </div>
  );
}
