import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { nonceStyles } from "./app/nonce";
import { press } from "./base/keys";
import "./styles.css";

nonceStyles();
window.addEventListener("keydown", press);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
