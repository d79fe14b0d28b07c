// Training, publishing, rolling back: one at a time, each refused in words, none of them leaves a half.
import { useCallback, useState } from "react";
import { api } from "../api/client";
import type { Resource } from "../console/useResource";
import type { Model, Standing } from "./words";

export interface Models {
  busy: "train" | "cancel" | "publish" | "roll-back" | undefined;
  error: unknown;
  forget: () => void;
  train: () => Promise<void>;
  cancel: (training: number) => Promise<void>;
  publish: (model: Model) => Promise<void>;
  rollBack: (live: Model) => Promise<void>;
}

export function useModels(standing: Resource<Standing>, say: (text: string) => void): Models {
  const [busy, setBusy] = useState<Models["busy"]>();
  const [error, setError] = useState<unknown>();
  const { reload } = standing;

  const run = useCallback(
    async (name: Models["busy"], make: () => Promise<string | undefined>) => {
      setBusy(name);
      setError(undefined);
      try {
        const said = await make();
        if (said) say(said);
      } catch (cause) {
        setError(cause);
      } finally {
        setBusy(undefined);
        reload();
      }
    },
    [reload, say],
  );

  return {
    busy,
    error,
    forget: () => setError(undefined),
    train: () =>
      run("train", async () => {
        await api.post("/api/v1/studio/trainings");
        return undefined;
      }),
    cancel: (training) =>
      run("cancel", async () => {
        await api.post("/api/v1/studio/trainings/{training}/cancel", { path: { training } });
        return "Training cancelled; nothing else changed";
      }),
    publish: (model) =>
      run("publish", async () => {
        await api.post("/api/v1/studio/models/{model}/publish", { path: { model: model.id }, version: model.version });
        return "Published: the next message gets it";
      }),
    rollBack: (live) =>
      run("roll-back", async () => {
        await api.post("/api/v1/studio/models/roll-back", { version: live.version });
        return "Rolled back to the model before";
      }),
  };
}
