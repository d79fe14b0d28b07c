// The customers' page: one conversation with the shop.
import { render } from "preact";
import { App } from "./App";
import { Conversation } from "./conversation";
import { Outgoing } from "./outgoing";
import "../tokens/tokens.css";
import "./page.css";
import "./composer.css";
import "./messages.css";
import "./goods.css";
import "./cart.css";

// Where the pay page leads back to: what was paid arrives in the conversation itself.
if (location.search) history.replaceState(null, "", location.pathname);

const page = document.getElementById("page");
if (page) {
  const conversation = new Conversation(new Outgoing(localStorage));
  render(<App conversation={conversation} />, page);
  void conversation.start();
}
