/** Rows and what they are paired with: the columns at the right, the key beside each row. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Match, Part } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { MOST_PARTS, type Side, addPart, chance, isPaired, removePart, togglePair, withPart } from "./further-edits.ts";
import { letter } from "./letters.ts";
import { t } from "./words.ts";

export function renderMatch(desk: Desk, part: Match): TemplateResult {
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Cột bên phải: để ghép vào")}</span>
      <span class="meta">${t("Nên thừa một mục để không ghép được bằng loại trừ")}</span></legend>
    <ol class="part-list">${repeat(part.columns, ({ id }) => id, (column, index) => renderColumn(desk, column, index))}</ol>
    ${renderHints(desk, "columns")}
    <div class="part-foot">${renderAdd(desk, part, "columns", t("Thêm mục bên phải"))}</div>
  </fieldset>
  <fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Cột bên trái và đáp án")}</span>
      <span class="meta">${t("Chọn chữ của mục bên phải được ghép với mỗi mục")}</span>${renderComplaint("o-keys", desk.complaint("keys"))}</legend>
    <ol class="part-list" id="o-keys" tabindex="-1">${repeat(part.rows, ({ id }) => id, (row, index) => renderRow(desk, part, row, index))}</ol>
    ${renderHints(desk, "rows")}${renderHints(desk, "keys")}
    <div class="part-foot">${renderAdd(desk, part, "rows", t("Thêm mục bên trái"))}
      <label class="check"><input type="checkbox" .checked=${live(part.partial)}
        @change=${(event: Event) => desk.changeInteraction({ ...current(desk), partial: (event.target as HTMLInputElement).checked })} />
        ${t("Cho điểm theo số cặp đúng")}</label></div>
  </fieldset>`;
}

function renderAdd(desk: Desk, part: Match, side: Side, words: string): TemplateResult | typeof nothing {
  return part[side].length < MOST_PARTS ? addButton(words, () => desk.changeInteraction(addPart(current(desk), side, chance))) : nothing;
}

function renderColumn(desk: Desk, column: Part, index: number): TemplateResult {
  const name = letter(index);
  return html`<li class="part"><b class="key">${name}</b>
    ${renderField(desk, {
      where: `columns.${column.id}`, label: t("Mục {name} bên phải", { name }), kind: "content", value: column.body,
      write: (body) => desk.changeInteraction(withPart(current(desk), "columns", column.id, body)),
    })}
    ${current(desk).columns.length > 1
      ? removeButton(t("Xoá mục {name} bên phải", { name }), () => desk.changeInteraction(removePart(current(desk), "columns", column.id)))
      : nothing}</li>`;
}

function renderRow(desk: Desk, part: Match, row: Part, index: number): TemplateResult {
  const n = index + 1;
  return html`<li class="part"><b class="key">${n}</b>
    ${renderField(desk, {
      where: `rows.${row.id}`, label: t("Mục {n} bên trái", { n }), kind: "content", value: row.body,
      write: (body) => desk.changeInteraction(withPart(current(desk), "rows", row.id, body)),
    })}
    ${part.rows.length > 1
      ? removeButton(t("Xoá mục {n} bên trái", { n }), () => desk.changeInteraction(removePart(current(desk), "rows", row.id)))
      : nothing}
    <div class="pair-with" role="group" aria-label=${t("Mục {n} ghép với", { n })}><span class="why-label" aria-hidden="true">${t("ghép với")}</span>
      ${part.columns.map((column, at) => renderPair(desk, part, row, column, at))}</div>
  </li>`;
}

function renderPair(desk: Desk, part: Match, row: Part, column: Part, at: number): TemplateResult {
  const choose = () => {
    desk.changeInteraction(togglePair(current(desk), row.id, column.id));
    desk.touch("keys");
  };
  return html`<label class="pair"><input type="checkbox" .checked=${live(isPaired(part, row.id, column.id))} @change=${choose} /><span>${letter(at)}</span></label>`;
}

function current(desk: Desk): Match {
  return desk.content.interaction as Match;
}
