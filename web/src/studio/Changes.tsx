// Which sentences of customers would get another answer from the new model: before, after, and what was waited for.
import { Problem } from "../console/Problem";
import type { Resource } from "../console/useResource";
import { counted, FALLBACK, meaning, percent, type Answer, type Effect } from "./words";

const SKELETONS = [0, 1, 2];

export function Changes({ effect }: { effect: Resource<Effect> }) {
  if (effect.error) return <Problem error={effect.error} onRetry={effect.reload} />;
  if (!effect.data) {
    return (
      <div aria-label="Comparing on what customers wrote" className="studio-skeletons">
        {SKELETONS.map((place) => (
          <span key={place} />
        ))}
      </div>
    );
  }
  const { checked, changed } = effect.data;
  const better = changed.filter(({ before, after }) => before.intent === FALLBACK && after.intent !== FALLBACK).length;
  const worse = changed.filter(({ before, after }) => before.intent !== FALLBACK && after.intent === FALLBACK).length;
  return (
    <div className="studio-changes">
      <p>
        {changed.length === 0
          ? `None of ${counted(checked, "sentence")} that customers wrote would get another answer.`
          : `${changed.length} of ${counted(checked, "sentence")} that customers wrote would get another answer:`}
      </p>
      {changed.length > 0 && (
        <p className="studio-tally">
          <span data-good>{better} newly understood</span>
          <span data-bad={worse > 0 || undefined}>{worse} no longer understood</span>
          {changed.length > better + worse && <span>{changed.length - better - worse} to another intent</span>}
        </p>
      )}
      <ul aria-label="Changed answers">
        {changed.map(({ text, times, open, before, after }) => (
          <li key={text}>
            <span className="studio-changed-text">
              {text}
              {times > 1 && <b> {times} ×</b>}
              {open && <span className="studio-tag">waits for review</span>}
            </span>
            <span className="studio-arrow">
              <Side answer={before} /> <span aria-label="becomes">→</span> <Side answer={after} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Side({ answer }: { answer: Answer }) {
  const sure = answer.intent === FALLBACK ? "" : ` ${percent(answer.confidence)}`;
  return (
    <span title={answer.entities.join(", ") || undefined} data-fallback={answer.intent === FALLBACK || undefined}>
      {meaning(answer.intent)}
      {sure}
    </span>
  );
}
