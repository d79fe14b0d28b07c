// Every change the operator makes: sent, told at the foot of the page with its undo, and refused in words.
import { useCallback, useRef, useState } from "react";
import { api, ApiError } from "../api/client";
import { told, type Example, type Lesson } from "./words";

export interface Notice {
  /** Counts up, so that the same words said twice are two notices. */
  id: number;
  text: string;
  /** The lesson that `z` takes back. */
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
}

export function useTeaching(afterwards: () => void): Teaching {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [notice, setNotice] = useState<Notice>();
  const count = useRef(0);

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

  const at = ({ path, line }: Example) => ({ path, line });
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
        api.post("/api/v1/studio/examples/reword", { version: example.version, body: { ...at(example), text } }),
      ),
    move: (example, intent) =>
      run(() =>
        api.post("/api/v1/studio/examples/move", { version: example.version, body: { ...at(example), intent } }),
      ),
    remove: (example) =>
      run(() => api.post("/api/v1/studio/examples/delete", { version: example.version, body: at(example) })),
    undo: (lesson) => run(() => api.post("/api/v1/studio/lessons/{lesson}/undo", { path: { lesson } })),
  };
}
