// The agents' desk.
import { createRoot } from "react-dom/client";
import { Console } from "../console/Console";
import { Desk } from "./Desk";
import "./desk.css";
import "./selling/selling.css";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");
createRoot(root).render(
  <Console page="Desk" roles={["agent"]}>
    <Desk />
  </Console>,
);
