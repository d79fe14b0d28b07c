// What the page shows, read once and again whenever the live stream says that it changed.
import { useCallback } from "react";
import { api } from "../api/client";
import type { Change } from "../api/live";
import { useLive } from "../console/useLive";
import { useResource } from "../console/useResource";
import { useSoon } from "../console/useSoon";
import { useModels } from "./useModels";
import { useTeaching } from "./useTeaching";
import type { Place } from "./useAddress";

const SOON_MS = 150;

export type StudioData = ReturnType<typeof useStudio>;

/** `words` narrows the examples; it counts only where no intent is open. */
export function useStudio({ tab, intent }: Place, words: string) {
  const review = useResource("review", (signal) => api.get("/api/v1/studio/misunderstood", { signal }));
  const intents = useResource("intents", (signal) => api.get("/api/v1/studio/intents", { signal }));
  const standing = useResource("standing", (signal) => api.get("/api/v1/studio/standing", { signal }));
  const inHistory = tab === "history";
  const lessons = useResource(inHistory ? "lessons" : undefined, (signal) =>
    api.get("/api/v1/studio/lessons", { signal }),
  );
  const modelList = useResource(inHistory ? "models" : undefined, (signal) =>
    api.get("/api/v1/studio/models", { signal }),
  );
  const query = { intent, words: intent ? undefined : words || undefined };
  const examples = useResource(tab === "intents" && (intent || words) ? JSON.stringify(query) : undefined, (signal) =>
    api.get("/api/v1/studio/examples", { query, signal }),
  );

  const all = [review, intents, standing, lessons, modelList, examples].map(({ reload }) => reload);
  const reloadAll = useCallback(() => {
    for (const reload of all) reload();
  }, all);
  const reloadSoon = useSoon(reloadAll, SOON_MS);
  const teaching = useTeaching(reloadSoon);
  const models = useModels(standing, teaching.say);

  const onChange = ({ kind, data }: Change) => {
    if (kind !== "training" || data["state"] !== "running" || standing.data?.training?.id !== data["training"]) {
      reloadSoon();
      return;
    }
    const { step, fraction } = data as { step: string; fraction: number };
    standing.patch((now) => ({ ...now, training: now.training && { ...now.training, step, fraction } }));
  };
  const online = useLive("/api/v1/studio/live", { onChange, onReset: reloadAll, onOpen: reloadSoon });
  return { review, intents, standing, lessons, modelList, examples, teaching, models, online };
}
