// Who this page is to the shop: the browser's cookie if it keeps one here, else a token that lives as long as the page.
import { api, standingHeaders } from "../api/client";
import type { Schema } from "../api/client";
import { FetchedStream } from "./fetchedStream";

const HEADER = "Souk-Session";

export class Session {
  constructor(private readonly framed: boolean) {}

  /** Goes on with the session that is there, or begins one. A browser that sends back no cookie gets a token. */
  async open(): Promise<Schema<"ChatState">> {
    const held = HEADER in standingHeaders;
    const first = await this.ask(held ? "page" : this.inCookie);
    if (first.known) return first;
    if (!held && (await this.ask(this.inCookie)).known) return first;
    return this.ask("page");
  }

  /** How the live stream is opened: the browser's own way sends no header. */
  get stream(): ((url: string) => FetchedStream) | undefined {
    return HEADER in standingHeaders ? (url) => new FetchedStream(url, standingHeaders) : undefined;
  }

  private get inCookie(): "frame" | "cookie" {
    return this.framed ? "frame" : "cookie";
  }

  private async ask(kept_by: "cookie" | "frame" | "page"): Promise<Schema<"ChatState">> {
    const state = await api.post("/api/v1/chat/session", { query: { kept_by } });
    if (state.token) standingHeaders[HEADER] = state.token;
    return state;
  }
}
