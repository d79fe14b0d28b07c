// The phone in somebody's hand: header, thread, the field to write in, and what slides over them.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Item, PageButton } from "./bodies";
import { CatalogSheet } from "./CatalogSheet";
import { Composer } from "./Composer";
import { HandProvider, type Hand, type Menu } from "./hand";
import { ShopIcon } from "./icons";
import { ListSheet } from "./ListSheet";
import { PLACES } from "./places";
import { LOOKS } from "./platforms";
import type { Customer, StandIn } from "./standin";
import { Beginning, Thread } from "./Thread";
import { usePhone } from "./usePhone";

interface Props {
  standIn: StandIn;
  customers: Customer[];
  customer: Customer;
  catalog: Item[];
  onSwitch(customer: string): void;
  onAdd(): void;
}

/** In the list of customers of a narrow screen, which has no room for a button of its own. */
const SOMEBODY_NEW = "new";

type Over = { menu: Menu } | { title: string; items: Item[] };

export function Phone({ standIn, customers, customer, catalog, onSwitch, onAdd }: Props) {
  const phone = usePhone(standIn, customer);
  const [over, setOver] = useState<Over | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const { bubbles, typing, act, profile } = phone;
  const { platform } = customer;

  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [bubbles?.length, typing]);

  const hand = useMemo((): Hand => {
    const open = (next: Over) => {
      opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      setOver(next);
    };
    return {
      standIn,
      platform,
      catalog,
      act,
      openMenu: (menu) => open({ menu }),
      openCatalog: (title, items = catalog) => open({ title, items }),
      openPlaces: (of) => {
        const rows = PLACES.map(({ name, address }) => ({ id: name, title: name, description: address }));
        const pick = ({ id }: { id: string }) => {
          const location = PLACES.find(({ name }) => name === id);
          if (location) void act(of ? { location, of } : { location });
        };
        open({ menu: { title: "Send a place", sections: [{ rows }], pick } });
      },
    };
  }, [standIn, platform, catalog, act]);

  const close = () => {
    setOver(null);
    requestAnimationFrame(() => opener.current?.focus({ preventScroll: true }));
  };
  const offers = (profile.persistent_menu ?? []).flatMap((menu) => menu.call_to_actions);

  return (
    <HandProvider value={hand}>
      <section class={`phone ${platform}`} aria-label={`Phone of ${customer.name}`}>
        <div class="screen" inert={over !== null}>
          <Top phone={phone} customer={customer}>
            <select
              value={customer.id}
              onChange={({ currentTarget: { value } }) => (value === SOMEBODY_NEW ? onAdd() : onSwitch(value))}
            >
              {customers.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
              <option value={SOMEBODY_NEW}>Another customer</option>
            </select>
          </Top>
          <div class="thread" tabIndex={0} role="region" aria-label="Conversation">
            {bubbles?.length === 0 && <Beginning name={customer.name} profile={profile} />}
            <div role="log" aria-label="Messages">
              {bubbles && <Thread bubbles={bubbles} />}
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
          <Composer
            sendFile={phone.sendFile}
            openOffers={offers.length ? () => hand.openMenu(menuOf(offers, act)) : undefined}
          />
        </div>
        {over && "menu" in over && <ListSheet menu={over.menu} onClose={close} />}
        {over && "items" in over && <CatalogSheet title={over.title} items={over.items} onClose={close} />}
      </section>
    </HandProvider>
  );
}

function menuOf(offers: PageButton[], act: Hand["act"]): Menu {
  const rows = offers.map(({ title, payload, url }) => ({ id: payload ?? url ?? "", title }));
  const pick = ({ id }: { id: string }) => {
    if (offers.some(({ payload }) => payload === id)) void act({ postback: { payload: id } });
    else window.open(id, "_blank", "noopener");
  };
  return { title: "Menu of the shop", sections: [{ rows }], pick };
}

interface TopProps {
  phone: { connected: boolean; typing: boolean };
  customer: Customer;
  children: ComponentChildren;
}

function Top({ phone, customer, children }: TopProps) {
  return (
    <header class="top">
      <span class="avatar">
        <ShopIcon />
      </span>
      <div class="who">
        <h1>Souk</h1>
        <p aria-live="polite">
          {!phone.connected ? "connecting…" : phone.typing ? "typing…" : LOOKS[customer.platform].about}
        </p>
      </div>
      <label class="switch">
        <span class="hidden">Whose phone this is</span>
        {children}
      </label>
    </header>
  );
}
