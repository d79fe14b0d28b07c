// What was said just before and after a sentence, so that it is not taught out of its place.
import { useState } from "react";
import { api } from "../api/client";
import { Problem } from "../console/Problem";
import { useSession } from "../console/session";
import { shortTime } from "../console/time";
import { useResource } from "../console/useResource";
import { counted, type Sentence } from "./words";

const WHO: Record<string, string> = { customer: "Customer", bot: "Bot", agent: "Colleague", system: "System" };

export function TalkAround({ sentence }: { sentence: Sentence }) {
  const { user } = useSession();
  const [chosen, setChosen] = useState(0);
  const sighting = sentence.sightings[Math.min(chosen, sentence.sightings.length - 1)];
  const context = useResource(sighting?.turn_id, (signal) =>
    api.get("/api/v1/studio/turns/{turn}/context", { path: { turn: sighting?.turn_id ?? "" }, signal }),
  );
  if (!sighting) return null;
  return (
    <section className="studio-talk" aria-label="What was said around it">
      <header>
        <h3>In its conversation</h3>
        {sentence.sightings.length > 1 && (
          <span className="studio-steps">
            <button type="button" aria-label="The newer one" disabled={chosen === 0} onClick={() => setChosen(chosen - 1)}>
              ‹
            </button>
            {chosen + 1} of {counted(sentence.sightings.length, "time")}
            <button
              type="button"
              aria-label="The older one"
              disabled={chosen + 1 >= sentence.sightings.length}
              onClick={() => setChosen(chosen + 1)}
            >
              ›
            </button>
          </span>
        )}
        {user.role === "owner" && <a href={`/desk/${sighting.conversation_id}`}>Open at the desk</a>}
      </header>
      {context.error && <Problem error={context.error} onRetry={context.reload} />}
      <ol>
        {context.data?.messages.map(({ author, text, at, here }, place) => (
          <li key={place} data-author={author} data-here={here || undefined}>
            <span className="studio-soft">
              {WHO[author] ?? author} · {shortTime(at)}
            </span>
            <span>{text || "(no words)"}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
