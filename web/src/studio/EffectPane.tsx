// Right: what the lessons do. The live model, the training, the new model's effect on real sentences, publish, roll back.
import { Button } from "@mantine/core";
import type { RefObject } from "react";
import { api } from "../api/client";
import { Problem } from "../console/Problem";
import { shortTime } from "../console/time";
import { useResource, type Resource } from "../console/useResource";
import { Changes } from "./Changes";
import { TrainingBox } from "./TrainingBox";
import { TryBox } from "./TryBox";
import type { Models } from "./useModels";
import type { Model, Standing } from "./words";

interface Props {
  standing: Resource<Standing>;
  models: Models;
  tryRef: RefObject<HTMLInputElement | null>;
}

export function EffectPane({ standing, models, tryRef }: Props) {
  const { live, candidate, previous } = standing.data ?? {};
  const pair = `${live?.id ?? 0}:${candidate?.id ?? 0}`;
  const effect = useResource(live && candidate ? pair : undefined, (signal) =>
    api.post("/api/v1/studio/models/{model}/effect", { path: { model: candidate?.id ?? 0 }, signal }),
  );
  return (
    <aside className="studio-effect" aria-label="Effect">
      {standing.error && <Problem error={standing.error} onRetry={standing.reload} />}
      {models.error !== undefined && <Problem error={models.error} onClose={models.forget} />}
      {standing.data && <TrainingBox standing={standing.data} models={models} />}
      {candidate && (
        <section className="studio-box studio-candidate" aria-label="New model">
          <h3>
            New model <span className="studio-soft">{madeBy(candidate)}</span>
          </h3>
          {live && <Changes effect={effect} />}
          <Button
            fullWidth
            loading={models.busy === "publish"}
            disabled={models.busy !== undefined}
            onClick={() => void models.publish(candidate)}
          >
            Publish <kbd>p</kbd>
          </Button>
          <p className="studio-soft">Customers get it from their next message on. Nobody waits, and you can roll back.</p>
        </section>
      )}
      <section className="studio-box" aria-label="Live model">
        <h3>
          <span className="studio-state" data-state="live">
            live
          </span>{" "}
          {live ? <span className="studio-soft">{madeBy(live)}</span> : "No model is live yet"}
        </h3>
        {live && previous && (
          <Button
            size="compact-sm"
            variant="default"
            loading={models.busy === "roll-back"}
            disabled={models.busy !== undefined}
            onClick={() => void models.rollBack(live)}
          >
            Roll back to the one of {shortTime(previous.trained_at)}
          </Button>
        )}
      </section>
      <TryBox models={pair} inputRef={tryRef} />
    </aside>
  );
}

function madeBy({ trained_at, who, examples }: Model): string {
  const facts = [`trained ${shortTime(trained_at)}`, who && `by ${who}`].filter(Boolean).join(" ");
  return examples > 0 ? `${facts}, ${examples} examples` : facts;
}
