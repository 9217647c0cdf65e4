/**
 * Areas of a picture. They are pressed on the picture, or chosen in the list below it, which is the
 * way by keyboard and for those who hear the page; both show the same letter.
 */
import { type TemplateResult, html } from "lit";
import { live } from "lit/directives/live.js";
import type { Area, HotspotItem, ListValue } from "../contract.ts";
import { full, instruction, toggle } from "../picking.ts";
import { drawArea, nameOf, renderGround } from "./areas.ts";
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
    ${renderGround(item, item.areas.map((area, index) =>
      drawArea(item, area, { sign: letter(index), isChosen: (context.value ?? []).includes(area.id), press })))}
    <div class="kt-chips" role=${item.most === 1 ? "radiogroup" : "group"}
      aria-labelledby=${context.labelledBy} aria-describedby="how-${item.ref}">
      ${item.areas.map((area, index) => renderChoice(item, area, index, context, press))}
    </div>
  `;
}

type Press = (area: Area) => void;

function renderChoice(item: HotspotItem, area: Area, index: number, context: Context, press: Press): TemplateResult {
  const chosen = (context.value ?? []).includes(area.id);
  const isOne = item.most === 1;
  const change = (event: Event) => {
    press(area);
    (event.target as HTMLInputElement).checked = (context.value ?? []).includes(area.id);
  };
  return html`<label class="kt-side kt-chip ${chosen ? "is-chosen" : ""}">
    <input type=${isOne ? "radio" : "checkbox"} name="area-${item.ref}" .checked=${live(chosen)}
      ?disabled=${!context.isOpen} @change=${change} @click=${() => (chosen && isOne ? press(area) : undefined)} />
    <span>${nameOf(area, index)}</span>
  </label>`;
}
