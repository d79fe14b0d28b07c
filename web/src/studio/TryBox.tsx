// A sentence of the operator's own, by the live model and the candidate side by side.
import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState, type RefObject } from "react";
import { api } from "../api/client";
import { Problem } from "../console/Problem";
import { useResource } from "../console/useResource";
import { Ranking } from "./Ranking";

const WAIT_MS = 250;

export function TryBox({ models, inputRef }: { models: string; inputRef: RefObject<HTMLInputElement | null> }) {
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), WAIT_MS);
  const trial = useResource(asked ? `${models}:${asked}` : undefined, () =>
    api.post("/api/v1/studio/try", { body: { text: asked } }),
  );
  return (
    <section className="studio-try" aria-label="Try a sentence">
      <TextInput
        ref={inputRef}
        label="Try a sentence"
        placeholder="as a customer would write it"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {trial.error && <Problem error={trial.error} onRetry={trial.reload} />}
      {asked && trial.data && (
        <div className="studio-sides">
          <div>
            <h4>Live</h4>
            <Ranking ranking={trial.data.live.ranking} />
          </div>
          {trial.data.candidate && (
            <div>
              <h4>New</h4>
              <Ranking ranking={trial.data.candidate.ranking} />
            </div>
          )}
        </div>
      )}
    </section>
  );
}
