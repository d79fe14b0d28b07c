// The left pane: who waits, who is with whom; or every conversation, searched by words.
import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useState, type RefObject } from "react";
import { Empty } from "../console/Empty";
import { Problem } from "../console/Problem";
import { inWords } from "../console/errors";
import type { Resource } from "../console/useResource";
import { ChannelChips } from "./ChannelChips";
import { LineRow } from "./LineRow";
import { AfterSaleList, countOf } from "./selling/AfterSaleList";
import type { AfterSale } from "./selling/goods";
import type { Conversations } from "./useConversations";
import type { Line, QueueView } from "./words";

export type Listing = "queue" | "all" | "after_sale";

interface Props {
  listing: Listing;
  onListing: (listing: Listing) => void;
  search: string;
  onSearch: (search: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
  queue: Resource<QueueView>;
  all: Conversations;
  afterSale: Resource<AfterSale>;
  channel: string | undefined;
  onChannel: (channel: string | undefined) => void;
  selected: number | undefined;
  skew: number;
  onOpen: (id: number) => void;
}

export function QueuePane(props: Props) {
  const { listing, onListing, search, onSearch, searchRef, queue, all, afterSale, channel, onChannel } = props;
  const searching = search.trim() !== "";
  const source = searching || listing === "all" ? all.page : listing === "after_sale" ? afterSale : queue;
  const deciding = countOf(afterSale.data);
  return (
    <section className="desk-queue" aria-label="Conversations">
      <div className="desk-queue-head">
        <TextInput
          ref={searchRef}
          type="search"
          placeholder="Search words or names"
          aria-label="Search conversations"
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            onSearch("");
            event.currentTarget.blur();
          }}
        />
        {!searching && (
          <SegmentedControl
            fullWidth
            size="xs"
            value={listing}
            onChange={(value) => onListing(value as Listing)}
            aria-label="Which conversations"
            data={[
              { value: "queue", label: "Queue" },
              { value: "all", label: "All" },
              { value: "after_sale", label: deciding ? `After sale (${deciding})` : "After sale" },
            ]}
          />
        )}
        {source !== afterSale && <ChannelChips channels={queue.data?.channels ?? []} chosen={channel} onChoose={onChannel} />}
      </div>
      <div className="desk-queue-list">
        {source.error && <Problem error={source.error} onRetry={source.reload} />}
        {!source.data && !source.error && <Waiting />}
        {source === all.page && <AllList {...props} searching={searching} />}
        {source === queue && <QueueLists {...props} />}
        {source === afterSale && <AfterSaleList waiting={afterSale} onOpen={props.onOpen} />}
      </div>
    </section>
  );
}

function QueueLists({ queue, channel, selected, skew, onOpen }: Props) {
  const { data } = queue;
  if (!data) return null;
  const { counts } = data;
  if (counts.waiting + counts.mine + counts.others === 0) {
    return (
      <Empty title="Nobody is waiting">
        When a customer asks for a person, or the bot cannot help, they appear here with the reason and a summary. You
        can also open <strong>All</strong> and take a conversation over from the bot.
      </Empty>
    );
  }
  const on = (lines: Line[]) => (channel ? lines.filter((line) => line.channel === channel) : lines);
  const [waiting, mine, others] = [on(data.waiting), on(data.mine), on(data.others)];
  const count = (all: number, lines: Line[]) => (channel ? lines.length : all);
  return (
    <>
      <Group title="Waiting" count={count(counts.waiting, waiting)} lines={waiting} {...{ selected, skew, onOpen }}>
        {channel ? "Nobody waits on this channel." : "Nobody waits to be claimed."}
      </Group>
      <Group title="Yours" count={count(counts.mine, mine)} lines={mine} {...{ selected, skew, onOpen }}>
        Open a waiting conversation and press <kbd>c</kbd> to claim it.
      </Group>
      {counts.others > 0 && (
        <Group
          title="With colleagues"
          count={count(counts.others, others)}
          lines={others}
          {...{ selected, skew, onOpen }}
        />
      )}
    </>
  );
}

function AllList({ all, channel, searching, search, selected, skew, onOpen }: Props & { searching: boolean }) {
  const { lines, more, loadMore } = all;
  if (!all.page.data) return null;
  if (lines.length === 0) {
    if (channel && !searching) return <Empty title="Nothing on this channel yet">Press it again to see all.</Empty>;
    return searching ? (
      <Empty title={`Nothing with “${search.trim()}”`}>Search looks for these letters in messages and in names.</Empty>
    ) : (
      <Empty title="No conversations yet">As soon as a customer writes on any channel, it is listed here.</Empty>
    );
  }
  return (
    <>
      <Group
        title={searching ? "Found" : "Newest first"}
        count={more ? `${lines.length}+` : lines.length}
        lines={lines}
        {...{ selected, skew, onOpen }}
      />
      {more && <More loadMore={loadMore} />}
    </>
  );
}

function More({ loadMore }: Pick<Conversations, "loadMore">) {
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string>();
  const load = async () => {
    setLoading(true);
    setFailure(undefined);
    try {
      await loadMore();
    } catch (cause) {
      setFailure(inWords(cause));
    } finally {
      setLoading(false);
    }
  };
  return (
    <div className="desk-more">
      <Button size="compact-sm" variant="default" loading={loading} onClick={() => void load()}>
        Load more
      </Button>
      {failure && <p role="alert">{failure}</p>}
    </div>
  );
}

interface GroupProps extends Pick<Props, "selected" | "skew" | "onOpen"> {
  title: string;
  count: number | string;
  lines: Line[];
  children?: React.ReactNode;
}

function Group({ title, count, lines, selected, skew, onOpen, children }: GroupProps) {
  return (
    <section aria-label={`${title}: ${count}`}>
      <h2 className="desk-group">
        {title} <span className="desk-count">{count}</span>
      </h2>
      {lines.length === 0 && children && <p className="desk-group-empty">{children}</p>}
      <ul>
        {lines.map((line) => (
          <LineRow key={line.id} line={line} selected={line.id === selected} skew={skew} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}

function Waiting() {
  return (
    <div className="desk-skeletons" aria-label="Loading">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={64} animate />
      ))}
    </div>
  );
}
