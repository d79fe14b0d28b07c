// Middle: the examples of one intent, or those that a search found; add at the top, change in place.
import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent, type RefObject } from "react";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import type { Resource } from "../console/useResource";
import type { Schema } from "../api/client";
import { ExampleRow } from "./ExampleRow";
import type { Teaching } from "./useTeaching";
import { counted, keyOf, type IntentCount } from "./words";

interface Props {
  intent: string | undefined;
  words: string;
  examples: Resource<Schema<"ExampleList">>;
  intents: IntentCount[];
  teaching: Teaching;
  addRef: RefObject<HTMLInputElement | null>;
  onBack: () => void;
}

export function IntentPane({ intent, words, examples, intents, teaching, addRef, onBack }: Props) {
  const found = examples.data;
  const fixed = found?.examples.find(({ why_fixed }) => why_fixed)?.why_fixed;
  if (!intent && !words) {
    return (
      <Empty title="Choose an intent">
        An intent is one thing that customers may want; its examples are the sentences it is known by. Or search all
        examples with <kbd>/</kbd>.
      </Empty>
    );
  }
  return (
    <div className="studio-intent">
      <button type="button" className="studio-back" onClick={onBack}>
        ‹ All intents
      </button>
      <h2>
        {intent ?? `“${words}”`}{" "}
        <span className="studio-soft">{found && counted(found.found, intent ? "example" : "example found", intent ? undefined : "examples found")}</span>
      </h2>
      {intent && <Add {...{ intent, intents, teaching, addRef }} />}
      {teaching.error && (
        <div role="alert" className="console-problem">
          <span>{teaching.error.message}</span>
        </div>
      )}
      {fixed && <p className="studio-fault">{fixed}</p>}
      {examples.error && <Problem error={examples.error} onRetry={examples.reload} />}
      <ul className="studio-examples" aria-label={intent ? `Examples of ${intent}` : "Examples found"}>
        {found?.examples.map((example) => (
          <ExampleRow key={keyOf(example)} named={!intent} {...{ example, intents, teaching }} />
        ))}
      </ul>
      {found && found.found > found.examples.length && (
        <p className="studio-soft">Only the first {found.examples.length} are shown; search for the others.</p>
      )}
      {found?.found === 0 && <Empty title="No example has these words" />}
    </div>
  );
}

function Add({ intent, intents, teaching, addRef }: Pick<Props, "intents" | "teaching" | "addRef"> & { intent: string }) {
  const [text, setText] = useState("");
  const language = intents.find(({ name }) => name === intent)?.languages[0]?.language ?? "en";
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() && (await teaching.teach(intent, text, language, []))) setText("");
  };
  return (
    <form className="studio-add" onSubmit={(event) => void add(event)}>
      <TextInput
        ref={addRef}
        aria-label={`A new example of ${intent}`}
        placeholder="Another way to say it"
        value={text}
        maxLength={500}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!text.trim()} loading={teaching.busy}>
        Add
      </Button>
    </form>
  );
}
