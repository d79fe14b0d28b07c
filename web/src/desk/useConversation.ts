// One conversation as the agent sees it: shown at once when it was open before, kept fresh by the stream, its words
// merged by id, so that nothing stands there twice whatever arrives first.
import { useCallback, useMemo, useReducer, useRef, useEffect, useState } from "react";
import { api, ApiError } from "../api/client";
import type { Change } from "../api/live";
import { noteRefusal } from "../console/session";
import { further, type ConversationView, type DeskMessage } from "./words";

export interface OpenConversation {
  view: ConversationView | undefined;
  messages: DeskMessage[];
  /** Older messages exist. */
  more: boolean;
  error: ApiError | undefined;
  reload: () => void;
  loadOlder: () => Promise<void>;
  /** Show what a move or a note answered. */
  show: (view: ConversationView) => void;
  add: (message: DeskMessage) => void;
  apply: (change: Change) => void;
}

interface Kept {
  view: ConversationView;
  messages: Map<number, DeskMessage>;
  more: boolean;
}

const KEPT = 50;

function merged(before: Kept | undefined, view: ConversationView): Kept {
  const page = view.transcript.messages;
  const newest = before ? Math.max(0, ...before.messages.keys()) : 0;
  const joins = before !== undefined && page.length > 0 && (page[0] as DeskMessage).id <= newest;
  const messages = new Map(joins ? before.messages : []);
  for (const message of page) {
    // A state may have been told while this page was on its way.
    const known = messages.get(message.id);
    messages.set(message.id, known ? { ...message, delivery: further(known.delivery, message.delivery) } : message);
  }
  return { view, messages, more: joins ? before.more : view.transcript.more };
}

interface Told extends Partial<DeskMessage> {
  id: number;
  author: DeskMessage["author"];
  created_at: string;
  body: { text?: string; subject?: string; attachments?: { kind: string; caption?: string; filename?: string }[] };
}

/** What the stream tells of a new message; the rest of it comes with the next load, a moment later. */
function messageOf({ id, author, name, body, created_at, delivery }: Told): DeskMessage {
  const theirs = author === "customer";
  const files = theirs ? (body.attachments ?? []) : [];
  return {
    id,
    author,
    name: name ?? "",
    text: body.text ?? "",
    reply: theirs ? null : (body as DeskMessage["reply"]),
    attachments: files.map(({ kind, caption = "", filename = "" }, place) => ({
      ...{ kind, place, caption, filename, state: null, mime_type: "", size: null, where: "" },
    })),
    tapped: false,
    delivery: delivery ?? null,
    problem: "",
    problem_code: null,
    elsewhere: author === "agent" && !name,
    created_at,
    sent_at: null,
    reaction: "",
    edited: false,
    taken_back: false,
    subject: body.subject ?? "",
    whole: false,
    came_from: null,
    about: "",
    items: [],
    form: {},
  };
}

/** A message as it is after news of it. */
function changed(message: DeskMessage, kind: string, data: Record<string, unknown>): DeskMessage | undefined {
  switch (kind) {
    case "delivery":
      return { ...message, delivery: data["delivery"] as DeskMessage["delivery"] };
    case "reaction":
      return { ...message, reaction: String(data["emoji"] ?? "") };
    case "edited": {
      const text = data["text"] as string | null;
      return { ...message, text: text ?? "", edited: true, taken_back: text === null };
    }
    case "media": {
      const state = data["state"] as DeskMessage["attachments"][number]["state"];
      const attachments = message.attachments.map((one) => (one.place === data["place"] ? { ...one, state } : one));
      return { ...message, attachments };
    }
    default:
      return undefined;
  }
}

export function useConversation(id: number | undefined): OpenConversation {
  const kept = useRef(new Map<number, Kept>());
  const [, render] = useReducer((count: number) => count + 1, 0);
  const [failure, setFailure] = useState<{ id: number; error: ApiError }>();
  const running = useRef(new Map<number, boolean>());

  const put = useCallback((one: number, value: Kept) => {
    kept.current.delete(one);
    kept.current.set(one, value);
    const oldest = kept.current.keys().next().value;
    if (kept.current.size > KEPT && oldest !== undefined) kept.current.delete(oldest);
    render();
  }, []);

  const show = useCallback(
    (view: ConversationView) => put(view.id, merged(kept.current.get(view.id), view)),
    [put],
  );

  const load = useCallback(
    async (one: number) => {
      // A call while one runs asks for one more run: what changed in between must not be missed.
      if (running.current.has(one)) {
        running.current.set(one, true);
        return;
      }
      try {
        do {
          running.current.set(one, false);
          show(await api.get("/api/v1/desk/conversations/{conversation}", { path: { conversation: one } }));
          setFailure((before) => (before?.id === one ? undefined : before));
        } while (running.current.get(one));
      } catch (cause) {
        noteRefusal(cause);
        setFailure({ id: one, error: cause instanceof ApiError ? cause : new ApiError(0, "broken", String(cause)) });
      } finally {
        running.current.delete(one);
      }
    },
    [show],
  );

  useEffect(() => {
    if (id !== undefined) void load(id);
  }, [id, load]);

  const reload = useCallback(() => {
    if (id !== undefined) void load(id);
  }, [id, load]);

  const change = useCallback(
    (one: number, edit: (messages: Map<number, DeskMessage>) => void, more?: boolean) => {
      const before = kept.current.get(one);
      if (!before) return;
      const messages = new Map(before.messages);
      edit(messages);
      put(one, { ...before, messages, more: more ?? before.more });
    },
    [put],
  );

  const current = id === undefined ? undefined : kept.current.get(id);
  const messages = useMemo(
    () => (current ? [...current.messages.values()].sort((a, b) => a.id - b.id) : []),
    [current],
  );

  const loadOlder = useCallback(async () => {
    const oldest = messages[0];
    if (id === undefined || !oldest) return;
    const page = await api.get("/api/v1/desk/conversations/{conversation}/messages", {
      path: { conversation: id },
      query: { before: oldest.id },
    });
    change(id, (all) => page.messages.forEach((message) => all.set(message.id, message)), page.more);
  }, [id, messages, change]);

  const add = useCallback(
    (message: DeskMessage) => {
      if (id !== undefined) change(id, (all) => all.set(message.id, message));
    },
    [id, change],
  );

  const apply = useCallback(
    ({ topic, kind, data }: Change) => {
      const one = Number(topic.slice(topic.indexOf(":") + 1));
      if (kind === "message") {
        const message = messageOf(data as unknown as Told);
        change(one, (all) => all.has(message.id) || all.set(message.id, message));
        return;
      }
      change(one, (all) => {
        const before = all.get(Number(data["id"]));
        const after = before && changed(before, kind, data);
        if (after) all.set(after.id, after);
      });
    },
    [change],
  );

  return {
    view: current?.view,
    messages,
    more: current?.more ?? false,
    error: failure && failure.id === id ? failure.error : undefined,
    reload,
    loadOlder,
    show,
    add,
    apply,
  };
}
