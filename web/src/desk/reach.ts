// Whether the customer may be written to now, as sentences.
import { comingTime } from "../console/time";
import { channelOf, type Reachable } from "./words";

const SOON_MS = 2 * 3_600_000;

/** What stands above the box; nothing while there is nothing to mind. */
export function reachInWords({ state, until, notice }: Reachable, channel: string, now: number): string | undefined {
  if (state === "open") {
    return until && Date.parse(until) - now < SOON_MS ? `You can write freely until ${comingTime(until)}.` : undefined;
  }
  if (state === "person") {
    return `Only a person's answer may go out now${until ? `, until ${comingTime(until)}` : ""}. Yours is one.`;
  }
  if (state === "notice") {
    return `${channelOf(channel)} lets you write freely for a while after the customer's last message, and that is over. What you write goes out inside the approved notice “${notice}”.`;
  }
  return undefined;
}

/** Why nobody can write here. */
export function shutInWords({ state }: Reachable, channel: string): string {
  const name = channelOf(channel);
  switch (state) {
    case "stopped":
      return "The customer wrote STOP: nothing may be sent to them here until they write again that they want it.";
    case "not_ours":
      return `Another app connected to the shop's ${name} account has this conversation now. Answer there, or wait until it hands it over.`;
    case "off":
      return `${name} is switched off, so nothing can be sent here.`;
    default:
      return `The customer was silent for too long: ${name} takes no more messages until they write again. Reach them another way.`;
  }
}
