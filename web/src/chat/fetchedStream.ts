// Server-sent events read by fetch, for a request that needs a header; EventSource sends none. It does not connect again
// by itself: whoever opened it does (api/live.ts).
import type { LiveSource } from "../api/live";

/** As https://html.spec.whatwg.org/multipage/server-sent-events.html has it, but for `retry`. */
export class FetchedStream implements LiveSource {
  readyState: number = EventSource.CONNECTING;
  onopen: LiveSource["onopen"] = null;
  onerror: LiveSource["onerror"] = null;

  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  private readonly stop = new AbortController();
  private fields = { event: "message", data: "", id: "" };

  constructor(url: string, headers: Record<string, string>) {
    void this.read(url, { ...headers, Accept: "text/event-stream" });
  }

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.readyState = EventSource.CLOSED;
    this.stop.abort();
  }

  private async read(url: string, headers: Record<string, string>): Promise<void> {
    try {
      const { ok, body } = await fetch(url, { headers, signal: this.stop.signal });
      if (ok && body) {
        this.readyState = EventSource.OPEN;
        this.onopen?.(new Event("open"));
        await this.readLines(body);
      }
    } catch {
      // The connection broke, or was closed on purpose.
    }
    if (this.readyState === EventSource.CLOSED) return;
    this.readyState = EventSource.CLOSED;
    this.onerror?.(new Event("error"));
  }

  private async readLines(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.take(line);
    }
  }

  private take(line: string): void {
    if (!line) return this.tell();
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "event" || name === "id") this.fields[name] = value;
    else if (name === "data") this.fields.data += value;
  }

  private tell(): void {
    const { event, data, id } = this.fields;
    if (data) this.listeners.get(event)?.(new MessageEvent(event, { data, lastEventId: id }));
    this.fields = { event: "message", data: "", id };
  }
}
