// One example: its words, edited where they stand; moved and deleted beside them.
import { ActionIcon, Popover, TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";
import { IntentPicker } from "./IntentPicker";
import { Marked } from "./Marked";
import type { Teaching } from "./useTeaching";
import type { Example, IntentCount } from "./words";

interface Props {
  example: Example;
  intents: IntentCount[];
  teaching: Teaching;
  /** Say which intent it belongs to: in a list of several. */
  named: boolean;
}

export function ExampleRow({ example, intents, teaching, named }: Props) {
  const [draft, setDraft] = useState<string>();
  const [moving, setMoving] = useState(false);
  const fixed = example.why_fixed !== "";

  const save = async () => {
    if (draft === undefined) return;
    if (draft.trim() === example.text || (await teaching.reword(example, draft))) setDraft(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") void save();
    if (event.key === "Escape") setDraft(undefined);
  };

  return (
    <li className="studio-example" data-editing={draft !== undefined || undefined}>
      {draft === undefined ? (
        <button
          type="button"
          className="studio-example-text"
          disabled={fixed}
          title={fixed ? example.why_fixed : `${example.path}, line ${example.line}`}
          aria-label={`Edit “${example.text}”`}
          onClick={() => setDraft(example.text)}
        >
          <Marked text={example.text} />
          {named && <span className="studio-tag">{example.intent}</span>}
        </button>
      ) : (
        <TextInput
          aria-label="The example's words"
          className="studio-example-text"
          size="xs"
          autoFocus
          value={draft}
          maxLength={500}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={onKey}
          onBlur={() => void save()}
        />
      )}
      {!fixed && (
        <span className="studio-example-acts">
          <Popover opened={moving} onChange={setMoving} width={280} position="bottom-end" trapFocus shadow="md">
            <Popover.Target>
              <ActionIcon variant="subtle" aria-label={`Move “${example.text}”`} title="Move" onClick={() => setMoving(!moving)}>
                →
              </ActionIcon>
            </Popover.Target>
            <Popover.Dropdown>
              <IntentPicker
                label="Move it to"
                intents={intents}
                except={example.intent}
                value={null}
                autoFocus
                onChange={(intent) => {
                  setMoving(false);
                  if (intent) void teaching.move(example, intent);
                }}
              />
            </Popover.Dropdown>
          </Popover>
          <ActionIcon
            variant="subtle"
            aria-label={`Delete “${example.text}”`}
            title="Delete"
            disabled={teaching.busy}
            onClick={() => void teaching.remove(example)}
          >
            ×
          </ActionIcon>
        </span>
      )}
    </li>
  );
}
