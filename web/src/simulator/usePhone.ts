// What is on one customer's phone: the thread as the stand-in has it, kept fresh by its stream.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Bubble, News, Reply, StandIn } from "./standin";

/** Meta shows the typing sign until the next message, and no longer than this. */
const TYPING_MS = 25_000;

export interface Phone {
  bubbles: Bubble[] | null;
  typing: boolean;
  connected: boolean;
  trouble: string;
  write(text: string): Promise<boolean>;
  tap(reply: Reply, of: string): Promise<boolean>;
}

function withNews(bubbles: Bubble[], news: News): Bubble[] {
  if (news.kind === "bubble") return bubbles.some((b) => b.id === news.bubble.id) ? bubbles : [...bubbles, news.bubble];
  if (news.kind === "state") return bubbles.map((b) => (b.id === news.id ? { ...b, state: news.state } : b));
  return bubbles;
}

export function usePhone(standIn: StandIn, customer: string): Phone {
  const [bubbles, setBubbles] = useState<Bubble[] | null>(null);
  const [typing, setTyping] = useState(false);
  const [connected, setConnected] = useState(true);
  const [trouble, setTrouble] = useState("");

  useEffect(() => {
    let current = true;
    setBubbles(null);
    setTyping(false);
    const stop = standIn.follow(customer, {
      async opened() {
        try {
          const thread = await standIn.thread(customer);
          if (!current) return;
          setBubbles(thread.bubbles);
          setTyping(thread.typing);
          setConnected(true);
        } catch {
          if (current) setConnected(false);
        }
      },
      heard(news) {
        setBubbles((known) => withNews(known ?? [], news));
        if (news.kind === "typing") setTyping(true);
        if (news.kind === "bubble" && !news.bubble.mine) setTyping(false);
      },
      lost: () => setConnected(false),
    });
    return () => {
      current = false;
      stop();
    };
  }, [standIn, customer]);

  useEffect(() => {
    if (!typing) return;
    const timer = setTimeout(() => setTyping(false), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typing, bubbles]);

  const attempt = useCallback(async (sending: Promise<void>) => {
    try {
      await sending;
      setTrouble("");
      return true;
    } catch {
      setTrouble("Not sent: the stand-in did not take it. Your words are kept; try again.");
      return false;
    }
  }, []);

  const write = useCallback((text: string) => attempt(standIn.write(customer, text)), [standIn, customer, attempt]);
  const tap = useCallback(
    (reply: Reply, of: string) => attempt(standIn.tap(customer, reply, of)),
    [standIn, customer, attempt],
  );
  return { bubbles, typing, connected, trouble, write, tap };
}
