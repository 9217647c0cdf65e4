/** What the item is about: topic, outcome, level, time. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { withGrade, withTopic } from "./content-edits.ts";
import type { Level, Outcome } from "./contract.ts";
import { read, shown } from "./decimals.ts";
import type { Desk } from "./desk.ts";
import { renderComplaint } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

interface Choice {
  readonly value: string;
  readonly name: string;
}

const LEVELS = (): ReadonlyArray<readonly [Level, string]> => [["biet", t("Biết")], ["hieu", t("Hiểu")], ["van_dung", t("Vận dụng")]];

export function renderInfo(desk: Desk): TemplateResult {
  const { content, data } = desk;
  const topics = data.topics.filter(({ grade }) => grade === content.grade);
  const topic = topics.find(({ code }) => code === content.topic);
  const grades = [...new Set([...data.topics.map(({ grade }) => grade), content.grade])].sort((one, other) => one - other);
  return html`<section class="panel info" aria-labelledby="h-info"><h2 id="h-info">${t("Thông tin câu hỏi")}</h2>
    <div class="info-grid">
      <div class="info-subject"><span class="label">${t("Môn")}</span><p class="fixed">${data.subject_name}</p></div>
      ${select(desk, "grade", t("Lớp"), String(content.grade), grades.map((grade) => ({ value: String(grade), name: String(grade) })),
        (value) => desk.change(withGrade(desk.content, Number(value))), false)}
      ${select(desk, "topic", t("Chủ đề"), content.topic, topics.map(({ code, name }) => ({ value: code, name })),
        (value) => desk.change(withTopic(desk.content, value)))}
      ${renderLevel(desk)}
      ${select(desk, "outcome", t("Yêu cầu cần đạt"), content.outcome, (topic?.outcomes ?? []).map(choiceOf),
        (outcome) => desk.change({ ...desk.content, outcome }))}
      ${select(desk, "real_life", t("Bối cảnh thực tế"), content.real_life ? "co" : "khong",
        [{ value: "khong", name: t("Không") }, { value: "co", name: t("Có") }],
        (value) => desk.change({ ...desk.content, real_life: value === "co" }), false)}
      ${renderMinutes(desk)}
      ${renderStimulus(desk)}
    </div>
  </section>`;
}

/** The material the item stands on, chosen or changed as long as the item is a draft. */
function renderStimulus(desk: Desk): TemplateResult | typeof nothing {
  const { stimuli } = desk.data;
  if (stimuli.length === 0) return nothing;
  const choices = [{ value: "", name: t("Không dùng") }, ...stimuli.map(({ hash, name }) => ({ value: hash, name }))];
  return select(desk, "stimulus", t("Ngữ liệu chung"), desk.content.stimulus ?? "", choices,
    (hash) => desk.change({ ...desk.content, stimulus: hash || null }), false);
}

function choiceOf({ code, text }: Outcome): Choice {
  return { value: code, name: text };
}

function select(
  desk: Desk, where: string, label: string, value: string, choices: readonly Choice[], choose: (value: string) => void, mayBeOpen = true,
): TemplateResult {
  const id = fieldId(where);
  const complaint = desk.complaint(where);
  const chosen = choices.some((choice) => choice.value === value) ? value : "";
  return html`<div class="info-${where}"><label for=${id}>${label} ${renderComplaint(id, complaint)}</label>
    <select id=${id} aria-describedby="${id}-note" aria-invalid=${String(complaint !== null)} .value=${live(chosen)}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)} @blur=${() => desk.touch(where)}>
      ${mayBeOpen ? html`<option value="" ?selected=${chosen === ""}>${t("Chọn…")}</option>` : nothing}
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === chosen}>${choice.name}</option>`)}
    </select></div>`;
}

function renderLevel(desk: Desk): TemplateResult {
  const choose = (level: Level) => () => {
    desk.change({ ...desk.content, level });
    desk.touch("level");
  };
  return html`<fieldset class="info-level"><legend>${t("Mức độ")} ${renderComplaint("o-level", desk.complaint("level"))}</legend>
    <div class="segmented">${LEVELS().map(([level, name], index) => html`<label><input type="radio" name="muc-do"
      id=${index === 0 ? "o-level" : `o-level-${level}`} .checked=${live(desk.content.level === level)} @change=${choose(level)} />${name}</label>`)}</div></fieldset>`;
}

function renderMinutes(desk: Desk): TemplateResult {
  // Kept as it is typed: a redraw in the middle of a number must not take it back.
  const type = (event: Event) => {
    const minutes = read((event.target as HTMLInputElement).value);
    if (minutes !== undefined) desk.change({ ...desk.content, minutes });
  };
  const leave = (event: Event) => {
    (event.target as HTMLInputElement).value = shown(desk.content.minutes);
  };
  return html`<div class="info-minutes"><label for="o-minutes">${t("Thời gian dự kiến")}</label>
    <div class="with-unit"><input id="o-minutes" type="text" inputmode="decimal" autocomplete="off" .value=${shown(desk.content.minutes)} @input=${type} @change=${leave} />
      <span>${t("phút")}</span></div></div>`;
}
