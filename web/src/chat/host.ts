// The site around the page, when it stands in another site's frame. Only sites that the shop lists can put it there
// (frame-ancestors), and only the one that did is listened to.
import type { ToChat, ToSite } from "../embed/protocol";

/** `asked`: a person opened the chat, so that the keyboard may come here. */
export type Sight = "hidden" | "shown" | "asked";

export class Host {
  sight: Sight = "hidden";
  onSight: (sight: Sight) => void = () => undefined;
  onSay: (text: string) => void = () => undefined;

  private constructor(
    private readonly origin: string,
    /** The newest message that was looked at in this tab, as the site remembers it; NaN for none. */
    readonly seen: number,
  ) {
    window.addEventListener("message", ({ origin: from, source, data }) => {
      if (source !== window.parent || from !== this.origin) return;
      this.hear(data as ToChat);
    });
  }

  /** The site that `?embed=` names; null on the shop's own page. */
  static of(asked: URLSearchParams): Host | null {
    const origin = asked.get("embed");
    return origin && window.parent !== window ? new Host(origin, Number(asked.get("seen") || NaN)) : null;
  }

  tell(message: ToSite): void {
    window.parent.postMessage(message, this.origin);
  }

  private hear(message: ToChat): void {
    if (message.souk === "say") return this.onSay(String(message.text));
    if (message.souk !== "show" && message.souk !== "hide") return;
    this.sight = message.souk === "hide" ? "hidden" : message.asked ? "asked" : "shown";
    this.onSight(this.sight);
  }
}
