/** Size of letters, contrast, layout and language, on every page a candidate sees. */
import { type TemplateResult, html, nothing } from "lit";
import type { Display, TextSize } from "./display.ts";
import { icon } from "./icons.ts";
import { type Language, language, t } from "./language.ts";

export interface ToolActions {
  setDisplay: (display: Display) => void;
  /** Told after the language has changed: whoever drew in the old one draws again. */
  switched: (language: Language) => void;
  /** Whether there is a paper whose layout can be chosen. */
  hasPaper: boolean;
}

function sizes(): Array<{ size: TextSize; name: string }> {
  return [
    { size: 1, name: t("Chữ vừa") },
    { size: 2, name: t("Chữ lớn") },
    { size: 3, name: t("Chữ rất lớn") },
  ];
}

export function renderTools(display: Display, { setDisplay, switched, hasPaper }: ToolActions): TemplateResult {
  const other = language() === "en" ? "vi" : "en";
  const toggle = () => setDisplay({ ...display, highContrast: !display.highContrast });
  return html`<div class="tools" role="group" aria-label=${t("Cách hiển thị")}>
    <fieldset class="sizes">
      <legend class="sr-only">${t("Cỡ chữ")}</legend>
      ${sizes().map(({ size, name }) => html`<label class="size size-${size}">
        <input type="radio" name="text-size" .checked=${display.size === size}
          @change=${() => setDisplay({ ...display, size })} />
        <span aria-hidden="true">A</span><span class="sr-only">${name}</span>
      </label>`)}
    </fieldset>
    <button class="contrast" type="button" aria-pressed=${display.highContrast ? "true" : "false"} @click=${toggle}>
      ${icon("half")}<span>${t("Tương phản")}</span>
    </button>
    ${hasPaper ? renderLayout(display, setDisplay) : nothing}
    <button class="contrast lang" type="button" lang=${other} @click=${() => switched(other)}>
      <span class="sr-only">${other === "en" ? "English" : "Tiếng Việt"}</span>
      <b aria-hidden="true">${other === "en" ? "EN" : "VI"}</b>
    </button>
  </div>`;
}

function renderLayout(display: Display, setDisplay: (display: Display) => void): TemplateResult {
  const toggle = () => setDisplay({ ...display, wholePart: !display.wholePart });
  return html`<button class="contrast" type="button" aria-pressed=${display.wholePart ? "true" : "false"} @click=${toggle}>
    ${icon("page")}<span>${t("Cả phần")}</span>
  </button>`;
}
