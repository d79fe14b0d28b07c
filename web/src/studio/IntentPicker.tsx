// Choose an intent by typing; the model's own guesses come first, with how sure it was.
import { Select, type ComboboxItem } from "@mantine/core";
import type { RefObject } from "react";
import { counted, guesses, percent, type Guess, type IntentCount } from "./words";

interface Props {
  label: string;
  intents: IntentCount[];
  ranking?: Guess[];
  value: string | null;
  onChange: (intent: string | null) => void;
  /** Left out of the list: where it already is. */
  except?: string;
  inputRef?: RefObject<HTMLInputElement | null>;
  hideLabel?: boolean;
  autoFocus?: boolean;
}

export function IntentPicker({ label, intents, ranking = [], except, inputRef, hideLabel, ...select }: Props) {
  const first = guesses(ranking, intents);
  const guessed = new Set(first.map(({ name }) => name));
  const sure = new Map(first.map(({ name, confidence }) => [name, percent(confidence)]));
  const counts = new Map(intents.map(({ name, examples }) => [name, counted(examples, "example")]));
  const item = (name: string): ComboboxItem => ({ value: name, label: name });
  const rest = intents.filter(({ name }) => !guessed.has(name) && name !== except).map(({ name }) => item(name));
  const groups = [
    { group: "The model's guesses", items: first.filter(({ name }) => name !== except).map(({ name }) => item(name)) },
    { group: first.length ? "All others" : "Intents", items: rest },
  ];
  return (
    <Select
      {...select}
      {...(inputRef && { ref: inputRef })}
      {...(hideLabel ? { "aria-label": label } : { label })}
      placeholder="Type to find one"
      searchable
      selectFirstOptionOnChange
      maxDropdownHeight={320}
      comboboxProps={{ transitionProps: { duration: 80 }, shadow: "md" }}
      // Enter chooses here; it must never send the form around it with what was chosen before.
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      nothingFoundMessage="No such intent. A developer adds new ones with their answer."
      data={groups.filter(({ items }) => items.length)}
      renderOption={({ option }) => (
        <span className="studio-option">
          <span>{option.label}</span>
          <span className="studio-soft">{sure.get(option.value) ?? counts.get(option.value)}</span>
        </span>
      )}
    />
  );
}
