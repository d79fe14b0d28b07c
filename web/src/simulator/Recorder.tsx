// In place of the field while a voice note is being spoken: how long it is, and whether it is sent.
import { useEffect, useRef, useState } from "preact/hooks";
import { CloseIcon, SendIcon } from "./icons";
import { clock } from "./Sound";

const KINDS = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

interface Props {
  onSend(note: Blob): void;
  onCancel(): void;
  /** There is no microphone, or it may not be used. */
  onSilence(): void;
}

export function Recorder({ onSend, onCancel, onSilence }: Props) {
  const recorder = useRef<MediaRecorder | null>(null);
  const [seconds, setSeconds] = useState(0);

  useEffect(() => {
    let current = true;
    let stream: MediaStream | undefined;
    const listen = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (!current) return;
      recorder.current = new MediaRecorder(stream, { mimeType: KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) });
      recorder.current.start();
    };
    listen().catch(onSilence);
    const timer = setInterval(() => setSeconds((now) => now + 1), 1000);
    return () => {
      current = false;
      clearInterval(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);

  const send = () => {
    const running = recorder.current;
    if (!running) return;
    running.addEventListener("dataavailable", ({ data }) => {
      onSend(new Blob([data], { type: running.mimeType.split(";")[0] }));
    });
    running.stop();
  };
  return (
    <div class="composer">
      <button type="button" class="quiet" aria-label="Throw the voice note away" onClick={onCancel}>
        <CloseIcon />
      </button>
      <p class="recording" role="timer">
        <i aria-hidden="true" />
        Recording {clock(seconds)}
      </p>
      <button type="button" class="send" aria-label="Send the voice note" onClick={send}>
        <SendIcon />
      </button>
    </div>
  );
}
