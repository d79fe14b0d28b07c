// Trouble with an account of the shop, for everybody at the desk, until it is over.
import { Button } from "@mantine/core";
import { useState } from "react";
import { api } from "../api/client";
import { inWords } from "../console/errors";
import { noteRefusal } from "../console/session";
import { shortTime } from "../console/time";
import { endOf, type DeskAlarm, type QueueView } from "./words";

interface Props {
  alarms: DeskAlarm[];
  onSeen: (queue: QueueView) => void;
}

export function AlarmBanner({ alarms, onSeen }: Props) {
  if (alarms.length === 0) return null;
  return (
    <ul className="desk-alarms" role="alert">
      {alarms.map((alarm) => (
        <Alarm key={alarm.id} alarm={alarm} onSeen={onSeen} />
      ))}
    </ul>
  );
}

function Alarm({ alarm, onSeen }: { alarm: DeskAlarm; onSeen: Props["onSeen"] }) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const seen = async () => {
    setBusy(true);
    try {
      onSeen(await api.post("/api/v1/desk/alarms/{alarm}/seen", { path: { alarm: alarm.id } }));
    } catch (cause) {
      noteRefusal(cause);
      setError(inWords(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li data-stops={alarm.stops || undefined}>
      <span className="desk-alarm" aria-hidden="true">
        !
      </span>
      <p>
        <strong>
          {endOf(alarm)}
          {alarm.stops ? " is not sending:" : ":"}
        </strong>{" "}
        {alarm.words} {alarm.waiting > 0 && alarm.stops && `${waits(alarm.waiting)} `}
        <span className="desk-soft">Since {shortTime(alarm.since)}.</span>
        {error && <span data-failed> {error}</span>}
      </p>
      {!alarm.stops && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void seen()}>
          Seen to
        </Button>
      )}
    </li>
  );
}

const waits = (count: number) => (count === 1 ? "1 message waits." : `${count} messages wait.`);
