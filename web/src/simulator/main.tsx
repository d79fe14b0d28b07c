// The simulator's page: a phone whose other end is the stand-in for the Graph API. It says nothing to the shop itself.
import { render } from "preact";
import { api } from "../api/client";
import { App } from "./App";
import { StandIn } from "./standin";
import { Trouble } from "./Trouble";
import "../tokens/tokens.css";
import "./page.css";
import "./phone.css";
import "./whatsapp.css";
import "./page-messengers.css";
import "./templates.css";
import "./extras.css";
import "./sheet.css";

const page = document.getElementById("page");
if (page) {
  try {
    const { graph_origin } = await api.get("/api/v1/simulator");
    render(<App standIn={new StandIn(graph_origin)} />, page);
  } catch (error) {
    render(<Trouble words={error instanceof Error ? error.message : String(error)} />, page);
  }
}
