// Something read from the server: loaded once, loaded again on request, the old kept on screen meanwhile.
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { noteRefusal } from "./session";

export interface Resource<T> {
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  /** Load again now. Calls during a load are answered by one more load after it. */
  reload: () => void;
  /** Change what is shown at once, before the server says the same. */
  patch: (change: (data: T) => T) => void;
}

/** `key` names what is read: another key forgets the old data. `undefined` reads nothing. */
export function useResource<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key?: string; data?: T; error?: ApiError; loading: boolean }>({ loading: true });
  const current = useRef({ load, again: false, running: undefined as AbortController | undefined });
  current.current.load = load;

  const run = useCallback(async () => {
    if (key === undefined) return;
    const now = current.current;
    if (now.running) {
      now.again = true;
      return;
    }
    const controller = new AbortController();
    now.running = controller;
    try {
      do {
        now.again = false;
        const data = await now.load(controller.signal);
        if (!controller.signal.aborted) setState({ key, data, loading: false });
      } while (now.again && !controller.signal.aborted);
    } catch (cause) {
      if (controller.signal.aborted) return;
      noteRefusal(cause);
      const error = cause instanceof ApiError ? cause : new ApiError(0, "broken", String(cause));
      setState((before) => ({ ...before, key, error, loading: false, data: before.key === key ? before.data : undefined }));
    } finally {
      if (now.running === controller) now.running = undefined;
    }
  }, [key]);

  useEffect(() => {
    setState((before) => (before.key === key ? before : { loading: key !== undefined }));
    void run();
    return () => {
      current.current.running?.abort();
      current.current.running = undefined;
    };
  }, [key, run]);

  const reload = useCallback(() => void run(), [run]);
  const patch = useCallback(
    (change: (data: T) => T) =>
      setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) })),
    [],
  );
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : undefined,
    error: fresh ? state.error : undefined,
    loading: key !== undefined && (!fresh || state.loading),
    reload,
    patch,
  };
}
