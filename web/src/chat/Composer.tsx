import { useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Ref } from "preact";
import { SendIcon } from "./icons";
import { ofThisTab } from "./storage";
import { words } from "./words";

const LIMIT = 4096;
const COUNTED_FROM = LIMIT - 300;
const DRAFT = "souk.chat.draft";

export interface ComposerHandle {
  focus: () => void;
}

/** The field that grows with what is written; Enter sends, Shift+Enter begins a new line. */
export function Composer({ handle, onSend }: { handle: Ref<ComposerHandle>; onSend: (text: string) => void }) {
  const [text, setText] = useState(() => ofThisTab.getItem(DRAFT) ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(handle, () => ({ focus: () => field.current?.focus({ preventScroll: true }) }), []);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }, [text]);

  const write = (value: string) => {
    setText(value);
    ofThisTab.setItem(DRAFT, value);
  };
  // Counted as the server counts: characters, not UTF-16 units.
  const length = text.length > COUNTED_FROM ? [...text.trim()].length : 0;
  const ready = text.trim() !== "" && length <= LIMIT;
  const send = () => {
    if (!ready) return;
    onSend(text.trim());
    write("");
    field.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="column composer-row">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={words.writeLabel}
          aria-describedby={length ? "composer-count" : undefined}
          aria-invalid={length > LIMIT}
          placeholder={words.placeholder}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send" aria-label={words.send} disabled={!ready}>
          <SendIcon />
        </button>
      </div>
      {length > 0 && (
        <p class={length > LIMIT ? "column count over" : "column count"} id="composer-count" role="status">
          {length > LIMIT ? words.tooLong(length - LIMIT) : words.left(LIMIT - length)}
        </p>
      )}
    </form>
  );
}
