// Left: what to work on, under three tabs.
import { SegmentedControl, TextInput } from "@mantine/core";
import type { RefObject } from "react";
import { HistoryList } from "./HistoryList";
import { IntentList } from "./IntentList";
import { ReviewList } from "./ReviewList";
import type { Place, Tab } from "./useAddress";
import type { StudioData } from "./useStudio";
import type { Sentence } from "./words";

interface Props {
  studio: StudioData;
  place: Place;
  words: string;
  selected: Sentence | undefined;
  searchRef: RefObject<HTMLInputElement | null>;
  onTab: (tab: Tab) => void;
  onWords: (words: string) => void;
  onSentence: (sentence: Sentence) => void;
  onIntent: (intent: string) => void;
}

export function ListPane(props: Props) {
  const { studio, place, words, selected, searchRef, onTab, onWords, onSentence, onIntent } = props;
  const waiting = studio.review.data?.waiting ?? 0;
  const tabs = [
    { value: "review", label: waiting ? `To fix ${waiting}` : "To fix" },
    { value: "intents", label: "Intents" },
    { value: "synonyms", label: "Words" },
    { value: "history", label: "History" },
  ];
  return (
    <nav className="studio-list" aria-label="What to work on">
      <div className="studio-list-head">
        <SegmentedControl fullWidth data={tabs} value={place.tab} onChange={(tab) => onTab(tab as Tab)} />
        {place.tab === "intents" && (
          <TextInput
            ref={searchRef}
            aria-label="Search intents and examples"
            placeholder="Search intents and examples"
            value={words}
            onChange={(event) => onWords(event.currentTarget.value)}
          />
        )}
      </div>
      <div className="studio-scroll">
        {place.tab === "review" && (
          <ReviewList
            list={studio.review}
            intents={studio.intents.data?.intents ?? []}
            selected={selected}
            onOpen={onSentence}
          />
        )}
        {place.tab === "intents" && (
          <IntentList list={studio.intents} words={words} selected={place.intent} onOpen={onIntent} />
        )}
        {place.tab === "synonyms" && (
          <p className="studio-lesson">What shoppers also call a thing. Searches go by it at once, without a training.</p>
        )}
        {place.tab === "history" && (
          <HistoryList
            list={studio.lessons}
            busy={studio.teaching.busy}
            onUndo={(lesson) => void studio.teaching.undo(lesson)}
          />
        )}
      </div>
    </nav>
  );
}
