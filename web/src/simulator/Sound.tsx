// A voice note: its shape, its length, and a button to hear it.
import { useEffect, useRef, useState } from "preact/hooks";
import { useHand } from "./hand";
import { PauseIcon, PlayIcon } from "./icons";

const BARS = 28;

/** How loud each part of a sound is, 0 to 1 of its loudest. */
function shape(sound: AudioBuffer): number[] {
  const samples = sound.getChannelData(0);
  const step = Math.max(1, Math.floor(samples.length / BARS));
  const peaks = Array.from({ length: BARS }, (_, bar) => {
    let peak = 0;
    for (let at = bar * step; at < (bar + 1) * step; at += 16) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks, 0.01);
  return peaks.map((peak) => peak / loudest);
}

export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function Sound({ src }: { src: string }) {
  const { standIn } = useHand();
  const [sound, setSound] = useState<AudioBuffer | null>(null);
  const playing = useRef<AudioBufferSourceNode | null>(null);
  const [on, setOn] = useState(false);

  useEffect(() => {
    let current = true;
    const decode = async () => {
      const bytes = await (await standIn.file(src)).arrayBuffer();
      const decoded = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(bytes);
      if (current) setSound(decoded);
    };
    decode().catch(() => undefined); // What no browser can play is shown without a length.
    return () => {
      current = false;
      playing.current?.stop();
    };
  }, [src, standIn]);

  const toggle = () => {
    if (on || !sound) return playing.current?.stop();
    const context = new AudioContext();
    const source = new AudioBufferSourceNode(context, { buffer: sound });
    source.connect(context.destination);
    source.addEventListener("ended", () => {
      setOn(false);
      void context.close();
    });
    source.start();
    playing.current = source;
    setOn(true);
  };

  const bars = sound ? shape(sound) : Array<number>(BARS).fill(0.15);
  return (
    <div class="sound">
      <button type="button" aria-label={on ? "Stop the voice note" : "Play the voice note"} disabled={!sound} onClick={toggle}>
        {on ? <PauseIcon /> : <PlayIcon />}
      </button>
      <svg class={on ? "wave wave-on" : "wave"} viewBox={`0 0 ${BARS * 5} 32`} preserveAspectRatio="xMinYMid meet" aria-hidden="true" focusable="false">
        {bars.map((height, bar) => (
          <rect key={bar} x={bar * 5} y={16 - 14 * height - 1} width="3" height={28 * height + 2} rx="1.5" />
        ))}
      </svg>
      <span class="length">{sound ? clock(sound.duration) : "Voice"}</span>
    </div>
  );
}
