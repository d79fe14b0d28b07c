import { words } from "./words";
import type { Say, Welcome } from "./types";

/** The empty page: says hello and shows how to begin. */
export function Greeting({ welcome, say }: { welcome: Welcome; say: Say }) {
  return (
    <section class="greeting">
      <h2>{welcome.greeting}</h2>
      <ul aria-label={words.startWith}>
        {welcome.suggestions.map((suggestion) => (
          <li key={suggestion}>
            <button type="button" class="suggestion" onClick={() => say({ text: suggestion })}>
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
      <p>{words.emptyNote}</p>
    </section>
  );
}
