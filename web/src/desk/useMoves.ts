// Claim, take over, release, give back: each carries the version on screen, and a refusal says who was faster.
import { useCallback, useState } from "react";
import { api } from "../api/client";
import { noteRefusal } from "../console/session";
import type { OpenConversation } from "./useConversation";
import type { ConversationView } from "./words";

export interface Moves {
  /** Claim what waits, or take over what the bot has. */
  claim: () => Promise<boolean>;
  release: () => Promise<boolean>;
  giveBack: (note: string) => Promise<boolean>;
  /** Put an emoji on a message of the customer's. */
  react: (message: number, emoji: string) => Promise<boolean>;
  busy: boolean;
  error: unknown;
  forget: () => void;
}

export function useMoves(open: OpenConversation, afterwards: () => void): Moves {
  const { view, show, reload } = open;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ conversation: number; error: unknown }>();

  const run = useCallback(
    async (move: (now: ConversationView) => Promise<ConversationView>) => {
      if (!view) return false;
      setBusy(true);
      setProblem(undefined);
      try {
        show(await move(view));
        return true;
      } catch (error) {
        noteRefusal(error);
        setProblem({ conversation: view.id, error });
        reload();
        return false;
      } finally {
        setBusy(false);
        afterwards();
      }
    },
    [view, show, reload, afterwards],
  );

  const claim = useCallback(
    () =>
      run(({ id, ticket, owner_version }) =>
        ticket
          ? api.post("/api/v1/desk/conversations/{conversation}/claim", {
              path: { conversation: id },
              version: ticket.version,
            })
          : api.post("/api/v1/desk/conversations/{conversation}/take", {
              path: { conversation: id },
              version: owner_version,
            }),
      ),
    [run],
  );
  const react = useCallback(
    (message: number, emoji: string) =>
      run(({ id }) =>
        api.post("/api/v1/desk/conversations/{conversation}/reactions", {
          path: { conversation: id },
          body: { message, emoji },
        }),
      ),
    [run],
  );
  const release = useCallback(
    () =>
      run(({ id, ticket }) =>
        api.post("/api/v1/desk/conversations/{conversation}/release", {
          path: { conversation: id },
          version: ticket?.version ?? 0,
        }),
      ),
    [run],
  );
  const giveBack = useCallback(
    (note: string) =>
      run(({ id, ticket }) =>
        api.post("/api/v1/desk/conversations/{conversation}/give-back", {
          path: { conversation: id },
          version: ticket?.version ?? 0,
          body: { note },
        }),
      ),
    [run],
  );
  const forget = useCallback(() => setProblem(undefined), []);
  return {
    claim,
    release,
    giveBack,
    react,
    busy,
    error: problem && problem.conversation === view?.id ? problem.error : undefined,
    forget,
  };
}
