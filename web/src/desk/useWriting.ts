// What the agent writes: drafts kept per conversation, words shown at once, sent under a name of their own so that
// sending again says nothing twice.
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { inWords } from "../console/errors";
import { noteRefusal } from "../console/session";
import { newClientId } from "./clientId";
import type { DeskMessage } from "./words";

export interface Pending {
  clientId: string;
  text: string;
  conversation: number;
  /** Newest message when this was written: what is newer and says the same is this one, arrived. */
  after: number;
  failure?: string;
}

const TYPING_MS = 3_000;
const PAUSE_MS = 6_000;

export interface Writing {
  draft: string;
  write: (text: string) => void;
  send: () => void;
  /** Say this to the customer as a new message. */
  say: (text: string) => void;
  again: (one: Pending) => void;
  /** Take a message that could not be sent back into the box. */
  edit: (one: Pending) => void;
  pending: Pending[];
}

/** For the whole desk, not for one pane: drafts outlive going to another conversation and back. */
export function useWriting(
  conversation: number,
  messages: DeskMessage[],
  add: (message: DeskMessage) => void,
): Writing {
  const [drafts, setDrafts] = useState<Record<number, string>>({});
  const [pending, setPending] = useState<Pending[]>([]);
  const typedAt = useRef(0);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  const typing = useCallback(
    (on: boolean) => {
      // Somebody who stops in the middle of a sentence is not typing any more.
      clearTimeout(pause.current);
      if (on) pause.current = setTimeout(() => typing(false), PAUSE_MS);
      const now = Date.now();
      if (on && now - typedAt.current < TYPING_MS) return;
      if (!on && typedAt.current === 0) return;
      typedAt.current = on ? now : 0;
      // Only a courtesy to the customer: without it nothing is lost.
      api
        .post("/api/v1/desk/conversations/{conversation}/typing", { path: { conversation }, body: { on } })
        .catch(() => undefined);
    },
    [conversation],
  );
  useEffect(() => () => typing(false), [typing]);

  const write = useCallback(
    (text: string) => {
      setDrafts((before) => ({ ...before, [conversation]: text }));
      typing(text.trim() !== "");
    },
    [conversation, typing],
  );

  const deliver = useCallback(
    async (one: Pending) => {
      setPending((before) => [...before.filter(({ clientId }) => clientId !== one.clientId), one]);
      try {
        const message = await api.post("/api/v1/desk/conversations/{conversation}/messages", {
          path: { conversation: one.conversation },
          body: { client_id: one.clientId, text: one.text },
        });
        add(message);
        setPending((before) => before.filter(({ clientId }) => clientId !== one.clientId));
      } catch (cause) {
        noteRefusal(cause);
        const failure = inWords(cause);
        setPending((before) => before.map((other) => (other.clientId === one.clientId ? { ...one, failure } : other)));
      }
    },
    [add],
  );

  const newest = messages.at(-1)?.id ?? 0;
  const say = useCallback(
    (text: string) => void deliver({ clientId: newClientId(), text, conversation, after: newest }),
    [conversation, deliver, newest],
  );
  const send = useCallback(() => {
    const text = (drafts[conversation] ?? "").trim();
    if (!text) return;
    setDrafts((before) => ({ ...before, [conversation]: "" }));
    typing(false);
    say(text);
  }, [conversation, say, drafts, typing]);

  const again = useCallback(({ failure: _, ...one }: Pending) => void deliver(one), [deliver]);
  const edit = useCallback((one: Pending) => {
    setPending((before) => before.filter(({ clientId }) => clientId !== one.clientId));
    setDrafts((before) => ({ ...before, [one.conversation]: before[one.conversation] || one.text }));
  }, []);

  const arrived = (one: Pending) =>
    messages.some(({ id, author, text }) => id > one.after && author === "agent" && text === one.text);
  return {
    draft: drafts[conversation] ?? "",
    write,
    send,
    say,
    again,
    edit,
    pending: pending.filter((one) => one.conversation === conversation && !arrived(one)),
  };
}
