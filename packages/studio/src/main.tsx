import "@fontsource-variable/inter/wght.css";
import "./app/kit.ts";
import "./app/tokens.css";
import "./ui/ui.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { startTexts } from "./app/i18n.ts";
import { shareNonce } from "./app/nonce.ts";

shareNonce();
await startTexts();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
