// Where the agent who has the conversation writes; for everybody else, what to do to write.
import { Button, Textarea } from "@mantine/core";
import type { RefObject } from "react";

interface Props {
  draft: string;
  onWrite: (text: string) => void;
  onSend: () => void;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  customer: string;
}

const LIMIT = 4096;

export function Composer({ draft, onWrite, onSend, inputRef, customer }: Props) {
  const over = draft.length - LIMIT;
  return (
    <form
      className="desk-composer"
      aria-label={`Write to ${customer}`}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <Textarea
        ref={inputRef}
        autosize
        minRows={1}
        maxRows={8}
        aria-label={`Message to ${customer}`}
        placeholder={`Write to ${customer} as yourself`}
        value={draft}
        error={over > 0 ? `${over} characters too many` : undefined}
        onChange={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onSend();
        }}
      />
      <Button type="submit" disabled={!draft.trim() || over > 0}>
        Send
      </Button>
      <p className="desk-composer-hint">
        <kbd>Enter</kbd> sends, <kbd>Shift Enter</kbd> begins a line, <kbd>Esc</kbd> leaves the box
      </p>
    </form>
  );
}
