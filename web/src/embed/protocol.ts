// What a site's page and the chat in its frame tell each other. Both sides look at the origin before they listen.

/** `asked`: a person opened the chat, so the keyboard goes there too. */
export type ToChat = { souk: "show"; asked: boolean } | { souk: "hide" } | { souk: "say"; text: string };

export type ToSite = { souk: "ready" } | { souk: "unread"; count: number } | { souk: "close" };
