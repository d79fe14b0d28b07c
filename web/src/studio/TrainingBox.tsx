// What no model has learnt yet, and the training that changes it: with progress, and a way to stop it.
import { Button, Progress } from "@mantine/core";
import { useNow, clock } from "../console/time";
import type { Models } from "./useModels";
import { counted, type Standing, type Training } from "./words";

interface Props {
  standing: Standing;
  models: Models;
}

export function TrainingBox({ standing, models }: Props) {
  const { training, untrained, problems } = standing;
  const running = training?.state === "running";
  const stops = problems.some((problem) => problem.stops);
  return (
    <section className="studio-box" aria-label="Training">
      {running ? (
        <Running training={training} models={models} />
      ) : (
        <>
          <p>
            {untrained > 0 ? <b>{counted(untrained, "change")} no model has learnt yet.</b> : "Every lesson is learnt."}
          </p>
          {training?.state === "failed" && (
            <p role="alert" className="studio-fault">
              The last training failed: {training.error} The live model goes on.
            </p>
          )}
          <Button
            variant={untrained > 0 ? "filled" : "default"}
            fullWidth
            loading={models.busy === "train"}
            disabled={stops}
            onClick={() => void models.train()}
          >
            Train a new model <kbd>t</kbd>
          </Button>
        </>
      )}
      {problems.length > 0 && (
        <details className="studio-problems" open={stops}>
          <summary>{counted(problems.length, "thing")} to look at in the examples</summary>
          <ul>
            {problems.map(({ message, path, line, stops: stop }) => (
              <li key={message} data-stops={stop || undefined}>
                {stop && <b>Stops training: </b>}
                {message}
                {path && (
                  <span className="studio-soft">
                    {" "}
                    {path}
                    {line ? `:${line}` : ""}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Running({ training, models }: { training: Training; models: Models }) {
  const now = useNow();
  const done = Math.round(training.fraction * 100);
  return (
    <>
      <p className="studio-running">
        <b>Training a new model</b>
        <span className="studio-soft">{clock(training.started_at, now)}</span>
      </p>
      <Progress value={Math.max(3, done)} aria-label="Training" transitionDuration={140} />
      <p className="studio-soft" aria-live="polite">
        {training.step || "Starting"}
      </p>
      <Button
        size="compact-sm"
        variant="default"
        loading={models.busy === "cancel"}
        onClick={() => void models.cancel(training.id)}
      >
        Cancel
      </Button>
    </>
  );
}
