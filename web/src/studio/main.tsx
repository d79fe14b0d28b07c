// The operators' studio.
import { createRoot } from "react-dom/client";
import { Console } from "../console/Console";
import { Studio } from "./Studio";
import "./studio.css";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");
createRoot(root).render(
  <Console page="Studio" roles={["operator"]}>
    <Studio />
  </Console>,
);
