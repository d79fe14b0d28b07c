// The phone as the messages on it reach it: what can be done, what can be opened, and the catalogue.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Item, Platform, Row } from "./bodies";
import type { Act, StandIn } from "./standin";

export interface Menu {
  title: string;
  sections: { title?: string; rows: Row[] }[];
  pick(row: Row): void;
}

export interface Hand {
  standIn: StandIn;
  platform: Platform;
  catalog: Item[];
  act(act: Act): Promise<boolean>;
  openMenu(menu: Menu): void;
  /** Open the catalogue, or those items of it. */
  openCatalog(title: string, items?: Item[]): void;
  openPlaces(of?: string): void;
}

const Context = createContext<Hand | null>(null);

export const HandProvider = Context.Provider;

export function useHand(): Hand {
  const hand = useContext(Context);
  if (!hand) throw new Error("a message without a phone");
  return hand;
}

export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);
}
