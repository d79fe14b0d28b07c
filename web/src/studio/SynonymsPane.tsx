// Middle, under Words: what shoppers also call the things that are sold. A search knows a change within seconds.
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { useSynonyms } from "./useSynonyms";

export function SynonymsPane() {
  const { list, busy, error, done, add, remove } = useSynonyms();
  const [word, setWord] = useState("");
  const [means, setMeans] = useState("");
  const [bothWays, setBothWays] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await add({ word, means, both_ways: bothWays, language: "en" }))) return;
    setWord("");
    setMeans("");
    setBothWays(false);
  };

  return (
    <div className="studio-models">
      <h2>Words of your shoppers</h2>
      <form className="studio-synonym-form" onSubmit={(event) => void submit(event)}>
        <TextInput label="When they say" value={word} onChange={(event) => setWord(event.currentTarget.value)} />
        <TextInput label="they mean" value={means} onChange={(event) => setMeans(event.currentTarget.value)} />
        <Checkbox
          radius={4}
          label="and the other way round"
          checked={bothWays}
          onChange={(event) => setBothWays(event.currentTarget.checked)}
        />
        <Button type="submit" disabled={busy || !word.trim() || !means.trim()}>
          Add
        </Button>
      </form>
      {error && <p className="studio-fault">{error.message}</p>}
      <p aria-live="polite" className="studio-soft">
        {done && (
          <>
            {done.text}{" "}
            <Button size="compact-xs" variant="subtle" disabled={busy} onClick={done.undo}>
              Undo
            </Button>
          </>
        )}
      </p>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {list.data?.synonyms.length === 0 && (
        <Empty title="None yet">Many are known without you: trainers, couches, prams. Add what only your shoppers say.</Empty>
      )}
      <ul aria-label="Synonyms">
        {list.data?.synonyms.map((synonym) => (
          <li key={synonym.id} className="studio-model">
            <span>
              <b>{synonym.word}</b> {synonym.both_ways ? "is the same as" : "means"} {synonym.means}
            </span>
            <Button
              size="compact-xs"
              variant="subtle"
              disabled={busy}
              aria-label={`Remove ${synonym.word}`}
              onClick={() => void remove(synonym)}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
