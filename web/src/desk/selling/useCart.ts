// The customer's cart as an agent works on it: one change at a time, each on the version that is on screen, each with a
// way back where there is one. Who was faster is said in words, with what they changed.
import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiError, type Schema } from "../../api/client";
import { inWords } from "../../console/errors";
import { noteRefusal } from "../../console/session";
import { newClientId } from "../clientId";
import type { DeskMessage } from "../words";
import { changesBetween, type Cart } from "./goods";

type Edits =
  | Schema<"PutIn">
  | Schema<"SetQuantity">
  | Schema<"TakeOut">
  | Schema<"Exchange">
  | Schema<"UseCode">
  | Schema<"SendTo">
  | Schema<"WriteNote">
  | Schema<"NoteAge">;
type Bare<E> = E extends unknown ? Omit<E, "client_id" | "tell"> : never;
/** What is to be done, without what every change carries. */
export type Edit = Bare<Edits>;

export interface WayBack {
  says: string;
  edits: Edit[];
}

export interface Trouble {
  words: string;
  /** Nobody has said that the customer is old enough: how old that is, and what was to be done. */
  age?: { from: number; edit: Edit };
  again?: () => void;
}

export interface CartWork {
  cart: Cart;
  busy: boolean;
  /** Whether it was done; `back` is offered afterwards. */
  edit: (edit: Edit, back?: WayBack) => Promise<boolean>;
  sayAge: (age: number, then: Edit) => Promise<boolean>;
  undo: () => void;
  back: WayBack | undefined;
  send: () => Promise<boolean>;
  trouble: Trouble | undefined;
  forget: () => void;
}

/** `shown` is the cart as the server last told it, on its own or with the conversation. */
export function useCart(conversation: number, shown: Cart, tell: boolean, onSent: (message: DeskMessage) => void): CartWork {
  const [cart, setCart] = useState(shown);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [back, setBack] = useState<WayBack>();
  const latest = useRef(cart);
  latest.current = cart;
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  // A link that may have gone out is asked for again under its own name, so that it goes out once.
  const link = useRef<string>(undefined);

  const put = useCallback((next: Cart) => {
    latest.current = next;
    setCart(next);
  }, []);
  useEffect(() => {
    // A picture that was on its way while we changed the cart is older than what we have.
    if (shown.version >= latest.current.version) put(shown);
  }, [shown, put]);

  const refuse = useCallback(
    (cause: unknown, edit?: Edit) => {
      noteRefusal(cause);
      const now = cause instanceof ApiError ? (cause.facts["cart"] as Cart | undefined) : undefined;
      if (now) {
        const changes = changesBetween(latest.current, now);
        setTrouble({ words: `Nothing was done: the cart changed in the meantime. ${changes.join(" ")}`.trim() });
        put(now);
        return;
      }
      const from = cause instanceof ApiError && cause.code === "needs_age" ? Number(cause.facts["age"]) : undefined;
      setTrouble({ words: inWords(cause), ...(from && edit && { age: { from, edit } }) });
    },
    [put],
  );

  const once = useCallback(
    async (edit: Edit) => {
      put(
        await api.patch("/api/v1/desk/conversations/{conversation}/cart", {
          path: { conversation },
          version: latest.current.version,
          body: { ...edit, client_id: newClientId(), tell } as Edits,
        }),
      );
    },
    [conversation, put, tell],
  );

  /** Changes wait for each other: each one is made on what the one before it left. */
  const inTurn = useCallback((work: () => Promise<boolean>) => {
    const next = queue.current.then(async () => {
      setBusy(true);
      setTrouble(undefined);
      const done = await work();
      setBusy(false);
      return done;
    });
    queue.current = next;
    return next;
  }, []);

  const edit = useCallback(
    (wanted: Edit, wayBack?: WayBack) =>
      inTurn(async () => {
        try {
          await once(wanted);
          setBack(wayBack);
          return true;
        } catch (cause) {
          refuse(cause, wanted);
          return false;
        }
      }),
    [inTurn, once, refuse],
  );

  const sayAge = useCallback(
    async (age: number, then: Edit) => (await edit({ do: "note_age", age })) && edit(then),
    [edit],
  );

  const undo = useCallback(() => {
    const edits = back?.edits ?? [];
    setBack(undefined);
    void (async () => {
      for (const one of edits) if (!(await edit(one))) return;
    })();
  }, [back, edit]);

  const send = useCallback(
    () =>
      inTurn(async () => {
        link.current ??= newClientId();
        try {
          const sent = await api.post("/api/v1/desk/conversations/{conversation}/checkout", {
            path: { conversation },
            version: latest.current.version,
            body: { client_id: link.current },
          });
          link.current = undefined;
          setBack(undefined);
          put(sent.cart);
          onSent(sent.message);
          return true;
        } catch (cause) {
          if (!(cause instanceof ApiError && cause.passing)) link.current = undefined;
          refuse(cause);
          return false;
        }
      }),
    [conversation, inTurn, onSent, put, refuse],
  );

  const forget = useCallback(() => setTrouble(undefined), []);
  return { cart, busy, edit, sayAge, undo, back, send, trouble, forget };
}
