// The studio's keys. Enter is no key of its own: the focus waits on the Teach button.
import type { RefObject } from "react";
import { useShortcuts, type Shortcut } from "../console/useShortcuts";
import type { StudioData } from "./useStudio";
import type { Sentence } from "./words";

interface Wanted {
  studio: StudioData;
  selected: Sentence | undefined;
  step: (by: number) => void;
  search: () => void;
  leave: () => void;
  help: () => void;
  refs: Record<"picker" | "add" | "try", RefObject<HTMLInputElement | null>>;
}

/** Sets the keys up and returns the list that `?` shows. */
export function useKeys({ studio, selected, step, search, leave, help, refs }: Wanted): Shortcut[] {
  const { teaching, models, standing } = studio;
  const candidate = standing.data?.candidate;
  const training = standing.data?.training?.state === "running";
  const dismiss = ({ sightings, text }: Sentence) =>
    void teaching.dismiss(
      sightings.map(({ turn_id }) => turn_id),
      text,
    );
  const keys: Shortcut[] = [
    { key: "j", says: "Next", run: () => step(1) },
    { key: "k", says: "The one before", run: () => step(-1) },
    { key: "i", says: "Choose the intent", run: () => refs.picker.current?.focus() },
    { key: "x", says: "Put the sentence aside", run: () => selected && dismiss(selected) },
    { key: "z", says: "Take the last lesson back", run: teaching.undoLast },
    { key: "a", says: "Add an example to the open intent", run: () => refs.add.current?.focus() },
    { key: "/", says: "Search examples", run: search },
    { key: "t", says: "Train a new model", run: () => !training && void models.train() },
    { key: "p", says: "Publish the new model", run: () => candidate && !models.busy && void models.publish(candidate) },
    { key: "s", says: "Try a sentence", run: () => refs.try.current?.focus() },
    { key: "Escape", says: "Leave a field; back to the list", run: leave, always: true },
    { key: "?", says: "This list", run: help },
  ];
  useShortcuts(keys);
  const shown = (key: string, says: string): Shortcut => ({ key, says, run: () => undefined });
  return [shown("Enter", "Teach it"), shown("1–5", "Choose one of the model's guesses"), ...keys];
}
