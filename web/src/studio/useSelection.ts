// Which sentence is open. When it is settled, the next one takes its place under the operator's hands.
import { useEffect, useRef, useState } from "react";
import type { Sentence } from "./words";

/** The first time it was said names a sentence: later sightings come before it. */
const nameOf = (sentence: Sentence | undefined) => sentence?.sightings.at(-1)?.turn_id;

export function useSelection(sentences: Sentence[], onOpen: () => void) {
  const [chosen, setChosen] = useState<string>();
  const place = useRef(0);
  const found = sentences.findIndex((sentence) => nameOf(sentence) === chosen);
  if (found >= 0) place.current = found;
  const at = found >= 0 ? found : Math.min(place.current, sentences.length - 1);
  const selected = chosen === undefined ? undefined : sentences[at];
  const name = nameOf(selected);

  const opened = useRef(onOpen);
  opened.current = onOpen;
  useEffect(() => {
    if (name === undefined) return;
    setChosen(name);
    const frame = requestAnimationFrame(() => opened.current());
    return () => cancelAnimationFrame(frame);
  }, [name]);

  return {
    selected,
    open: (sentence: Sentence | undefined) => sentence && setChosen(nameOf(sentence)),
    step: (by: number) => {
      const next = selected ? at + by : 0;
      const sentence = sentences[Math.min(Math.max(next, 0), sentences.length - 1)];
      if (sentence) setChosen(nameOf(sentence));
    },
  };
}
