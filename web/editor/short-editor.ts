/** The number of a short response, and other ways to write it that also count. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { ShortAnswer } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

const MOST_KEYS = 20;

export function renderShort(desk: Desk, short: ShortAnswer): TemplateResult {
  const keys = short.keys.length === 0 ? [""] : short.keys;
  const complaint = desk.complaint("keys");
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Đáp số")}</span>
      <span class="meta">${t("Nhiều nhất {n} kí tự: chữ số, dấu phẩy, dấu trừ", { n: short.max_chars })}</span></legend>
    <div class="part-list pad">
      ${keys.map((key, index) => renderKey(desk, keys, key, index, complaint))}
      ${complaint === null ? nothing : html`<p class="field-error">${complaint}</p>`}
      <div class="part-foot">${keys.length < MOST_KEYS && keys.at(-1) !== ""
        ? addButton(t("Thêm cách viết khác cũng được tính đúng"), () => write(desk, [...keys, ""]))
        : nothing}</div>
      <div class="labelled"><span class="why-label">${t("Yêu cầu làm tròn, đơn vị")}</span>
        ${renderField(desk, {
          where: "hint", label: t("Yêu cầu làm tròn, đơn vị"), kind: "note", value: short.hint,
          placeholder: t("Ví dụ: làm tròn đến hàng phần mười"),
          write: (hint) => desk.changeInteraction({ ...current(desk), hint }),
        })}</div>
    </div>
  </fieldset>`;
}

function renderKey(desk: Desk, keys: readonly string[], key: string, index: number, complaint: string | null): TemplateResult {
  const id = index === 0 ? fieldId("keys") : `${fieldId("keys")}-${index + 1}`;
  const change = (event: Event) => write(desk, keys.map((kept, place) => (place === index ? cleaned(event) : kept)));
  return html`<div class="answer-row">
    <label for=${id}>${index === 0 ? t("Đáp số") : t("Cách viết khác {n}", { n: index })}</label>
    <input id=${id} type="text" class="answer" inputmode="decimal" maxlength="40" autocomplete="off" .value=${live(key)}
      aria-invalid=${index === 0 && complaint !== null ? "true" : "false"} aria-describedby="${id}-note"
      @input=${change} @blur=${() => desk.touch("keys")} />
    ${renderComplaint(id, index === 0 ? complaint : null)}
    ${index > 0 ? removeButton(t("Xoá cách viết {n}", { n: index }), () => write(desk, keys.filter((_, place) => place !== index))) : nothing}
  </div>`;
}

function cleaned(event: Event): string {
  return (event.target as HTMLInputElement).value.replace(/\s/g, "").replace(".", ",").replace("−", "-");
}

function write(desk: Desk, keys: readonly string[]): void {
  desk.changeInteraction({ ...current(desk), keys: keys.length === 1 && keys[0] === "" ? [] : keys });
}

function current(desk: Desk): ShortAnswer {
  return desk.content.interaction as ShortAnswer;
}
