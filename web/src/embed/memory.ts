// Whether the chat was used in this tab: on the site's next page it is loaded again, and open if it was open.
const KEY = "souk.chat";

export type Remembered = "open" | "closed" | null;

export function remembered(): Remembered {
  try {
    return sessionStorage.getItem(KEY) as Remembered;
  } catch {
    return null;
  }
}

export function remember(state: "open" | "closed"): void {
  try {
    sessionStorage.setItem(KEY, state);
  } catch {
    // A browser that keeps nothing: the next page begins with a closed chat.
  }
}
