// Every conversation, newest first, page by page: the first page is kept fresh, and what was loaded after it stays.
import { useCallback, useEffect, useMemo, useState } from "react";
import { api } from "../api/client";
import { noteRefusal } from "../console/session";
import { useResource, type Resource } from "../console/useResource";
import type { Line } from "./words";

export interface Conversations {
  page: Resource<{ conversations: Line[]; next: string | null }>;
  lines: Line[];
  /** There are more. */
  more: boolean;
  loadMore: () => Promise<void>;
}

interface Wanted {
  search: string;
  channel: string | undefined;
}

interface Kept {
  key: string | undefined;
  lines: Map<number, Line>;
  next: string | null | undefined;
}

const read = ({ search, channel }: Wanted, before?: string, signal?: AbortSignal) =>
  api.get("/api/v1/desk/conversations", {
    query: { q: search || undefined, channel, before },
    ...(signal && { signal }),
  });

/** `wanted` undefined reads nothing. */
export function useConversations(wanted: Wanted | undefined): Conversations {
  const key = wanted && `all:${wanted.channel ?? ""}:${wanted.search}`;
  const page = useResource(key, (signal) => read(wanted ?? { search: "", channel: undefined }, undefined, signal));
  const [kept, setKept] = useState<Kept>({ key: undefined, lines: new Map(), next: undefined });

  const { data } = page;
  useEffect(() => {
    if (!data) return;
    setKept((before) => {
      // Lines that newer ones pushed off the first page are still known from before.
      const lines = new Map(before.key === key ? before.lines : []);
      for (const line of data.conversations) lines.set(line.id, line);
      return { key, lines, next: before.key === key && before.next !== undefined ? before.next : data.next };
    });
  }, [data, key]);

  const current = kept.key === key ? kept : undefined;
  const next = current?.next;
  const loadMore = useCallback(async () => {
    if (!wanted || !next) return;
    try {
      const more = await read(wanted, next);
      setKept((before) => {
        if (before.key !== key) return before;
        const lines = new Map(more.conversations.map((line) => [line.id, line]));
        return { key, lines: new Map([...lines, ...before.lines]), next: more.next };
      });
    } catch (cause) {
      noteRefusal(cause);
      throw cause;
    }
  }, [wanted, next, key]);

  const lines = useMemo(
    () => [...(current?.lines.values() ?? [])].sort((a, b) => moved(b) - moved(a) || b.id - a.id),
    [current],
  );
  return { page, lines: current ? lines : (data?.conversations ?? []), more: Boolean(next), loadMore };
}

const moved = ({ moved_at }: Line) => (moved_at ? Date.parse(moved_at) : 0);
