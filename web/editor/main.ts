/** Puts the item editor into the page that carries its data. */
import type { EditorData } from "./contract.ts";
import { EditorApp } from "./editor-app.ts";
import "./rich-text.ts";
import { insertFormula } from "./toolbar.ts";
import { useLanguage } from "./words.ts";

function start(): void {
  const carried = document.getElementById("editor-data");
  const place = document.getElementById("editor");
  if (carried === null || place === null) return;
  const data = JSON.parse(carried.textContent ?? "") as EditorData;
  useLanguage(document.documentElement.lang === "en" ? "en" : "vi");
  const app = new EditorApp();
  app.begin(data, document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "");
  app.addEventListener("keydown", (event) => {
    const field = app.workbench.active;
    if (event.altKey && event.key === "=" && field !== null) {
      event.preventDefault();
      insertFormula(field);
    }
  });
  place.replaceChildren(app);
}

start();
