/** A text with gaps: a list where words are offered, a field where they are typed. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ClozeItem, ClozeValue, Gap, Option } from "../contract.ts";
import { t } from "../language.ts";
import { inlineControls } from "./inline.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter, plainText } from "./plain-text.ts";

type Context = InteractionContext<ClozeValue>;

const USUAL_LENGTH = 12;
const LONGEST = 2000;

export function renderCloze(item: ClozeItem, context: Context): TemplateResult {
  const control = (id: string) => {
    const index = item.gaps.findIndex((gap) => gap.id === id);
    const gap = item.gaps[index];
    const put = (given: string) => context.change({ ...context.value, [id]: given });
    return gap === undefined ? html`` : renderGap(gap, index, context.value?.[id] ?? "", context.isOpen, put);
  };
  return html`
    <div class="kt-stem kt-inline" id="stem-${item.ref}" ${inlineControls(item.body, control)}></div>
    ${item.gaps.filter(needsLegend).map((gap) => renderLegend(gap, item.gaps.indexOf(gap)))}
  `;
}

export function renderGap(
  gap: Gap, index: number, value: string, isOpen: boolean, change: (given: string) => void,
): TemplateResult {
  const name = t("Chỗ trống {n}", { n: index + 1 });
  const put = (event: Event) => change((event.target as HTMLInputElement | HTMLSelectElement).value);
  if (gap.options.length === 0) {
    const size = Math.min(Math.max(gap.length ?? USUAL_LENGTH, 3), 30);
    return html`<input class="kt-gap" type="text" placeholder=" " autocomplete="off" spellcheck="false" size=${size}
      maxlength=${LONGEST} aria-label=${name} .value=${live(value)} ?disabled=${!isOpen} @input=${put} />`;
  }
  return html`<select class="kt-gap" aria-label=${name} ?disabled=${!isOpen} @change=${put}>
    <option value="" .selected=${value === ""}>${t("({n}) chọn", { n: index + 1 })}</option>
    ${gap.options.map((option, at) => html`<option value=${option.id} .selected=${value === option.id}>
      ${nameOf(gap, option, at)}</option>`)}
  </select>`;
}

export function needsLegend(gap: Gap): boolean {
  return gap.options.some(({ body }) => plainText(body) === null);
}

function nameOf(gap: Gap, option: Option, index: number): string {
  return needsLegend(gap) ? letter(index) : (plainText(option.body) ?? letter(index));
}

/** Formulas and pictures do not fit into a list: they stand below it by letter. */
export function renderLegend(gap: Gap, index: number): TemplateResult | typeof nothing {
  return html`<div class="kt-legend"><b>${t("Chỗ trống {n}", { n: index + 1 })}</b>
    <ol>${gap.options.map((option, at) => html`<li><b>${letter(at)}</b>
      <div class="kt-text">${unsafeHTML(option.body)}</div></li>`)}</ol></div>`;
}
