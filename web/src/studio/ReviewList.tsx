// Left: what the bot did not understand, newest first, the same words once.
import { useEffect, useRef } from "react";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { shortTime } from "../console/time";
import type { Resource } from "../console/useResource";
import type { Schema } from "../api/client";
import { guesses, percent, type IntentCount, type Sentence } from "./words";

interface Props {
  list: Resource<Schema<"MisunderstoodList">>;
  intents: IntentCount[];
  selected: Sentence | undefined;
  onOpen: (sentence: Sentence) => void;
}

export function ReviewList({ list, intents, selected, onOpen }: Props) {
  const open = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    open.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const sentences = list.data?.sentences ?? [];
  return (
    <>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {list.data && sentences.length === 0 && (
        <Empty title="Nothing to fix">
          When the bot does not understand a customer, the sentence comes here by itself. Until then, look through the
          examples under <a href="#intents">Intents</a>, or try sentences of your own on the right.
        </Empty>
      )}
      <ul aria-label="Not understood">
        {sentences.map((sentence) => {
          const [guess] = guesses(sentence.ranking, intents);
          const newest = sentence.sightings[0];
          const here = sentence === selected;
          return (
            <li key={newest?.turn_id ?? sentence.text}>
              <button
                type="button"
                ref={here ? open : undefined}
                className="studio-row"
                aria-current={here || undefined}
                onClick={() => onOpen(sentence)}
              >
                <span className="studio-row-text">{sentence.text}</span>
                <span className="studio-row-facts">
                  <span>{guess ? `closest: ${guess.name} ${percent(guess.confidence)}` : "no idea"}</span>
                  <span>
                    {sentence.sightings.length > 1 && <b>{sentence.sightings.length} × · </b>}
                    {newest && shortTime(newest.at)}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
