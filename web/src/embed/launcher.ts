// The button in the corner: the shop's name, and how much is new.
import type { components } from "../api/schema";
import { element, icon } from "./dom";
import type { Options } from "./options";
import { inkOn } from "./options";

export type Words = components["schemas"]["Embedding"];

const SPEECH = "M5 5.5h14v10h-8l-4 3.5v-3.5H5zM9 9.5h6M9 12h4";
const DOWN = "M6 9.5l6 6 6-6";

export class Launcher {
  readonly button: HTMLButtonElement;
  /** Says aloud what is new. */
  readonly voice = element("p", { role: "status", class: "voice" });
  private readonly badge = element("span", { class: "badge", "aria-hidden": "true" });
  private readonly drawings = [icon(SPEECH), icon(DOWN)] as const;
  private unread = 0;
  private open = false;

  constructor(
    private readonly words: Words,
    private readonly options: Options,
    onPress: () => void,
  ) {
    const { colour, label, side } = options;
    const name = element("span", { class: "name" }, label ?? words.shop);
    this.button = element("button", { type: "button", class: `launcher ${side}`, "aria-haspopup": "dialog" });
    this.button.append(...this.drawings, name, this.badge);
    this.button.addEventListener("click", onPress);
    if (colour) {
      this.button.style.setProperty("--fill", colour);
      this.button.style.setProperty("--ink", inkOn(colour));
    }
    this.draw();
  }

  setUnread(count: number): void {
    const told = this.words.unread.replace("{count}", String(count));
    if (count > this.unread) this.voice.textContent = told;
    this.unread = count;
    this.draw();
  }

  setOpen(open: boolean): void {
    this.open = open;
    this.draw();
  }

  private draw(): void {
    const { words, unread, open } = this;
    const news = unread && !open ? `. ${words.unread.replace("{count}", String(unread))}` : "";
    this.button.setAttribute("aria-label", open ? words.close : (this.options.label ?? words.open) + news);
    this.button.setAttribute("aria-expanded", String(open));
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    this.badge.hidden = !unread || open;
    this.drawings[0].style.display = open ? "none" : "";
    this.drawings[1].style.display = open ? "" : "none";
  }
}
