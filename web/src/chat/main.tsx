// The customers' page: one conversation with the shop.
import { render } from "preact";
import { App } from "./App";
import { Conversation } from "./conversation";
import { Host } from "./host";
import { Outgoing } from "./outgoing";
import { Session } from "./session";
import { speakAsAsked, speakAsTheShop } from "./speaking";
import { lasting } from "./storage";
import "../tokens/tokens.css";
import "./page.css";
import "./composer.css";
import "./messages.css";
import "./goods.css";
import "./cart.css";

// Where the pay page leads back to: what was paid arrives in the conversation itself.
const asked = new URLSearchParams(location.search);
const paid = asked.has("paid");
asked.delete("paid");
if (paid) history.replaceState(null, "", `${location.pathname}${asked.size ? `?${asked}` : ""}`);

const page = document.getElementById("page");
if (page) {
  await speakAsAsked(asked);
  const host = Host.of(asked);
  const conversation = new Conversation(new Outgoing(lasting), new Session(host !== null), (language) =>
    speakAsTheShop(language, asked),
  );
  render(<App conversation={conversation} host={host} paid={paid} />, page);
  void conversation.start();
}
