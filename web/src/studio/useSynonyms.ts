// What shoppers also call things: read, added, removed; the last change can be taken back.
import { useState } from "react";
import { api, ApiError, type Schema } from "../api/client";
import { useResource, type Resource } from "../console/useResource";

export type Synonym = Schema<"Synonym">;
export type NewSynonym = Schema<"NewSynonym">;

export interface Synonyms {
  list: Resource<Schema<"SynonymList">>;
  busy: boolean;
  error: ApiError | undefined;
  /** What was done last, in words, and the way back. */
  done: { text: string; undo: () => void } | undefined;
  add: (synonym: NewSynonym) => Promise<boolean>;
  remove: (synonym: Synonym) => Promise<boolean>;
}

export function useSynonyms(): Synonyms {
  const list = useResource("synonyms", (signal) => api.get("/api/v1/studio/synonyms", { signal }));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [done, setDone] = useState<Synonyms["done"]>();

  const run = async (change: () => Promise<Synonym>, verb: string, undo: (made: Synonym) => void) => {
    setBusy(true);
    setError(undefined);
    try {
      const made = await change();
      setDone({ text: `${verb} “${made.word}”, which means ${made.means}`, undo: () => undo(made) });
      return true;
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : new ApiError(500, "broken", String(cause)));
      return false;
    } finally {
      setBusy(false);
      list.reload();
    }
  };

  const add = ({ word, means, both_ways = false, language = "en" }: NewSynonym): Promise<boolean> =>
    run(
      () => api.post("/api/v1/studio/synonyms", { body: { word, means, both_ways, language } }),
      "Added",
      (made) => void remove(made),
    );
  const remove = (synonym: Synonym): Promise<boolean> =>
    run(
      () => api.post("/api/v1/studio/synonyms/{synonym}/remove", { path: { synonym: synonym.id } }),
      "Removed",
      (gone) => void add(gone),
    );
  return { list, busy, error, done, add, remove };
}
