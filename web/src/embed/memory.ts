// What this tab knows of the chat: if it was used it is loaded again on the site's next page, and open if it was open.
const KEYS = { state: "souk.chat", seen: "souk.chat.seen" };

/** `state` is "open" or "closed", `seen` the number of the newest message that was looked at. */
export function remembered(what: keyof typeof KEYS): string | null {
  try {
    return sessionStorage.getItem(KEYS[what]);
  } catch {
    return null;
  }
}

export function remember(what: keyof typeof KEYS, value: string): void {
  try {
    sessionStorage.setItem(KEYS[what], value);
  } catch {
    // A browser that keeps nothing: the next page begins with a closed chat.
  }
}
