// Middle, beside the history: every model, and the way back to any of them.
import { Button } from "@mantine/core";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { fullTime, shortTime } from "../console/time";
import type { Resource } from "../console/useResource";
import type { Schema } from "../api/client";
import type { Models } from "./useModels";

interface Props {
  list: Resource<Schema<"ModelList">>;
  models: Models;
}

const STATES: Record<string, string> = { live: "live", candidate: "not published", retired: "was live" };

export function ModelsPane({ list, models }: Props) {
  return (
    <div className="studio-models">
      <h2>Models</h2>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {list.data?.models.length === 0 && <Empty title="No model yet">Train one on the right.</Empty>}
      <ul aria-label="Models">
        {list.data?.models.map((model) => (
          <li key={model.id} className="studio-model">
            <span>
              <span className="studio-model-name" title={model.file}>
                Trained <time title={fullTime(model.trained_at)}>{shortTime(model.trained_at)}</time>
                {model.who && ` by ${model.who}`}
              </span>
              <span className="studio-soft">
                {[
                  model.examples > 0 && `${model.examples} examples of ${model.intents} intents`,
                  model.published_at && `published ${shortTime(model.published_at)}`,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            <span className="studio-state" data-state={model.state}>
              {STATES[model.state] ?? model.state}
            </span>
            {model.state !== "live" && (
              <Button
                size="compact-sm"
                variant="default"
                disabled={models.busy !== undefined}
                onClick={() => void models.publish(model)}
              >
                Publish
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
