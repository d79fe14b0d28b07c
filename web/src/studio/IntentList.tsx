// Left: the intents, with how many examples each has and in which languages.
import { Problem } from "../console/Problem";
import type { Resource } from "../console/useResource";
import type { Schema } from "../api/client";
import { counted } from "./words";

interface Props {
  list: Resource<Schema<"IntentList">>;
  words: string;
  selected: string | undefined;
  onOpen: (intent: string) => void;
}

const FEW = 5;

export function IntentList({ list, words, selected, onOpen }: Props) {
  const wanted = words.trim().toLowerCase();
  const intents = (list.data?.intents ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {list.data?.unreadable.map((sentence) => (
        <p key={sentence} role="alert" className="studio-fault">
          {sentence} Its examples are missing here until a developer mends the file.
        </p>
      ))}
      <ul aria-label="Intents">
        {intents.map(({ name, examples, languages }) => (
          <li key={name}>
            <button
              type="button"
              className="studio-row studio-row-line"
              aria-current={name === selected || undefined}
              onClick={() => onOpen(name)}
            >
              <span className="studio-row-text">{name}</span>
              <span className="studio-row-facts">
                <span>{languages.map(({ language }) => language).join(" · ")}</span>
                <span>
                  {examples < FEW && <b className="studio-warn">few </b>}
                  <span className="console-spoken">{counted(examples, "example")}</span>
                  <span aria-hidden="true">{examples}</span>
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
