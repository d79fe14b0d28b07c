// What is on one customer's phone: the thread as the stand-in has it, kept fresh by its stream.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Bubble, Profile } from "./bodies";
import type { Act, Customer, News, StandIn } from "./standin";

/** Meta shows the typing sign until the next message, and no longer than this. */
const TYPING_MS = 25_000;

export interface Phone {
  bubbles: Bubble[] | null;
  typing: boolean;
  connected: boolean;
  trouble: string;
  profile: Profile;
  /** Whether it could be done; if not, `trouble` says why. */
  act(act: Act): Promise<boolean>;
  /** A file first, then what is sent of it. */
  sendFile(file: Blob, act: (id: string) => Act): Promise<boolean>;
}

function withNews(bubbles: Bubble[], news: News): Bubble[] {
  if (news.kind === "bubble") return bubbles.some((b) => b.id === news.bubble.id) ? bubbles : [...bubbles, news.bubble];
  if (news.kind === "state") return bubbles.map((b) => (b.id === news.id ? { ...b, state: news.state } : b));
  if (news.kind === "reactions") return bubbles.map((b) => (b.id === news.id ? { ...b, reactions: news.reactions } : b));
  return bubbles;
}

function typingAfter(typing: boolean, news: News): boolean {
  if (news.kind === "typing") return news.on;
  return typing && !(news.kind === "bubble" && !news.bubble.mine);
}

export function usePhone(standIn: StandIn, customer: Customer): Phone {
  const [bubbles, setBubbles] = useState<Bubble[] | null>(null);
  const [typing, setTyping] = useState(false);
  const [connected, setConnected] = useState(true);
  const [trouble, setTrouble] = useState("");
  const [profile, setProfile] = useState<Profile>({});

  useEffect(() => {
    let current = true;
    setBubbles(null);
    setTyping(false);
    setTrouble("");
    // What is heard while the thread is read: the thread that comes may be older than it.
    let meanwhile: News[] = [];
    let readings = 0;
    const stop = standIn.follow(customer, {
      async opened() {
        const reading = ++readings;
        meanwhile = [];
        try {
          const thread = await standIn.thread(customer);
          if (!current || reading !== readings) return;
          setBubbles(meanwhile.reduce(withNews, thread.bubbles));
          setTyping(meanwhile.reduce(typingAfter, thread.typing));
          setProfile(thread.profile);
          setConnected(true);
        } catch {
          if (current && reading === readings) setConnected(false);
        }
      },
      heard(news) {
        meanwhile.push(news);
        setBubbles((known) => withNews(known ?? [], news));
        setTyping((typing) => typingAfter(typing, news));
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

  const attempt = useCallback(async (sending: Promise<unknown>) => {
    try {
      await sending;
      setTrouble("");
      return true;
    } catch {
      setTrouble("Not sent: the stand-in did not take it. Your words are kept; try again.");
      return false;
    }
  }, []);

  const act = useCallback((doing: Act) => attempt(standIn.act(customer, doing)), [standIn, customer, attempt]);
  const sendFile = useCallback(
    (file: Blob, doing: (id: string) => Act) =>
      attempt(standIn.upload(file).then((id) => standIn.act(customer, doing(id)))),
    [standIn, customer, attempt],
  );
  return { bubbles, typing, connected, trouble, profile, act, sendFile };
}
