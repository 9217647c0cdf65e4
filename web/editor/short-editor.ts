/** The number of a short response, what its boxes take, and other ways to write it that also count. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Charset, ShortAnswer } from "./contract.ts";
import { read, shown } from "./decimals.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

const MOST_KEYS = 20;
const MOST_CHARACTERS = 40;
const CHARSETS = (): ReadonlyArray<readonly [Charset, string]> => [
  ["0-9,-", t("chữ số, dấu phẩy, dấu trừ")],
  ["0-9,", t("chữ số, dấu phẩy")],
  ["0-9-", t("chữ số, dấu trừ")],
  ["0-9", t("chỉ chữ số")],
  ["0-9,/-", t("chữ số, dấu phẩy, dấu trừ, phân số (/)")],
];

export function renderShort(desk: Desk, short: ShortAnswer): TemplateResult {
  const keys = short.keys.length === 0 ? [""] : short.keys;
  const complaint = desk.complaint("keys");
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Đáp số")}</span>
      <span class="meta">${t("Nhiều nhất {n} kí tự: {what}", { n: short.max_chars, what: nameOf(short.charset) })}</span></legend>
    <div class="part-list pad">
      ${keys.map((key, index) => renderKey(desk, keys, key, index, complaint))}
      ${complaint === null ? nothing : html`<p class="field-error">${complaint}</p>`}
      ${renderHints(desk, "keys")}
      <div class="part-foot">${keys.length < MOST_KEYS && keys.at(-1) !== ""
        ? addButton(t("Thêm cách viết khác cũng được tính đúng"), () => write(desk, [...keys, ""]))
        : nothing}</div>
      ${renderBoxes(desk, short)}
      <div class="labelled"><span class="why-label">${t("Yêu cầu làm tròn, đơn vị")}</span>
        ${renderField(desk, {
          where: "hint", label: t("Yêu cầu làm tròn, đơn vị"), kind: "note", value: short.hint,
          placeholder: t("Ví dụ: làm tròn đến hàng phần mười"),
          write: (hint) => desk.changeInteraction({ ...current(desk), hint }),
        })}</div>
      ${renderHints(desk, "hint")}
    </div>
  </fieldset>`;
}

function nameOf(charset: Charset): string {
  return CHARSETS().find(([value]) => value === charset)?.[1] ?? charset;
}

/** What the official answer sheet has is four boxes with digits, comma and minus. */
function renderBoxes(desk: Desk, short: ShortAnswer): TemplateResult {
  const characters = (event: Event) => {
    const typed = Number((event.target as HTMLInputElement).value.replace(/\D/g, ""));
    if (typed >= 1) desk.changeInteraction({ ...current(desk), max_chars: Math.min(MOST_CHARACTERS, typed) });
  };
  return html`<div class="boxes">
    <p class="narrow-field"><label for="o-charset">${t("Kí tự được gõ")}</label>
      <select id="o-charset" .value=${live(short.charset)} @change=${(event: Event) =>
        desk.changeInteraction({ ...current(desk), charset: (event.target as HTMLSelectElement).value as Charset })}>
        ${CHARSETS().map(([value, name]) => html`<option value=${value} ?selected=${value === short.charset}>${name}</option>`)}</select></p>
    <p class="narrow-field"><label for="o-max_chars">${t("Số ô")}</label>
      <input id="o-max_chars" type="text" inputmode="numeric" .value=${String(short.max_chars)} @change=${characters} /></p>
    <p class="narrow-field"><label for="o-tolerance">${t("Sai số cho phép")}</label>
      <input id="o-tolerance" type="text" inputmode="decimal" placeholder=${t("đúng bằng")} .value=${shown(short.tolerance ?? null)}
        @change=${(event: Event) => writeTolerance(desk, event.target as HTMLInputElement)} /></p>
  </div>`;
}

function writeTolerance(desk: Desk, field: HTMLInputElement): void {
  const typed = read(field.value);
  const { tolerance: _tolerance, ...rest } = current(desk);
  if (typed === null) desk.changeInteraction(rest);
  else if (typed !== undefined) desk.changeInteraction({ ...rest, tolerance: typed });
  field.value = shown(current(desk).tolerance ?? null);
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
