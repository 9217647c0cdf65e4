/** Size of letters and contrast, on every page a candidate sees. */
import { type TemplateResult, html } from "lit";
import type { Display, TextSize } from "./display.ts";
import { icon } from "./icons.ts";

const SIZES: Array<{ size: TextSize; name: string }> = [
  { size: 1, name: "Chữ vừa" },
  { size: 2, name: "Chữ lớn" },
  { size: 3, name: "Chữ rất lớn" },
];

export function renderTools(display: Display, setDisplay: (display: Display) => void): TemplateResult {
  const toggle = () => setDisplay({ ...display, highContrast: !display.highContrast });
  return html`<div class="tools" role="group" aria-label="Cách hiển thị">
    <fieldset class="sizes">
      <legend class="sr-only">Cỡ chữ</legend>
      ${SIZES.map(({ size, name }) => html`<label class="size size-${size}">
        <input type="radio" name="text-size" .checked=${display.size === size}
          @change=${() => setDisplay({ ...display, size })} />
        <span aria-hidden="true">A</span><span class="sr-only">${name}</span>
      </label>`)}
    </fieldset>
    <button class="contrast" type="button" aria-pressed=${display.highContrast ? "true" : "false"} @click=${toggle}>
      ${icon("half")}<span>Tương phản</span>
    </button>
  </div>`;
}
