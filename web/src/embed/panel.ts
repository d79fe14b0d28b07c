// The chat itself, in a frame: a panel beside the page where there is room, a sheet over it on a phone.
import { element, icon } from "./dom";
import type { Words } from "./launcher";
import { remembered } from "./memory";
import type { Options } from "./options";
import type { ToChat, ToSite } from "./protocol";

const CLOSE = "M6 6l12 12M18 6L6 18";
const PATIENCE_MS = 12_000;
const NARROW = matchMedia("(max-width: 480px), (max-height: 480px)");

export interface Heard {
  unread: (count: number, seen: number) => void;
  opened: () => void;
  /** By whatever way: the button, Escape, the chat's own button. */
  closed: () => void;
}

export class Panel {
  readonly dialog: HTMLDialogElement;
  private frame: HTMLIFrameElement | undefined;
  private readonly waiting: HTMLDivElement;
  private readonly told: HTMLParagraphElement;
  private ready = false;
  private asked = false;
  private unsaid: string[] = [];

  constructor(
    private readonly words: Words,
    private readonly options: Options,
    private readonly heard: Heard,
  ) {
    this.told = element("p", { role: "status" }, words.loading);
    const close = element("button", { type: "button", class: "close", "aria-label": words.close }, icon(CLOSE));
    close.addEventListener("click", () => this.close());
    this.waiting = element("div", { class: "waiting" }, close, this.told);
    this.dialog = element("dialog", { class: `panel ${options.side}`, "aria-label": words.shop }, this.waiting);
    this.dialog.addEventListener("cancel", () => this.tell({ souk: "hide" }));
    this.dialog.addEventListener("close", () => this.heard.closed());
    this.dialog.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    window.addEventListener("message", (event) => this.listen(event));
    visualViewport?.addEventListener("resize", () => this.fit());
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /** Without being shown: what comes in is counted. */
  load(): void {
    if (this.frame) return;
    const { shop, locale } = this.options;
    const seen = remembered("seen");
    const query = new URLSearchParams({ embed: location.origin, ...(locale && { locale }), ...(seen && { seen }) });
    this.frame = element("iframe", { src: `${shop}/?${query}`, title: this.words.shop, allow: "clipboard-write" });
    this.dialog.append(this.frame);
    setTimeout(() => this.ready || this.giveUp(), PATIENCE_MS);
  }

  /** `asked`: by a person, so that the keyboard follows; otherwise only where it does not cover the page. */
  open(asked: boolean): void {
    if (this.isOpen || (!asked && NARROW.matches)) return;
    this.load();
    this.asked = asked;
    if (!asked) this.dialog.setAttribute("open", "");
    else if (NARROW.matches) this.dialog.showModal();
    else this.dialog.show();
    this.fit();
    this.shown();
    this.heard.opened();
  }

  close(): void {
    if (!this.isOpen) return;
    // Before the dialog's own event: what comes in from now on is unread.
    this.tell({ souk: "hide" });
    this.dialog.close();
  }

  say(text: string): void {
    this.open(true);
    this.unsaid.push(text);
    this.speak();
  }

  private shown(): void {
    if (!this.ready || !this.isOpen) return;
    if (this.asked) this.frame?.focus();
    this.tell({ souk: "show", asked: this.asked });
  }

  private speak(): void {
    if (this.ready) for (const text of this.unsaid.splice(0)) this.tell({ souk: "say", text });
  }

  private tell(message: ToChat): void {
    if (this.ready) this.frame?.contentWindow?.postMessage(message, this.options.shop);
  }

  private listen({ origin, source, data }: MessageEvent): void {
    if (!this.frame || source !== this.frame.contentWindow || origin !== this.options.shop) return;
    const message = data as ToSite;
    if (message.souk === "ready") {
      this.ready = true;
      this.waiting.hidden = true;
      this.shown();
      this.speak();
    } else if (message.souk === "unread") this.heard.unread(message.count, message.seen);
    else if (message.souk === "close") this.close();
  }

  private giveUp(): void {
    const { words, options } = this;
    const link = element("a", { href: options.shop, target: "_blank", rel: "noopener" }, words.elsewhere);
    this.told.replaceChildren(`${words.failed} `, link);
  }

  /** A phone's keyboard covers the page without telling it; the sheet ends above it. */
  private fit(): void {
    const { style } = this.dialog;
    const sheet = NARROW.matches && visualViewport;
    style.height = sheet ? `${sheet.height}px` : "";
    style.top = sheet ? `${sheet.offsetTop}px` : "";
  }
}
