// Live push: one server-sent event stream with ids. The browser's EventSource sends Last-Event-ID itself when a
// connection drops; after a stream that the server refused or closed for good we open a new one with the same id.

export interface Change {
  topic: string;
  kind: string;
  data: Record<string, unknown>;
}

/** As much of an EventSource as is needed here. */
export interface LiveSource {
  readonly readyState: number;
  onopen: ((event: Event) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveOptions {
  /** Address of the stream, for example "/api/v1/chat/live". */
  url: string;
  /** Go on after this event; without it the stream begins with what happens next. */
  since?: number;
  onChange: (change: Change) => void;
  /** The server no longer has what was missed: load the page's data afresh. */
  onReset: () => void;
  /** How a stream is opened, where the browser's own way will not do. */
  open?: (url: string) => LiveSource;
  /** True while the stream is open. Called once for each change of state. */
  onOnline?: (online: boolean) => void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Opens the stream and keeps it open. Returns the way to close it. */
export function openLive({ url, since, onChange, onReset, onOnline, open: opened }: LiveOptions): () => void {
  let source: LiveSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastId = since === undefined ? "" : String(since);
  let wait = FIRST_WAIT_MS;
  let online: boolean | undefined;
  let closed = false;

  const tell = (now: boolean) => {
    if (now === online || closed) return;
    online = now;
    onOnline?.(now);
  };

  const open = () => {
    clearTimeout(timer);
    source?.close();
    const resumed = lastId ? `${url}${url.includes("?") ? "&" : "?"}last_event_id=${lastId}` : url;
    const stream: LiveSource = opened ? opened(resumed) : new EventSource(resumed);
    source = stream;
    const remember = (event: MessageEvent) => {
      if (event.lastEventId) lastId = event.lastEventId;
    };
    stream.addEventListener("hello", remember);
    stream.addEventListener("reset", (event) => {
      remember(event);
      onReset();
    });
    stream.addEventListener("change", (event) => {
      remember(event);
      onChange(JSON.parse(event.data) as Change);
    });
    stream.onopen = () => {
      wait = FIRST_WAIT_MS;
      tell(true);
    };
    stream.onerror = () => {
      tell(false);
      // CONNECTING: the browser is already trying again. CLOSED: it has given up, so it is our turn.
      if (stream.readyState !== EventSource.CLOSED || closed) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  };

  const back = () => {
    wait = FIRST_WAIT_MS;
    // A stream that still calls itself open may have died while the network was away; a new one misses nothing.
    open();
  };
  const gone = () => tell(false);
  window.addEventListener("online", back);
  window.addEventListener("offline", gone);
  open();

  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
    window.removeEventListener("online", back);
    window.removeEventListener("offline", gone);
  };
}
