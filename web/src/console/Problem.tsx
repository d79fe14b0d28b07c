// A failure, where it happened, with the way on.
import { Button } from "@mantine/core";
import { inWords } from "./errors";

interface Props {
  error: unknown;
  onRetry?: () => void;
  onClose?: () => void;
}

export function Problem({ error, onRetry, onClose }: Props) {
  return (
    <div role="alert" className="console-problem">
      <span>{inWords(error)}</span>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
      {onClose && (
        <Button size="compact-sm" variant="subtle" onClick={onClose}>
          Close
        </Button>
      )}
    </div>
  );
}
