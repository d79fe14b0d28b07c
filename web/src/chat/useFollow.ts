import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Bubble } from "./bubbles";

const NEAR_PX = 80;
const ABOVE_PX = 16;
const ONE_ANSWER_MS = 3_000;

export type Below = "nothing" | "more" | "news";

interface Box {
  current: HTMLDivElement | null;
}

/**
 * Keeps the log where a reader wants it: at its end, but never past the beginning of an answer that has just come, and
 * not moved at all while they read further up. `below` says whether something lies out of sight underneath.
 */
export function useFollow(log: Box, inner: Box, bubbles: Bubble[], firstId: number | undefined) {
  const [below, setBelow] = useState<Below>("nothing");
  const pinned = useRef(true);
  const atEnd = useRef(true);
  const news = useRef(false);
  const answer = useRef<{ key: string; at: number } | null>(null);
  const before = useRef<{ newest?: string; firstId?: number; height: number }>({ height: 0 });
  const newest = bubbles.at(-1)?.key;

  const target = (box: HTMLDivElement): number => {
    const end = box.scrollHeight - box.clientHeight;
    const start = answer.current && box.querySelector<HTMLElement>(`[data-key="${answer.current.key}"]`);
    return start ? Math.min(end, start.offsetTop - ABOVE_PX) : end;
  };
  const look = (box: HTMLDivElement) => {
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (atEnd.current) news.current = false;
    setBelow(atEnd.current ? "nothing" : news.current ? "news" : "more");
  };
  const follow = () => {
    const box = log.current;
    if (!box) return;
    if (pinned.current) box.scrollTop = target(box);
    look(box);
  };
  const isFresh = () => answer.current !== null && Date.now() - answer.current.at < ONE_ANSWER_MS;

  const toEnd = () => {
    answer.current = null;
    pinned.current = true;
    follow();
  };

  const scrolled = () => {
    const box = log.current;
    if (!box) return;
    pinned.current = Math.abs(box.scrollTop - target(box)) < 4;
    look(box);
    if (atEnd.current) pinned.current = true;
    if (atEnd.current && !isFresh()) answer.current = null;
  };

  useLayoutEffect(() => {
    const known = bubbles.findIndex(({ key }) => key === before.current.newest);
    before.current.newest = newest;
    if (known < 0 || bubbles.at(-1)?.message.author === "customer") return toEnd();
    if (!isFresh() && pinned.current && atEnd.current) answer.current = { key: bubbles[known + 1]!.key, at: Date.now() };
    else if (!isFresh()) {
      pinned.current = false;
      news.current = true;
    }
    follow();
  }, [newest]);

  // Older messages came in above: what was being read stays where it is.
  useLayoutEffect(() => {
    const box = log.current;
    if (!box) return;
    const { firstId: oldFirst, height } = before.current;
    const prepended = oldFirst !== undefined && firstId !== undefined && firstId < oldFirst;
    if (prepended && !pinned.current) box.scrollTop += box.scrollHeight - height;
    before.current.firstId = firstId;
    before.current.height = box.scrollHeight;
  });

  // Pictures and cards grow after they are drawn, keyboards shrink the page.
  useEffect(() => {
    const grown = new ResizeObserver(follow);
    if (inner.current) grown.observe(inner.current);
    if (log.current) grown.observe(log.current);
    return () => grown.disconnect();
  }, []);

  return { below, toEnd, scrolled };
}
