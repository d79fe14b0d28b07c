// What the browser keeps for the page. In another site's frame it may refuse to: then the page itself keeps it.
export type Keep = Pick<Storage, "getItem" | "setItem">;

function keepOf(storage: () => Storage): Keep {
  try {
    return storage();
  } catch {
    const kept = new Map<string, string>();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
  }
}

export const lasting = keepOf(() => localStorage);
export const ofThisTab = keepOf(() => sessionStorage);
