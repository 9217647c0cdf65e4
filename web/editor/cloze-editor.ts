/** What belongs into the gaps of the stem: chosen from a list, or typed. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Cloze, Gap, Option } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { addGapOption, letType, offerOptions, removeGapOption, withGap } from "./further-edits.ts";
import { letter } from "./letters.ts";
import { escaped, plainText } from "./plain-text.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

const MOST_GAP_OPTIONS = 8;
const MOST_FORMS = 12;

export function renderCloze(desk: Desk, part: Cloze): TemplateResult {
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Các chỗ trống")}</span>
      <span class="meta">${t("Bôi đen chữ trong lời dẫn rồi bấm «Chỗ trống»")}</span>${renderComplaint("o-gaps", desk.complaint("gaps"))}</legend>
    ${part.gaps.length === 0 ? html`<p class="empty-parts" id="o-gaps" tabindex="-1">${t("Chưa có chỗ trống nào.")}</p>` : nothing}
    <ol class="part-list">${repeat(part.gaps, ({ id }) => id, (gap, index) => renderGap(desk, gap, index + 1))}</ol>
  </fieldset>`;
}

function renderGap(desk: Desk, gap: Gap, n: number): TemplateResult {
  const isTyped = gap.options.length === 0;
  const where = `gaps.${gap.id}`;
  const put = (change: Partial<Gap>) => desk.changeInteraction(withGap(current(desk), gap.id, change));
  const choose = (typed: boolean) => () => put(typed ? letType(now(desk, gap), plainText) : offerOptions(now(desk, gap), escaped));
  const side = (typed: boolean, words: string) => html`<label><input type="radio" name="gap-${gap.id}" id=${typed ? nothing : fieldId(where)}
    .checked=${live(isTyped === typed)} @change=${choose(typed)} />${words}</label>`;
  return html`<li class="part is-gap"><b class="key">(${n})</b>
    <div class="gap-head"><div class="segmented" role="radiogroup" aria-label=${t("Chỗ trống {n}", { n })}>
      ${side(false, t("Chọn trong danh sách"))}${side(true, t("Tự gõ"))}</div>${renderComplaint(fieldId(where), desk.complaint(where))}</div>
    <div class="gap-body">${isTyped ? renderTyped(desk, gap, n) : renderOffered(desk, gap, n)}</div>
    ${renderHints(desk, where)}
  </li>`;
}

function renderOffered(desk: Desk, gap: Gap, n: number): TemplateResult {
  return html`<ul class="gap-options">${repeat(gap.options, ({ id }) => id, (option, index) => renderOption(desk, gap, option, n, index))}</ul>
    ${gap.options.length < MOST_GAP_OPTIONS ? addButton(t("Thêm lựa chọn"), () => change(desk, gap, addGapOption)) : nothing}`;
}

function renderOption(desk: Desk, gap: Gap, option: Option, n: number, index: number): TemplateResult {
  const name = letter(index);
  const put = (body: string) => change(desk, gap, (now) => ({ ...now, options: now.options.map((one) => (one.id === option.id ? { ...one, body } : one)) }));
  const key = () => {
    change(desk, gap, (now) => ({ ...now, keys: [option.id] }));
    desk.touch(`gaps.${gap.id}`);
  };
  return html`<li><label class="key"><input type="radio" name="gap-key-${gap.id}" .checked=${live(gap.keys.includes(option.id))}
      aria-label=${t("Chọn {name} làm đáp án của chỗ trống {n}", { name, n })} @change=${key} />${name}</label>
    ${renderField(desk, { where: `gaps.${gap.id}.options.${option.id}`, label: t("Lựa chọn {name} của chỗ trống {n}", { name, n }), kind: "content", value: option.body, write: put })}
    ${gap.options.length > 1 ? removeButton(t("Xoá lựa chọn {name} của chỗ trống {n}", { name, n }), () => change(desk, gap, (now) => removeGapOption(now, option.id))) : nothing}</li>`;
}

function renderTyped(desk: Desk, gap: Gap, n: number): TemplateResult {
  const forms = gap.keys.length === 0 ? [""] : gap.keys;
  const write = (keys: readonly string[]) => change(desk, gap, (now) => ({ ...now, keys: keys.length === 1 && keys[0] === "" ? [] : keys }));
  const field = (form: string, index: number) => html`<div class="answer-row">
    <input type="text" class="answer wide-answer" maxlength="400" autocomplete="off" .value=${live(form)}
      aria-label=${index === 0 ? t("Đáp án của chỗ trống {n}", { n }) : t("Cách viết khác {m} của chỗ trống {n}", { m: index, n })}
      @input=${(event: Event) => write(forms.map((kept, place) => (place === index ? (event.target as HTMLInputElement).value : kept)))}
      @blur=${() => desk.touch(`gaps.${gap.id}`)} />
    ${index > 0 ? removeButton(t("Xoá cách viết {n}", { n: index }), () => write(forms.filter((_, place) => place !== index))) : nothing}</div>`;
  return html`${forms.map(field)}
    ${forms.length < MOST_FORMS && forms.at(-1) !== "" ? addButton(t("Thêm cách viết khác cũng được tính đúng"), () => write([...forms, ""])) : nothing}
    <label class="check"><input type="checkbox" .checked=${live(gap.case_sensitive)}
      @change=${(event: Event) => change(desk, gap, (now) => ({ ...now, case_sensitive: (event.target as HTMLInputElement).checked }))} />
      ${t("Phân biệt chữ hoa, chữ thường")}</label>`;
}

function change(desk: Desk, gap: Gap, make: (now: Gap) => Gap): void {
  desk.changeInteraction(withGap(current(desk), gap.id, make(now(desk, gap))));
}

function current(desk: Desk): Cloze {
  return desk.content.interaction as Cloze;
}

function now(desk: Desk, gap: Gap): Gap {
  return current(desk).gaps.find(({ id }) => id === gap.id) ?? gap;
}
