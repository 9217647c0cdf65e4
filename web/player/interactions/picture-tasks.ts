/** Areas of a picture put in order, and pieces put into areas. */
import { type TemplateResult, html } from "lit";
import type { Area, ListValue, PictureAsked } from "../contract.ts";
import { t } from "../language.ts";
import { rightsOf } from "../pairs.ts";
import { drawArea, nameOf, renderGround } from "./areas.ts";
import { renderGap, renderPieces } from "./gap-match.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

/** Pressed in the order that is meant; pressed again an area leaves the order. */
export function renderPictureOrder(asks: PictureAsked, context: Context): TemplateResult {
  const order = context.value ?? [];
  const press = ({ id }: Area) => {
    if (context.isOpen) context.change(order.includes(id) ? order.filter((one) => one !== id) : [...order, id]);
  };
  const sign = ({ id }: Area, index: number) => (order.includes(id) ? String(order.indexOf(id) + 1) : letter(index));
  return html`<p class="kt-how">${t("Bấm các vùng theo đúng thứ tự. Bấm lại để bỏ.")}</p>
    ${renderGround(asks, asks.areas.map((area, index) =>
      drawArea(asks, area, { sign: sign(area, index), isChosen: order.includes(area.id), press })))}
    <div class="kt-chips" role="group" aria-labelledby=${context.labelledBy}>
      ${asks.areas.map((area, index) => html`<button class="kt-side kt-chip" type="button" ?disabled=${!context.isOpen}
        aria-pressed=${order.includes(area.id) ? "true" : "false"} @click=${() => press(area)}>
        ${nameOf(area, index)}${order.includes(area.id) ? html`<b>${t("thứ {n}", { n: order.indexOf(area.id) + 1 })}</b>` : ""}
      </button>`)}
    </div>`;
}

export function renderPictureGaps(asks: PictureAsked, ref: string, context: Context): TemplateResult {
  const item = { ref, pieces: asks.pieces, gaps: asks.areas.map(({ id }) => id) };
  const filled = rightsOf(context.value ?? []);
  return html`<p class="kt-how">${t("Kéo từng mảnh vào một vùng trên hình, hoặc chọn trong danh sách dưới hình.")}</p>
    ${renderPieces(item, context)}
    ${renderGround(asks, asks.areas.map((area, index) =>
      drawArea(asks, area, { sign: letter(index), isChosen: filled.has(area.id) })))}
    <ul class="kt-given">${asks.areas.map((area, index) => html`<li><span>${nameOf(area, index)}</span>
      ${renderGap(item, area.id, context, nameOf(area, index))}</li>`)}</ul>`;
}
