// What was just done, at the foot of the page, with its undo.
import { Button } from "@mantine/core";
import { useEffect } from "react";
import type { Notice as Said } from "./useTeaching";

interface Props {
  notice: Said | undefined;
  onUndo: (lesson: number) => void;
  onClose: () => void;
}

const SHOWN_MS = 12_000;

export function Notice({ notice, onUndo, onClose }: Props) {
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, onClose]);
  return (
    <div className="studio-notice-place" aria-live="polite">
      {notice && (
        <div className="studio-notice" key={notice.id}>
          <span>{notice.text}</span>
          {notice.lesson !== undefined && (
            <Button size="compact-sm" variant="subtle" onClick={() => onUndo(notice.lesson as number)}>
              Undo <kbd>z</kbd>
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
