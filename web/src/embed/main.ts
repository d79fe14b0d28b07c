// The script that a site loads to have the shop's chat: <script src="https://shop.example/embed.js" async></script>.
// It draws a button and keeps a frame; what is said in it the site never sees. Nothing of the site is changed but for
// one element at the end of its body.
import { element, shielded } from "./dom";
import css from "./embed.css";
import { Launcher } from "./launcher";
import type { Words } from "./launcher";
import { remember, remembered } from "./memory";
import { optionsOf } from "./options";
import type { Options } from "./options";
import { Panel } from "./panel";

type Listener = (unread: number) => void;

export interface SoukApi {
  open(): void;
  close(): void;
  /** Opens the chat and says this in the customer's name. */
  say(text: string): void;
  /** Calls `listener` whenever the number of new messages changes. Returns the way to stop it. */
  on(event: "unread", listener: Listener): () => void;
}

declare global {
  interface Window {
    Souk?: SoukApi;
  }
}

/** The words of the button, or undefined after saying in the console why there is none. */
async function asked({ shop, locale }: Options): Promise<Words | undefined> {
  const headers = locale ? { "Accept-Language": locale } : undefined;
  try {
    const answer = await fetch(`${shop}/api/v1/chat/embed`, { credentials: "omit", headers });
    const told = (await answer.json()) as Words & { error?: { message: string } };
    if (answer.ok) return told;
    console.warn(`Souk: ${told.error?.message}`);
  } catch {
    console.warn(`Souk: ${shop} cannot be reached from here; a Content-Security-Policy has to allow it in connect-src.`);
  }
}

function draw(words: Words, options: Options, listeners: Set<Listener>): Panel {
  const launcher = new Launcher(words, options, () => (panel.isOpen ? panel.close() : panel.open(true)));
  let unread = 0;
  const panel = new Panel(words, options, {
    unread(count, seen) {
      remember("seen", String(seen));
      if (count === unread) return;
      unread = count;
      launcher.setUnread(count);
      for (const listener of listeners) listener(count);
    },
    opened() {
      launcher.setOpen(true);
      remember("state", "open");
    },
    closed() {
      launcher.setOpen(false);
      remember("state", "closed");
    },
  });

  const host = element("souk-chat" as "div");
  shielded(host, css).append(launcher.button, launcher.voice, panel.dialog);
  document.body.append(host);
  return panel;
}

function start(script: HTMLScriptElement): void {
  const options = optionsOf(script);
  const listeners = new Set<Listener>();
  // What the site asks for before the button is there is done when it is.
  const early: ((panel: Panel) => void)[] = [];
  let panel: Panel | undefined;
  const soon = (deed: (panel: Panel) => void) => (panel ? deed(panel) : void early.push(deed));
  window.Souk = {
    open: () => soon((it) => it.open(true)),
    close: () => soon((it) => it.close()),
    say: (text) => soon((it) => it.say(String(text))),
    on: (_event, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const begin = async () => {
    const words = await asked(options);
    if (!words) return;
    panel = draw(words, options, listeners);
    const before = remembered("state");
    if (before) panel.load();
    if (before === "open" || (options.open && !before)) panel.open(false);
    for (const deed of early) deed(panel);
  };
  if (document.body) void begin();
  else document.addEventListener("DOMContentLoaded", () => void begin());
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !window.Souk) start(script);
