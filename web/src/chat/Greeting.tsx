import { words } from "./words";
import type { Say, Welcome } from "./types";

/** The empty page: says hello and shows how to begin. `paid`: somebody came here from the pay page, out of a conversation
 *  that is not this browser's page. */
export function Greeting({ welcome, paid, say }: { welcome: Welcome; paid: boolean; say: Say }) {
  return (
    <section class="greeting">
      {paid && (
        <p class="paid" role="status">
          {words.paid}
        </p>
      )}
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
