// What a model makes of a sentence: the likeliest intents with bars. The bar says what the number beside it says.
import { FALLBACK, meaning, percent, type Guess } from "./words";

export function Ranking({ ranking, most = 3 }: { ranking: Guess[]; most?: number }) {
  return (
    <ol className="studio-ranking">
      {ranking.slice(0, most).map(({ name, confidence = 0 }) => (
        <li key={name} data-fallback={name === FALLBACK || undefined}>
          <span className="studio-ranking-name">{meaning(name)}</span>
          <span className="studio-ranking-number">{percent(confidence)}</span>
          <span className="studio-bar" aria-hidden="true">
            <span style={{ width: `${Math.max(2, Math.round(confidence * 100))}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
