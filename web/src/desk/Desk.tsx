// The desk: three panes, one stream, every move by keyboard. On a phone the panes are steps.
import { useDebouncedValue } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { api } from "../api/client";
import type { Change } from "../api/live";
import { Shell } from "../console/Shell";
import { ShortcutHelp } from "../console/ShortcutHelp";
import { useLive } from "../console/useLive";
import { useResource } from "../console/useResource";
import { useShortcuts, type Shortcut } from "../console/useShortcuts";
import { useSoon } from "../console/useSoon";
import { AlarmBanner } from "./AlarmBanner";
import { ConversationPane } from "./ConversationPane";
import { CustomerPane } from "./CustomerPane";
import { GiveBack } from "./GiveBack";
import { QueuePane, type Listing } from "./QueuePane";
import { useAddress } from "./useAddress";
import { useConversation } from "./useConversation";
import { useConversations } from "./useConversations";
import { useMoves } from "./useMoves";
import { useWriting } from "./useWriting";
import { WaitClock } from "./WaitClock";
import { nameOf, type Line } from "./words";

const LISTS_MS = 120;
const SIDE_MS = 400;

export function Desk() {
  const [selected, setSelected] = useAddress();
  const [listing, setListing] = useState<Listing>("queue");
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.trim(), 200);
  const [channel, setChannel] = useState<string>();
  const [details, setDetails] = useState(false);
  const [helping, setHelping] = useState(false);
  const [givingBack, setGivingBack] = useState(false);
  const [news, setNews] = useState(0);
  const [claimed, setClaimed] = useState<number>();
  const searchRef = useRef<HTMLInputElement>(null);
  const inputRef = useRef<HTMLTextAreaElement>(null);
  const productRef = useRef<HTMLInputElement>(null);
  const sendRef = useRef<HTMLButtonElement>(null);

  const queue = useResource("queue", (signal) => api.get("/api/v1/desk/queue", { signal }));
  const afterSale = useResource("after-sale", (signal) => api.get("/api/v1/desk/after-sale", { signal }));
  const showAll = listing === "all" || search.trim() !== "";
  const all = useConversations(useMemo(() => (showAll ? { search: wanted, channel } : undefined), [showAll, wanted, channel]));
  const open = useConversation(selected);
  const reloadLists = useSoon(() => {
    queue.reload();
    all.page.reload();
  }, LISTS_MS);
  const reloadAfterSale = useSoon(afterSale.reload, LISTS_MS);
  const reloadSide = useSoon(open.reload, SIDE_MS);
  const moves = useMoves(open, reloadLists);
  const writing = useWriting(selected ?? 0, open.messages, open.add);
  const skew = useMemo(() => (queue.data ? Date.parse(queue.data.now) - Date.now() : 0), [queue.data]);
  const inQueue = useMemo(() => new Set(lines(queue.data).map(({ id }) => id)), [queue.data]);

  const onChange = (change: Change) => {
    const { topic, kind, data } = change;
    if (topic === "queue" && kind === "after_sale") return reloadAfterSale();
    if (topic === "queue") {
      // A message in a conversation that the bot has moves nothing in the queue.
      const about = Number(data["conversation_id"] ?? data["conversation"]);
      if (kind !== "message" || showAll || inQueue.has(about)) reloadLists();
      return;
    }
    open.apply(change);
    if (kind === "after_sale") setNews((before) => before + 1);
    if (kind === "owner") open.reload();
    // Why a message failed is not in the news of it.
    else if (kind !== "delivery" || data["delivery"] === "failed") reloadSide();
  };
  const refresh = () => {
    reloadLists();
    reloadAfterSale();
    open.reload();
  };
  const [streamed] = useDebouncedValue(selected, 150);
  const url = streamed === undefined ? "/api/v1/desk/live" : `/api/v1/desk/live?conversation=${streamed}`;
  const online = useLive(url, { onChange, onReset: refresh, onOpen: refresh });

  const go = useCallback(
    (id: number | undefined) => {
      setSelected(id);
      setDetails(false);
    },
    [setSelected],
  );
  const shown = showAll ? all.lines : lines(queue.data).filter((line) => !channel || line.channel === channel);
  const step = (by: number) => {
    const at = shown.findIndex(({ id }) => id === selected);
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) go(next.id);
  };
  const claim = async () => {
    if (await moves.claim()) setClaimed(selected);
  };
  const mine = open.view?.ticket?.mine === true;
  // The box to write in stands only once the claimed conversation has come back as one's own.
  useEffect(() => {
    if (!mine || claimed === undefined || claimed !== open.view?.id) return;
    inputRef.current?.focus();
    setClaimed(undefined);
  }, [mine, claimed, open.view?.id, inputRef]);
  /** To something in the customer's pane, which on a narrow page must be opened first. */
  const toCustomer = (target: RefObject<HTMLElement | null>) => {
    if (!mine) return;
    setDetails(true);
    requestAnimationFrame(() => target.current?.focus());
  };
  const shortcuts: Shortcut[] = [
    { key: "j", says: "Next conversation", run: () => step(1) },
    { key: "k", says: "The one before", run: () => step(-1) },
    { key: "c", says: "Claim it, or take it over from the bot", run: () => void (open.view && !mine && claim()) },
    { key: "r", says: "Write an answer", run: () => inputRef.current?.focus() },
    { key: "p", says: "Put something into the cart", run: () => toCustomer(productRef) },
    { key: "s", says: "Send the checkout", run: () => toCustomer(sendRef) },
    { key: "b", says: "Give it back to the bot", run: () => mine && setGivingBack(true) },
    { key: "/", says: "Search", run: () => searchRef.current?.focus() },
    { key: "Escape", says: "Back to the list", run: () => go(undefined) },
    { key: "?", says: "This list", run: () => setHelping(true) },
  ];
  useShortcuts(shortcuts);

  const waiting = queue.data?.counts.waiting ?? 0;
  useEffect(() => {
    document.title = `${waiting ? `(${waiting}) ` : ""}Desk · Souk`;
  }, [waiting]);

  return (
    <Shell
      page="Desk"
      online={online}
      onHelp={() => setHelping(true)}
      bar={<WaitClock queue={queue.data} skew={skew} onOpen={go} />}
    >
      <div className="desk-page">
        <AlarmBanner alarms={queue.data?.alarms ?? []} onSeen={(seen) => queue.patch(() => seen)} />
        <div className="desk" data-step={selected === undefined ? "list" : details ? "customer" : "conversation"}>
          <QueuePane
            {...{ listing, search, searchRef, queue, all, afterSale, channel, selected, skew }}
            onListing={setListing}
            onChannel={setChannel}
            onSearch={setSearch}
            onOpen={go}
          />
          <ConversationPane
            {...{ open, selected, writing, inputRef, skew }}
            moves={{ ...moves, claim: () => claim().then(() => true) }}
            onGiveBack={() => setGivingBack(true)}
            onBack={() => go(undefined)}
            onCustomer={() => setDetails(true)}
          />
          <CustomerPane
            view={open.view}
            onShow={open.show}
            onOpen={go}
            onBack={() => setDetails(false)}
            onSent={open.add}
            searchRef={productRef}
            {...{ sendRef, skew, news }}
          />
        </div>
      </div>
      {open.view && (
        <GiveBack
          opened={givingBack && mine}
          customer={nameOf(open.view.contact.name, open.view.id)}
          onClose={() => setGivingBack(false)}
          onGiveBack={async (note) => {
            const done = await moves.giveBack(note);
            setGivingBack(false);
            return done;
          }}
        />
      )}
      <ShortcutHelp shortcuts={shortcuts} opened={helping} onClose={() => setHelping(false)} />
    </Shell>
  );
}

function lines(queue: { waiting: Line[]; mine: Line[]; others: Line[] } | undefined): Line[] {
  return queue ? [...queue.waiting, ...queue.mine, ...queue.others] : [];
}
