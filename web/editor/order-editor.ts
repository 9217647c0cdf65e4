/** Things to put in order, written in the right order; candidates first see them in another. */
import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { FEWEST_PARTS } from "./content-edits.ts";
import type { Option, Order } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, moveButtons, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { MOST_PARTS, addToOrder, chance, inRightOrder, moveInOrder, removeFromOrder, withOrderOption } from "./further-edits.ts";
import { t } from "./words.ts";

export function renderOrder(desk: Desk, part: Order): TemplateResult {
  const options = inRightOrder(part);
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Các mục, theo thứ tự đúng")}</span>
      <span class="meta">${t("Thí sinh thấy các mục ở thứ tự khác")}</span>${renderComplaint("o-keys", desk.complaint("keys"))}</legend>
    <ol class="part-list" id="o-keys" tabindex="-1">${repeat(options, ({ id }) => id, (option, index) => renderItem(desk, option, index, options.length))}</ol>
    ${renderHints(desk, "options")}
    <div class="part-foot">${options.length < MOST_PARTS
      ? addButton(t("Thêm mục"), () => desk.changeInteraction(addToOrder(current(desk), chance)))
      : nothing}</div>
  </fieldset>`;
}

function renderItem(desk: Desk, option: Option, index: number, count: number): TemplateResult {
  const { id } = option;
  const n = index + 1;
  return html`<li class="part is-ordered">
    <b class="key">${n}</b>
    ${renderField(desk, {
      where: `options.${id}.body`, label: t("Mục đứng thứ {n}", { n }), kind: "content", value: option.body,
      write: (body) => desk.changeInteraction(withOrderOption(current(desk), id, { body })),
    })}
    <div class="part-tools">${moveButtons(n, count, (step) => desk.changeInteraction(moveInOrder(current(desk), id, step)))}
      ${count > FEWEST_PARTS ? removeButton(t("Xoá mục {n}", { n }), () => desk.changeInteraction(removeFromOrder(current(desk), id))) : nothing}</div>
    <div class="why"><span class="why-label">${t("Vì")}</span>
      ${renderField(desk, {
        where: `options.${id}.rationale`, label: t("Lí giải mục đứng thứ {n}", { n }), kind: "note", value: option.rationale,
        placeholder: t("Vì sao mục này đứng ở đây (không bắt buộc)"),
        write: (rationale) => desk.changeInteraction(withOrderOption(current(desk), id, { rationale })),
      })}</div>
    ${renderHints(desk, `options.${id}`)}
  </li>`;
}

function current(desk: Desk): Order {
  return desk.content.interaction as Order;
}
