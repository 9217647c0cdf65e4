/** Statements of a true/false cluster. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import {
  FEWEST_PARTS, MOST_STATEMENTS, addStatement, hasOwnTable, removeStatement, withOwnTable, withStatement, withoutOwnTable,
} from "./content-edits.ts";
import type { Statement, TrueFalseCluster } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

export function renderCluster(desk: Desk, cluster: TrueFalseCluster): TemplateResult {
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Các ý và lí giải")}</span>
      <span class="meta">${t("Chọn Đúng hoặc Sai cho từng ý")}</span></legend>
    <ol class="part-list">${repeat(cluster.statements, ({ id }) => id, (statement) => renderStatement(desk, cluster, statement))}</ol>
    ${renderHints(desk, "statements")}
    <div class="part-foot">${cluster.statements.length < MOST_STATEMENTS
      ? addButton(t("Thêm ý"), () => desk.changeInteraction(addStatement(current(desk))))
      : nothing}
      <label class="check"><input type="checkbox" .checked=${live(hasOwnTable(cluster))} @change=${(event: Event) =>
        desk.changeInteraction((event.target as HTMLInputElement).checked ? withOwnTable(current(desk)) : withoutOwnTable(current(desk)))} />
        ${t("Bảng điểm riêng của câu này")}</label></div>
    ${hasOwnTable(cluster) ? renderTable(desk, cluster) : nothing}
  </fieldset>`;
}

/** What each number of right statements is worth, in hundredths of the item's points. */
function renderTable(desk: Desk, cluster: TrueFalseCluster): TemplateResult {
  const complaint = desk.complaint("shares");
  return html`<fieldset class="shares" id="o-shares" tabindex="-1"><legend>${t("Số ý đúng được bao nhiêu phần trăm điểm của câu")}
      ${renderComplaint("o-shares", complaint)}</legend>
    ${(cluster.shares ?? []).map((share, right) => html`<label>${t("{n} ý", { n: right })}
      <input type="text" inputmode="decimal" .value=${percent(share)} ?readonly=${right === 0}
        @change=${(event: Event) => writeShare(desk, right, event.target as HTMLInputElement)} /></label>`)}
    ${complaint === null ? nothing : html`<p class="field-error">${complaint}</p>`}</fieldset>`;
}

function percent(share: string): string {
  return String(Math.round(Number(share) * 10_000) / 100).replace(".", ",");
}

function writeShare(desk: Desk, right: number, field: HTMLInputElement): void {
  const typed = Number(field.value.trim().replace("%", "").replace(",", "."));
  const shares = current(desk).shares ?? [];
  if (Number.isFinite(typed) && typed >= 0 && typed <= 100) {
    const share = String(Math.round(typed * 100) / 10_000);
    desk.changeInteraction({ ...current(desk), shares: shares.map((kept, place) => (place === right ? share : kept)) });
    desk.touch("shares");
  }
  field.value = percent(current(desk).shares?.[right] ?? "0");
}

function renderStatement(desk: Desk, cluster: TrueFalseCluster, statement: Statement): TemplateResult {
  const { id } = statement;
  const verdict = statement.key === null ? t("Vì") : statement.key ? t("Đúng vì") : t("Sai vì");
  return html`<li class="part">
    <b class="key">${id})</b>
    ${renderField(desk, {
      where: `statements.${id}.body`, label: t("Ý {id}", { id }), kind: "content", value: statement.body,
      write: (body) => desk.changeInteraction(withStatement(current(desk), id, { body })),
    })}
    <div class="verdict">${renderSides(desk, statement)}</div>
    <div class="why"><span class="why-label">${verdict}</span>
      ${renderField(desk, {
        where: `statements.${id}.rationale`, label: t("Lí giải ý {id}", { id }), kind: "note", value: statement.rationale,
        placeholder: t("Căn cứ để kết luận ý này đúng hay sai"),
        write: (rationale) => desk.changeInteraction(withStatement(current(desk), id, { rationale })),
      })}</div>
    ${cluster.statements.length > FEWEST_PARTS
      ? removeButton(t("Xoá ý {id}", { id }), () => desk.changeInteraction(removeStatement(current(desk), id)))
      : nothing}
    ${renderHints(desk, `statements.${id}`)}
  </li>`;
}

function renderSides(desk: Desk, statement: Statement): TemplateResult {
  const where = `statements.${statement.id}.key`;
  const choose = (key: boolean) => () => {
    desk.changeInteraction(withStatement(current(desk), statement.id, { key }));
    desk.touch(where);
  };
  const side = (key: boolean, words: string) => html`<label><input type="radio" name="key-${statement.id}"
    id=${fieldId(where) + (key ? "" : "-sai")} aria-describedby="${fieldId(where)}-note"
    .checked=${live(statement.key === key)} @change=${choose(key)} />${words}</label>`;
  return html`<div class="segmented" role="radiogroup" aria-label=${t("Ý {id} đúng hay sai", { id: statement.id })}>
    ${side(true, t("Đúng"))}${side(false, t("Sai"))}</div>${renderComplaint(fieldId(where), desk.complaint(where))}`;
}

function current(desk: Desk): TrueFalseCluster {
  return desk.content.interaction as TrueFalseCluster;
}
