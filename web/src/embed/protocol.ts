// What a site's page and the chat in its frame tell each other. Both sides look at the origin before they listen.

/** `asked`: a person opened the chat, so the keyboard goes there too. */
export type ToChat = { souk: "show"; asked: boolean } | { souk: "hide" } | { souk: "say"; text: string };

/** `seen`: the newest message that was looked at. The site keeps it, because browsers may keep nothing for a frame. */
export type ToSite = { souk: "ready" } | { souk: "unread"; count: number; seen: number } | { souk: "close" };
