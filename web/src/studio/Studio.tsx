// The studio: what to fix next, the thing itself, its effect. Every move by keyboard; on a phone the panes are steps.
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { Shell } from "../console/Shell";
import { ShortcutHelp } from "../console/ShortcutHelp";
import { EffectPane } from "./EffectPane";
import { IntentPane } from "./IntentPane";
import { ListPane } from "./ListPane";
import { ModelsPane } from "./ModelsPane";
import { Notice } from "./Notice";
import { ReviewPane } from "./ReviewPane";
import { SynonymsPane } from "./SynonymsPane";
import { useAddress, type Tab } from "./useAddress";
import { useKeys } from "./useKeys";
import { useSelection } from "./useSelection";
import { useStudio } from "./useStudio";

const STEPS = { list: "What to fix", thing: "Lesson", effect: "Effect" };
type Step = keyof typeof STEPS;

export function Studio() {
  const [place, go] = useAddress();
  const [words, setWords] = useState("");
  const [wanted] = useDebouncedValue(words.trim(), 200);
  const [step, setStep] = useState<Step>("list");
  const [helping, setHelping] = useState(false);
  const refs = {
    search: useRef<HTMLInputElement>(null),
    picker: useRef<HTMLInputElement>(null),
    add: useRef<HTMLInputElement>(null),
    try: useRef<HTMLInputElement>(null),
    teach: useRef<HTMLButtonElement>(null),
  };
  const studio = useStudio(place, wanted);
  const { teaching, models } = studio;
  const intents = studio.intents.data?.intents ?? [];
  // The hands are on the keyboard: Enter teaches, or there is no guess and an intent must be chosen first.
  const selection = useSelection(studio.review.data?.sentences ?? [], () =>
    (refs.teach.current?.disabled ? refs.picker : refs.teach).current?.focus(),
  );

  const showIntent = (intent: string) => {
    teaching.forget();
    go("intents", intent);
    setStep("thing");
  };
  const showTab = (tab: Tab) => {
    teaching.forget();
    go(tab);
    setStep("list");
  };
  const stepBy = (by: number) => {
    if (place.tab === "review") selection.step(by);
    if (place.tab !== "intents") return;
    const next = intents.findIndex(({ name }) => name === place.intent) + by;
    const intent = intents[Math.min(Math.max(next, 0), intents.length - 1)];
    if (intent) showIntent(intent.name);
  };
  const keys = useKeys({
    studio,
    refs,
    selected: place.tab === "review" ? selection.selected : undefined,
    step: stepBy,
    search: () => {
      showTab("intents");
      requestAnimationFrame(() => refs.search.current?.focus());
    },
    leave: () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else setStep("list");
    },
    help: () => setHelping(true),
  });
  useTitle(studio.review.data?.waiting ?? 0);

  const back = () => setStep("list");
  return (
    <Shell page="Studio" {...(studio.online !== undefined && { online: studio.online })} onHelp={() => setHelping(true)}>
      <div className="studio" data-step={step}>
        <ListPane
          {...{ studio, place, words }}
          selected={selection.selected}
          searchRef={refs.search}
          onTab={showTab}
          onWords={(next) => {
            setWords(next);
            if (place.intent) go("intents");
          }}
          onSentence={(sentence) => {
            selection.open(sentence);
            setStep("thing");
          }}
          onIntent={showIntent}
        />
        <main className="studio-thing">
          {place.tab === "review" && (
            <ReviewPane
              {...{ teaching, intents }}
              sentence={selection.selected}
              done={studio.review.data?.sentences.length === 0}
              teachRef={refs.teach}
              pickerRef={refs.picker}
              onMove={showIntent}
              onBack={back}
            />
          )}
          {place.tab === "intents" && (
            <IntentPane
              {...{ teaching, intents }}
              examples={studio.examples}
              addRef={refs.add}
              intent={place.intent}
              words={wanted}
              onBack={back}
            />
          )}
          {place.tab === "synonyms" && <SynonymsPane />}
          {place.tab === "history" && <ModelsPane list={studio.modelList} models={models} />}
        </main>
        <EffectPane standing={studio.standing} models={models} tryRef={refs.try} />
        <div className="studio-phone" role="group" aria-label="Panes">
          {Object.entries(STEPS).map(([name, label]) => (
            <button type="button" key={name} aria-pressed={step === name} onClick={() => setStep(name as Step)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      <Notice notice={teaching.notice} onUndo={(lesson) => void teaching.undo(lesson)} onClose={teaching.forget} />
      <ShortcutHelp shortcuts={keys} opened={helping} onClose={() => setHelping(false)} />
    </Shell>
  );
}

function useTitle(waiting: number) {
  useEffect(() => {
    document.title = `${waiting ? `(${waiting}) ` : ""}Studio · Souk`;
  }, [waiting]);
}
