// The page around the phone: which messenger, whose phone, and an honest word on what is simulated and what is not.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Item, Platform } from "./bodies";
import { PlusIcon } from "./icons";
import { Phone } from "./Phone";
import { LOOKS, PLATFORMS } from "./platforms";
import type { Customer, StandIn } from "./standin";
import { Trouble } from "./Trouble";

const KEPT = "souk-simulator";
const NAMES = ["Maya Lind", "Jonas Okoro", "Léa Martin", "Priya Nair", "Tomás Vidal", "Aiko Mori"];

/** What was looked at last, in this browser: a messenger, and on each a customer's id. */
type Kept = { platform?: Platform } & Partial<Record<Platform, string>>;

/** Somebody new: the next name that is free, and an id that nobody has. */
function newcomer(platform: Platform, customers: Customer[]): Customer {
  const names = new Set(customers.map((one) => one.name));
  const ids = new Set(customers.map((one) => one.id));
  let id = Number(LOOKS[platform].firstId);
  while (ids.has(String(id))) id += 1;
  const name = NAMES.find((one) => !names.has(one)) ?? `Customer ${customers.length + 1}`;
  return { platform, id: String(id), name };
}

function PlatformSwitch({ platforms, platform, onChoose }: { platforms: Platform[]; platform: Platform; onChoose(p: Platform): void }) {
  return (
    <div class="platforms" role="group" aria-label="Messenger app">
      {platforms.map((one) => (
        <button type="button" key={one} aria-pressed={one === platform} onClick={() => onChoose(one)}>
          {LOOKS[one].name}
        </button>
      ))}
    </div>
  );
}

export function App({ standIn }: { standIn: StandIn }) {
  const [everybody, setEverybody] = useState<Customer[]>([]);
  const [platforms, setPlatforms] = useState<Platform[]>([]);
  const [catalog, setCatalog] = useState<Item[]>([]);
  const [kept, setKept] = useState<Kept>(() => JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Kept);
  const [away, setAway] = useState(false);
  const platform = platforms.find((one) => one === kept.platform) ?? platforms[0];

  useEffect(() => {
    const load = async () => {
      const known = await standIn.phones();
      const here = PLATFORMS.filter((one) => known.platforms.includes(one));
      const bare = here.filter((one) => !known.phones.some((phone) => phone.platform === one));
      const added = await Promise.all(bare.map((one) => standIn.add(newcomer(one, []))));
      setEverybody([...known.phones, ...added]);
      setPlatforms(here);
      setCatalog(await standIn.catalog());
    };
    load().catch(() => setAway(true));
  }, [standIn]);

  const customers = useMemo(() => everybody.filter((one) => one.platform === platform), [everybody, platform]);
  const keep = (more: Kept) => {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept, ...more }));
    setKept({ ...kept, ...more });
  };
  if (away) return <Trouble words="The stand-in for the Graph API does not answer. It starts and stops with the shop." />;
  const customer = customers.find((one) => one.id === (platform && kept[platform])) ?? customers[0];
  if (!platform || !customer) return null;

  const choose = (id: string) => keep({ [platform]: id });
  const add = async () => {
    const fresh = await standIn.add(newcomer(platform, customers));
    setEverybody([...everybody, fresh]);
    choose(fresh.id);
  };
  const { signs, shownId } = LOOKS[platform];
  return (
    <main class="desk">
      <div class="aside">
        <h2 class="title">Simulator</h2>
        <PlatformSwitch platforms={platforms} platform={platform} onChoose={(one) => keep({ platform: one })} />
        <div class="more">
          <p>
            A phone without a phone. What you write here reaches the shop as signed webhooks, and the shop’s answers come
            through a stand-in for the Graph API on this machine. The page itself never talks to the shop.
          </p>
          <h3>Whose phone</h3>
          <ul class="customers">
            {customers.map((one) => (
              <li key={one.id}>
                <button type="button" aria-pressed={one === customer} onClick={() => choose(one.id)}>
                  <span class="initial" aria-hidden="true">
                    {one.name.slice(0, 1)}
                  </span>
                  <span>
                    {one.name}
                    <small>{shownId(one.id)}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="add" onClick={() => void add()}>
            <PlusIcon />
            Another customer
          </button>
          <h3>{signs.title}</h3>
          <p class="soft">{signs.words}</p>
        </div>
      </div>
      <Phone
        key={`${platform} ${customer.id}`}
        standIn={standIn}
        customers={customers}
        customer={customer}
        catalog={catalog}
        onSwitch={choose}
        onAdd={() => void add()}
      />
    </main>
  );
}
