// The phone in somebody's hand: header, thread, the field to write in.
import { useEffect, useRef, useState } from "preact/hooks";
import { SendIcon, ShopIcon } from "./icons";
import { ListSheet } from "./ListSheet";
import { Message, type Menu } from "./Message";
import type { Customer, Reply, StandIn } from "./standin";
import { usePhone } from "./usePhone";

const STARTERS = ["hi", "running shoes under 80", "I want to talk to a person"];

function Composer({ onWrite }: { onWrite(text: string): Promise<boolean> }) {
  const [text, setText] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    const words = text.trim();
    if (words && (await onWrite(words))) setText((now) => (now.trim() === words ? "" : now));
  };
  return (
    <form class="composer" onSubmit={send}>
      <input
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        placeholder="Message"
        aria-label="Message to the shop"
        autocomplete="off"
        enterkeyhint="send"
        maxLength={4096}
      />
      <button type="submit" aria-label="Send" disabled={!text.trim()}>
        <SendIcon />
      </button>
    </form>
  );
}

interface Props {
  standIn: StandIn;
  customers: Customer[];
  customer: Customer;
  onSwitch(customer: string): void;
  onAdd(): void;
}

/** In the list of customers of a narrow screen, which has no room for a button of its own. */
const SOMEBODY_NEW = "new";

export function Phone({ standIn, customers, customer, onSwitch, onAdd }: Props) {
  const phone = usePhone(standIn, customer.wa_id);
  const [menu, setMenu] = useState<Menu | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const { bubbles, typing } = phone;

  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [bubbles?.length, typing, customer.wa_id]);
  useEffect(() => setMenu(null), [customer.wa_id]);

  const choose = (value: string) => (value === SOMEBODY_NEW ? onAdd() : onSwitch(value));
  const opener = useRef<HTMLElement | null>(null);
  const open = (next: Menu) => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setMenu(next);
  };
  const close = () => {
    setMenu(null);
    requestAnimationFrame(() => opener.current?.focus({ preventScroll: true }));
  };
  const pick = (reply: Reply) => {
    if (menu) void phone.tap(reply, menu.of);
    close();
  };

  return (
    <section class="phone" aria-label={`Phone of ${customer.name}`}>
      <div class="screen" inert={menu !== null}>
        <header class="top">
          <span class="avatar">
            <ShopIcon />
          </span>
          <div class="who">
            <h1>Souk</h1>
            <p aria-live="polite">{!phone.connected ? "connecting…" : typing ? "typing…" : "business account"}</p>
          </div>
          <label class="switch">
            <span class="hidden">Whose phone this is</span>
            <select value={customer.wa_id} onChange={(event) => choose(event.currentTarget.value)}>
              {customers.map((one) => (
                <option key={one.wa_id} value={one.wa_id}>
                  {one.name}
                </option>
              ))}
              <option value={SOMEBODY_NEW}>Another customer</option>
            </select>
          </label>
        </header>
        <div class="thread" tabIndex={0} role="region" aria-label="Conversation">
          {bubbles?.length === 0 && (
            <div class="empty">
              <p>Write to the shop as {customer.name} would. For a start:</p>
              {STARTERS.map((words) => (
                <button type="button" key={words} onClick={() => void phone.write(words)}>
                  {words}
                </button>
              ))}
            </div>
          )}
          <div role="log" aria-label="Messages">
            <ol>
              {bubbles?.map((bubble) => (
                <Message key={bubble.id} bubble={bubble} onTap={(reply, of) => void phone.tap(reply, of)} onMenu={open} />
              ))}
            </ol>
          </div>
          {typing && (
            <div class="typing" aria-hidden="true">
              <i />
              <i />
              <i />
            </div>
          )}
          <div ref={end} />
        </div>
        {phone.trouble && (
          <p class="not-sent" role="alert">
            {phone.trouble}
          </p>
        )}
        <Composer key={customer.wa_id} onWrite={phone.write} />
      </div>
      {menu && <ListSheet menu={menu} onPick={pick} onClose={close} />}
    </section>
  );
}
