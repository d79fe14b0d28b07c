// Middle: one sentence that was not understood, to be taught or put aside. Enter on the button teaches.
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type RefObject } from "react";
import { Empty } from "../console/Empty";
import { IntentPicker } from "./IntentPicker";
import { TalkAround } from "./TalkAround";
import type { Teaching } from "./useTeaching";
import { guesses, percent, type IntentCount, type Sentence } from "./words";

interface Props {
  sentence: Sentence | undefined;
  intents: IntentCount[];
  teaching: Teaching;
  teachRef: RefObject<HTMLButtonElement | null>;
  pickerRef: RefObject<HTMLInputElement | null>;
  onMove: (intent: string) => void;
  onBack: () => void;
}

export function ReviewPane({ sentence, done, ...rest }: Props & { done: boolean }) {
  if (!sentence) {
    return done ? (
      <Empty title="All caught up">
        Train what was taught and look at its effect on the right, or add more ways to say things under{" "}
        <a href="#intents">Intents</a>.
      </Empty>
    ) : (
      <Empty title="Choose a sentence on the left">
        <kbd>j</kbd> takes the next one, <kbd>Enter</kbd> teaches it, <kbd>z</kbd> takes it back, <kbd>?</kbd> shows all keys.
      </Empty>
    );
  }
  return <Lesson key={sentence.sightings[0]?.turn_id} sentence={sentence} {...rest} />;
}

function Lesson({ sentence, intents, teaching, teachRef, pickerRef, onMove, onBack }: Props & { sentence: Sentence }) {
  const first = guesses(sentence.ranking, intents);
  const [intent, setIntent] = useState<string | null>(first[0]?.name ?? null);
  const [text, setText] = useState(sentence.suggestion);
  const spoken = intents.find(({ name }) => name === intent)?.languages.map(({ language }) => language) ?? [];
  const [wanted, setWanted] = useState("en");
  const language = spoken.includes(wanted) ? wanted : (spoken[0] ?? "en");
  const turns = sentence.sightings.map(({ turn_id }) => turn_id);
  const elsewhere = teaching.error?.code === "stands_elsewhere" ? String(teaching.error.facts["intent"]) : undefined;

  const teach = (event: FormEvent) => {
    event.preventDefault();
    if (intent && text.trim()) void teaching.teach(intent, text, language, turns);
  };
  useDigits(first.map(({ name }) => () => setIntent(name)));

  return (
    <form className="studio-review" onSubmit={teach} aria-label="Teach this sentence">
      <button type="button" className="studio-back" onClick={onBack}>
        ‹ All sentences
      </button>
      <p className="studio-said">
        <span className="studio-soft">A customer wrote</span>
        <q>{sentence.text}</q>
      </p>
      {first.length > 0 && (
        <div className="studio-guesses" role="group" aria-label="The model's guesses">
          {first.map(({ name, confidence = 0 }, place) => (
            <button type="button" key={name} aria-pressed={name === intent} onClick={() => setIntent(name)}>
              <kbd>{place + 1}</kbd> {name} <span className="studio-soft">{percent(confidence)}</span>
            </button>
          ))}
        </div>
      )}
      <IntentPicker
        label="What the customer wants"
        inputRef={pickerRef}
        intents={intents}
        ranking={sentence.ranking}
        value={intent}
        onChange={setIntent}
      />
      <TextInput
        label="Teach it as"
        description="Leave out what only this customer would say, such as a name or a number."
        value={text}
        maxLength={500}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {spoken.length > 1 && (
        <SegmentedControl aria-label="Language" data={spoken} value={language} onChange={setWanted} size="xs" />
      )}
      <Refusal teaching={teaching} elsewhere={elsewhere} onLook={onMove} />
      <div className="studio-acts">
        <Button ref={teachRef} type="submit" loading={teaching.busy} disabled={!intent || !text.trim()}>
          Teach <kbd>Enter</kbd>
        </Button>
        <Button variant="default" onClick={() => void teaching.dismiss(turns, sentence.text)} disabled={teaching.busy}>
          Put aside <kbd>x</kbd>
        </Button>
      </div>
      <TalkAround sentence={sentence} />
    </form>
  );
}

function Refusal(props: { teaching: Teaching; elsewhere: string | undefined; onLook: (intent: string) => void }) {
  const { teaching, elsewhere, onLook } = props;
  if (!teaching.error) return null;
  return (
    <div role="alert" className="console-problem">
      <span>{teaching.error.message}</span>
      {elsewhere && (
        <Button size="compact-sm" variant="default" onClick={() => onLook(elsewhere)}>
          Look at {elsewhere}
        </Button>
      )}
    </div>
  );
}

/** 1 to 5 choose a guess while nobody types. */
function useDigits(choices: (() => void)[]) {
  const latest = useRef(choices);
  latest.current = choices;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      const choose = /^[1-5]$/.test(event.key) ? latest.current[Number(event.key) - 1] : undefined;
      if (!choose) return;
      event.preventDefault();
      choose();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
