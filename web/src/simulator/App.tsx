// The page around the phone: whose phone it is, and an honest word on what is simulated and what is not.
import { useEffect, useState } from "preact/hooks";
import { PlusIcon } from "./icons";
import { Phone } from "./Phone";
import type { Customer, StandIn } from "./standin";
import { Trouble } from "./Trouble";

const KEPT = "souk-simulator-customer";
const FIRST = "15550100101";
const NAMES = ["Maya Lind", "Jonas Okoro", "Léa Martin", "Priya Nair", "Tomás Vidal", "Aiko Mori"];

/** Somebody new: the next name that is free, and a number nobody has. */
function newcomer(customers: Customer[]): Customer {
  const names = new Set(customers.map((one) => one.name));
  const numbers = new Set(customers.map((one) => one.wa_id));
  let number = Number(FIRST);
  while (numbers.has(String(number))) number += 1;
  const name = NAMES.find((one) => !names.has(one)) ?? `Customer ${customers.length + 1}`;
  return { wa_id: String(number), name };
}

export function App({ standIn }: { standIn: StandIn }) {
  const [customers, setCustomers] = useState<Customer[]>([]);
  const [chosen, setChosen] = useState(localStorage.getItem(KEPT) ?? "");
  const [away, setAway] = useState(false);

  useEffect(() => {
    const load = async () => {
      const known = await standIn.customers();
      setCustomers(known.length ? known : [await standIn.add(newcomer([]))]);
    };
    load().catch(() => setAway(true));
  }, [standIn]);

  const choose = (customer: string) => {
    localStorage.setItem(KEPT, customer);
    setChosen(customer);
  };
  const add = async () => {
    const customer = await standIn.add(newcomer(customers));
    setCustomers([...customers, customer]);
    choose(customer.wa_id);
  };

  if (away) return <Trouble words="The stand-in for the Graph API does not answer. It starts and stops with the shop." />;
  const customer = customers.find((one) => one.wa_id === chosen) ?? customers[0];
  if (!customer) return null;

  return (
    <main class="desk">
      <div class="aside">
        <h2 class="title">Simulator</h2>
        <p>
          A phone without a phone. What you write here reaches the shop as signed webhooks, and the shop’s answers come
          through a stand-in for the Graph API on this machine. The page itself never talks to the shop.
        </p>
        <h3>Whose phone</h3>
        <ul class="customers">
          {customers.map((one) => (
            <li key={one.wa_id}>
              <button type="button" aria-pressed={one === customer} onClick={() => choose(one.wa_id)}>
                <span class="initial" aria-hidden="true">
                  {one.name.slice(0, 1)}
                </span>
                <span>
                  {one.name}
                  <small>+{one.wa_id}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
        <button type="button" class="add" onClick={() => void add()}>
          <PlusIcon />
          Another customer
        </button>
        <h3>The ticks</h3>
        <p class="soft">
          One: on its way. Two: the shop’s webhook answered 200. Two in colour: the shop marked your message as read.
        </p>
      </div>
      <Phone standIn={standIn} customers={customers} customer={customer} onSwitch={choose} onAdd={() => void add()} />
    </main>
  );
}
