// Every change the operator makes: sent, told at the foot of the page with its undo, and refused in words.
import { useCallback, useRef, useState } from "react";
import { api, ApiError } from "../api/client";
import { told, type Example, type Lesson } from "./words";

export interface Notice {
  /** Counts up, so that the same words said twice are two notices. */
  id: number;
  text: string;
  /** The lesson that its button takes back. */
  lesson?: number;
}

export interface Teaching {
  busy: boolean;
  error: ApiError | undefined;
  notice: Notice | undefined;
  say: (text: string) => void;
  forget: () => void;
  teach: (intent: string, text: string, language: string, turnIds: string[]) => Promise<boolean>;
  dismiss: (turnIds: string[], text: string) => Promise<boolean>;
  reword: (example: Example, text: string) => Promise<boolean>;
  move: (example: Example, intent: string) => Promise<boolean>;
  remove: (example: Example) => Promise<boolean>;
  undo: (lesson: number) => Promise<boolean>;
  /** Take back what was taught last on this page; again, what was taught before that. */
  undoLast: () => void;
}

export function useTeaching(afterwards: () => void): Teaching {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [notice, setNotice] = useState<Notice>();
  const count = useRef(0);
  const made = useRef<number[]>([]);

  const say = useCallback((text: string, lesson?: number) => {
    count.current += 1;
    setNotice({ id: count.current, text, ...(lesson !== undefined && { lesson }) });
  }, []);

  const run = useCallback(
    async (make: () => Promise<Lesson>) => {
      setBusy(true);
      setError(undefined);
      try {
        const lesson = await make();
        const words = told(lesson);
        const undone = lesson.what === "undo";
        made.current = undone ? made.current.filter((id) => id !== lesson.undoes) : [...made.current, lesson.id];
        say(undone ? "Taken back" : words.charAt(0).toUpperCase() + words.slice(1), undone ? undefined : lesson.id);
        return true;
      } catch (cause) {
        setError(cause instanceof ApiError ? cause : new ApiError(500, "broken", String(cause)));
        return false;
      } finally {
        setBusy(false);
        afterwards();
      }
    },
    [afterwards, say],
  );

  const undo = (lesson: number) => run(() => api.post("/api/v1/studio/lessons/{lesson}/undo", { path: { lesson } }));
  return {
    busy,
    error,
    notice,
    say,
    forget: useCallback(() => {
      setError(undefined);
      setNotice(undefined);
    }, []),
    teach: (intent, text, language, turn_ids) =>
      run(() => api.post("/api/v1/studio/examples", { body: { intent, text, language, turn_ids } })),
    dismiss: (turn_ids, text) =>
      run(() => api.post("/api/v1/studio/misunderstood/dismiss", { body: { turn_ids, text } })),
    reword: (example, text) =>
      run(() =>
        onNewest(example, ({ version, ...at }) =>
          api.post("/api/v1/studio/examples/reword", { version, body: { ...at, text } }),
        ),
      ),
    move: (example, intent) =>
      run(() =>
        onNewest(example, ({ version, ...at }) =>
          api.post("/api/v1/studio/examples/move", { version, body: { ...at, intent } }),
        ),
      ),
    remove: (example) =>
      run(() =>
        onNewest(example, ({ version, ...at }) => api.post("/api/v1/studio/examples/delete", { version, body: at })),
      ),
    undo,
    undoLast: () => {
      const last = made.current.at(-1);
      if (last !== undefined) void undo(last);
      else say("Nothing to take back here; older lessons are under History");
    },
  };
}

type At = Pick<Example, "path" | "line" | "version">;

/** A colleague may have changed another line of the file: when this very example still stands there, go on with it. */
async function onNewest(example: Example, change: (at: At) => Promise<Lesson>): Promise<Lesson> {
  const at = ({ path, line, version }: Example): At => ({ path, line, version });
  try {
    return await change(at(example));
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.code !== "moved_on") throw cause;
    const query = { intent: example.intent, words: example.text };
    const { examples } = await api.get("/api/v1/studio/examples", { query });
    const now = examples.find(({ path, text }) => path === example.path && text === example.text);
    if (!now) throw cause;
    return change(at(now));
  }
}
