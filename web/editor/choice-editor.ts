/** Options of a single choice, or of several right ones: which are right, what they say, and why. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { FEWEST_PARTS, MOST_OPTIONS, addOption, removeOption, withOption } from "./content-edits.ts";
import type { Choice, MultipleChoice, Option } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { toggleKey } from "./further-edits.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

type WithOptions = Choice | MultipleChoice;

export function renderChoice(desk: Desk, part: WithOptions): TemplateResult {
  const place = part.type === "choice" ? "key" : "keys";
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Phương án và lí giải")}</span>
      <span class="meta">${part.type === "choice" ? t("Chọn nút tròn ở phương án đúng") : t("Đánh dấu mọi phương án đúng")}</span>
      ${renderComplaint(fieldId(place), desk.complaint(place))}</legend>
    <ol class="part-list">${repeat(part.options, ({ id }) => id, (option, index) => renderOption(desk, part, option, index))}</ol>
    ${renderHints(desk, "options")}
    <div class="part-foot">
      ${part.options.length < MOST_OPTIONS ? addButton(t("Thêm phương án"), () => desk.changeInteraction(addOption(current(desk)))) : nothing}
      <label class="check"><input type="checkbox" .checked=${live(part.shuffle)}
        @change=${(event: Event) => desk.changeInteraction({ ...current(desk), shuffle: (event.target as HTMLInputElement).checked })} />
        ${t("Cho phép đảo thứ tự phương án giữa các mã đề")}</label>
    </div>
  </fieldset>`;
}

function renderOption(desk: Desk, part: WithOptions, option: Option, index: number): TemplateResult {
  const { id } = option;
  const isKey = part.type === "choice" ? part.key === id : part.keys.includes(id);
  return html`<li class="part">
    ${renderKey(desk, part, id, isKey, index === 0)}
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
    ${part.options.length > FEWEST_PARTS
      ? removeButton(t("Xoá phương án {id}", { id }), () => desk.changeInteraction(removeOption(current(desk), id)))
      : nothing}
    ${renderHints(desk, `options.${id}`)}
  </li>`;
}

function renderKey(desk: Desk, part: WithOptions, id: string, isKey: boolean, isFirst: boolean): TemplateResult {
  const place = part.type === "choice" ? "key" : "keys";
  const choose = () => {
    const now = current(desk);
    desk.changeInteraction(now.type === "choice" ? { ...now, key: id } : toggleKey(now, id));
    desk.touch(place);
  };
  return html`<label class="key"><input type=${part.type === "choice" ? "radio" : "checkbox"} name="dap-an"
    id=${isFirst ? fieldId(place) : fieldId(`key.${id}`)} .checked=${live(isKey)} aria-label=${t("Chọn {id} làm đáp án", { id })}
    aria-describedby="${fieldId(place)}-note" @change=${choose} />${id}</label>`;
}

/** A field tells its change after the page was drawn: take the interaction as it is now. */
function current(desk: Desk): WithOptions {
  return desk.content.interaction as WithOptions;
}
