/** Options of a single choice: which is right, what it says, and why one would choose it. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { FEWEST_PARTS, MOST_OPTIONS, addOption, removeOption, withOption } from "./content-edits.ts";
import type { Choice, Option } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHint } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

export function renderChoice(desk: Desk, choice: Choice): TemplateResult {
  const general = desk.hints.filter(({ where }) => where === "options");
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Phương án và lí giải")}</span>
      <span class="meta">${t("Chọn nút tròn ở phương án đúng")}</span>${renderComplaint("o-key", desk.complaint("key"))}</legend>
    <ol class="part-list">${repeat(choice.options, ({ id }) => id, (option) => renderOption(desk, choice, option))}</ol>
    ${general.map((hint) => renderHint(desk, hint))}
    <div class="part-foot">
      ${choice.options.length < MOST_OPTIONS ? addButton(t("Thêm phương án"), () => desk.changeInteraction(addOption(choice))) : nothing}
      <label class="check"><input type="checkbox" .checked=${live(choice.shuffle)}
        @change=${(event: Event) => desk.changeInteraction({ ...choice, shuffle: (event.target as HTMLInputElement).checked })} />
        ${t("Cho phép đảo thứ tự phương án giữa các mã đề")}</label>
    </div>
  </fieldset>`;
}

function renderOption(desk: Desk, choice: Choice, option: Option): TemplateResult {
  const { id } = option;
  const isKey = choice.key === id;
  const choose = () => {
    desk.changeInteraction({ ...choice, key: id });
    desk.touch("key");
  };
  return html`<li class="part">
    <label class="key"><input type="radio" name="dap-an" id=${id === "A" ? "o-key" : fieldId(`key.${id}`)} .checked=${live(isKey)}
      aria-label=${t("Chọn {id} làm đáp án", { id })} aria-describedby="o-key-note" @change=${choose} />${id}</label>
    ${renderField(desk, {
      where: `options.${id}.body`, label: t("Phương án {id}", { id }), kind: "content", value: option.body,
      write: (body) => desk.changeInteraction(withOption(current(desk), id, { body })),
      ...(isKey ? { tag: html`<span class="tag ok">${t("Đáp án")}</span>` } : {}),
    })}
    <div class="why"><span class="why-label">${isKey ? t("Đúng vì") : t("Sai vì")}</span>
      ${renderField(desk, {
        where: `options.${id}.rationale`, label: t("Lí giải phương án {id}", { id }), kind: "note", value: option.rationale,
        placeholder: isKey ? t("Cách làm ra kết quả này") : t("Thí sinh nhầm ở bước nào nên chọn {id}?", { id }),
        write: (rationale) => desk.changeInteraction(withOption(current(desk), id, { rationale })),
      })}</div>
    ${choice.options.length > FEWEST_PARTS
      ? removeButton(t("Xoá phương án {id}", { id }), () => desk.changeInteraction(removeOption(current(desk), id)))
      : nothing}
    ${desk.hints.filter(({ where }) => where === `options.${id}`).map((hint) => renderHint(desk, hint))}
  </li>`;
}

/** A field tells its change after the page was drawn: take the interaction as it is now. */
function current(desk: Desk): Choice {
  return desk.content.interaction as Choice;
}
