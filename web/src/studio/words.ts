// The API's words under short names, and how they read on the page.
import type { Schema } from "../api/client";

export type Sentence = Schema<"Misunderstood">;
export type IntentCount = Schema<"IntentCount">;
export type Example = Schema<"Example">;
export type Lesson = Schema<"Lesson">;
export type Model = Schema<"Model">;
export type Standing = Schema<"Standing">;
export type Training = Schema<"Training">;
export type Answer = Schema<"Answer">;
export type Effect = Schema<"Effect">;
export type Guess = Schema<"Intent">;

export const FALLBACK = "nlu_fallback";

export const percent = (confidence: number): string => `${Math.round(confidence * 100)} %`;

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** What a model makes of a sentence; the fallback is no intent but the honest "not sure". */
export const meaning = (intent: string): string => (intent === FALLBACK ? "not understood" : intent);

/** The model's guesses that can be taught: real intents that have examples. */
export function guesses(ranking: Guess[], intents: IntentCount[]): Guess[] {
  const known = new Set(intents.map(({ name }) => name));
  return ranking.filter(({ name }) => known.has(name)).slice(0, 5);
}

/** One lesson in a sentence: "added “hi” to greet". */
export function told(lesson: Lesson): string {
  const { what, before, after, intent, to_intent } = lesson;
  if (what === "add") return `taught “${after}” as ${intent}`;
  if (what === "edit") return `reworded “${before}” to “${after}” in ${intent}`;
  if (what === "move") return `moved “${before}” from ${intent} to ${to_intent}`;
  if (what === "delete") return `deleted “${before}” from ${intent}`;
  if (what === "dismiss") return `put “${before}” aside`;
  return `took back lesson ${lesson.undoes ?? ""} (“${after || before}”)`;
}

/** A key that names an example across reloads. */
export const keyOf = (example: Example): string => `${example.path}:${example.line}:${example.text}`;
