import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CartSheet } from "./CartSheet";
import { Composer } from "./Composer";
import type { ComposerHandle } from "./Composer";
import type { Conversation } from "./conversation";
import { Header } from "./Header";
import type { Host } from "./host";
import { Log } from "./Log";
import { OfflineLine } from "./OfflineLine";
import type { Say } from "./types";
import { useConversation } from "./useConversation";
import { useHost } from "./useHost";
import { useUnread } from "./useUnread";

interface Props {
  conversation: Conversation;
  /** The site that has this page in a frame. */
  host: Host | null;
  /** Somebody came back from the pay page. */
  paid: boolean;
}

export function App({ conversation, host, paid }: Props) {
  const state = useConversation(conversation);
  const [cartOpen, setCartOpen] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  const sight = useHost(host, (text) => conversation.sayFor(text));
  useUnread(state, sight !== "hidden", host);

  useEffect(() => {
    if (!state.loading && sight === "asked" && matchMedia("(pointer: fine)").matches) composer.current?.focus();
  }, [state.loading, sight]);

  // A tapped choice disappears and would leave the keyboard nowhere; on touch screens the keyboard stays down.
  const tap: Say = useCallback(
    (said) => {
      conversation.say(said);
      if (matchMedia("(pointer: fine)").matches) composer.current?.focus();
    },
    [conversation],
  );

  return (
    <div class="page">
      <Header
        shop={state.welcome?.shop ?? "Souk"}
        owner={state.owner}
        agent={state.agent}
        count={state.cart?.count ?? 0}
        onCart={() => {
          setCartOpen(true);
          if (state.messages.length) void conversation.loadCart();
        }}
        {...(host && { onClose: () => host.tell({ souk: "close" }) })}
      />
      <OfflineLine online={state.online} reachable={state.reachable} />
      <Log
        state={state}
        outgoing={conversation.outgoing}
        paid={paid}
        say={tap}
        onOlder={() => void conversation.loadOlder()}
      />
      <Composer handle={composer} onSend={(text) => conversation.say({ text })} />
      <CartSheet
        open={cartOpen}
        cart={state.cart}
        failed={state.cartFailed}
        onClose={() => setCartOpen(false)}
        onRetry={() => void conversation.loadCart()}
        say={tap}
      />
    </div>
  );
}
