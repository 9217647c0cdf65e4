/**
 * Areas of a picture. They are pressed on the picture, or chosen in the list below it, which is the
 * way by keyboard and for those who hear the page; both show the same letter.
 */
import { type TemplateResult, html, svg } from "lit";
import { live } from "lit/directives/live.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Area, HotspotItem, ListValue } from "../contract.ts";
import { t } from "../language.ts";
import { full, instruction, toggle } from "../picking.ts";
import { middleOf, pathOf } from "../shapes.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

export function renderHotspot(item: HotspotItem, context: Context): TemplateResult {
  const press = (area: Area) => {
    if (!context.isOpen) return;
    const next = toggle(context.value ?? [], area.id, item);
    if (next === null) context.say(full(item.most));
    else context.change(next);
  };
  return html`
    <p class="kt-how" id="how-${item.ref}">${instruction(item, item.areas.length)}</p>
    <div class="kt-picture">
      ${unsafeHTML(item.picture)}
      <svg class="kt-areas" viewBox="0 0 ${item.width} ${item.height}" preserveAspectRatio="none" aria-hidden="true">
        ${item.areas.map((area, index) => renderArea(item, area, index, context, press))}
      </svg>
    </div>
    <div class="kt-chips" role=${item.most === 1 ? "radiogroup" : "group"}
      aria-labelledby=${context.labelledBy} aria-describedby="how-${item.ref}">
      ${item.areas.map((area, index) => renderChoice(item, area, index, context, press))}
    </div>
  `;
}

type Press = (area: Area) => void;

function renderArea(item: HotspotItem, area: Area, index: number, context: Context, press: Press): TemplateResult {
  const chosen = (context.value ?? []).includes(area.id);
  const { x, y } = middleOf(area, item.width, item.height);
  const unit = Math.max(item.width, item.height) / 40;
  return svg`<g class="kt-area ${chosen ? "is-chosen" : ""}" data-area=${area.id} @click=${() => press(area)}>
    <path d=${pathOf(area, item.width, item.height)} vector-effect="non-scaling-stroke"></path>
    <circle cx=${x} cy=${y} r=${unit}></circle>
    <text x=${x} y=${y} font-size=${unit * 1.2} text-anchor="middle" dominant-baseline="central">${letter(index)}</text>
  </g>`;
}

function renderChoice(item: HotspotItem, area: Area, index: number, context: Context, press: Press): TemplateResult {
  const chosen = (context.value ?? []).includes(area.id);
  const isOne = item.most === 1;
  const change = (event: Event) => {
    press(area);
    (event.target as HTMLInputElement).checked = (context.value ?? []).includes(area.id);
  };
  const name = area.label === "" ? t("Vùng {letter}", { letter: letter(index) }) : `${letter(index)}. ${area.label}`;
  return html`<label class="kt-side kt-chip ${chosen ? "is-chosen" : ""}">
    <input type=${isOne ? "radio" : "checkbox"} name="area-${item.ref}" .checked=${live(chosen)}
      ?disabled=${!context.isOpen} @change=${change} @click=${() => (chosen && isOne ? press(area) : undefined)} />
    <span>${name}</span>
  </label>`;
}
