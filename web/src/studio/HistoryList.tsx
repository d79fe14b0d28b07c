// Left: every lesson, newest first. Each can be taken back, whatever was taught since.
import { Button } from "@mantine/core";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { shortTime } from "../console/time";
import type { Resource } from "../console/useResource";
import type { Schema } from "../api/client";
import { told } from "./words";

interface Props {
  list: Resource<Schema<"LessonList">>;
  busy: boolean;
  onUndo: (lesson: number) => void;
}

export function HistoryList({ list, busy, onUndo }: Props) {
  return (
    <>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {list.data?.lessons.length === 0 && (
        <Empty title="No lessons yet">What you and your colleagues teach is kept here, and every step can be undone.</Empty>
      )}
      <ul aria-label="Lessons">
        {list.data?.lessons.map((lesson) => (
          <li key={lesson.id} className="studio-lesson" data-undone={lesson.undone || undefined}>
            <span className="studio-lesson-text">
              <b>{lesson.who || "Somebody"}</b> {told(lesson)}
            </span>
            <span className="studio-row-facts">
              <span>
                {lesson.id} · {shortTime(lesson.at)}
                {lesson.undone && " · taken back"}
              </span>
              {!lesson.undone && (
                <Button size="compact-xs" variant="subtle" disabled={busy} onClick={() => onUndo(lesson.id)}>
                  {lesson.what === "undo" ? "Redo" : "Undo"}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
