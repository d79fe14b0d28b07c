// Where the agent who has the conversation writes, with what the channel allows just now standing above the box.
import { Button, Textarea } from "@mantine/core";
import type { RefObject } from "react";
import { reachInWords } from "./reach";
import { segmentsOf } from "./sms";
import type { Reachable } from "./words";

interface Props {
  draft: string;
  onWrite: (text: string) => void;
  onSend: () => void;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  customer: string;
  channel: string;
  reach: Reachable;
  /** The server's time in ms. */
  now: number;
}

const LIMIT = 4096;

export function Composer({ draft, onWrite, onSend, inputRef, customer, channel, reach, now }: Props) {
  const over = draft.length - LIMIT;
  const notice = reach.state === "notice";
  const said = reachInWords(reach, channel, now);
  return (
    <form
      className="desk-composer"
      aria-label={`Write to ${customer}`}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {said && (
        <p className="desk-reach" data-state={reach.state} role="status">
          {said}
        </p>
      )}
      <Textarea
        ref={inputRef}
        autosize
        minRows={1}
        maxRows={8}
        aria-label={`Message to ${customer}`}
        placeholder={notice ? "Words for the approved notice" : `Write to ${customer} as yourself`}
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
        {notice ? "Send as notice" : "Send"}
      </Button>
      <p className="desk-composer-hint">
        <kbd>Enter</kbd> sends, <kbd>Shift Enter</kbd> begins a line, <kbd>Esc</kbd> leaves the box
      </p>
      {channel === "sms" && <SmsHint text={draft} />}
    </form>
  );
}

function SmsHint({ text }: { text: string }) {
  if (!text) return null;
  const { left, count, wide } = segmentsOf(text);
  return (
    <p className="desk-sms">
      {count === 1 ? "1 SMS" : `${count} SMS`}, {left} {left === 1 ? "character" : "characters"} left
      {wide && "; a sign in it makes each hold 70 in place of 160"}
    </p>
  );
}
