/** A written response: how long it may be, how it is marked, and a model answer. */
import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { addCriterion, pointsOf, removeCriterion, removeLevel, withCriterion, withLevel } from "./content-edits.ts";
import type { Criterion, Essay, RubricLevel } from "./contract.ts";
import { read, shown } from "./decimals.ts";
import type { Desk } from "./desk.ts";
import { addButton, removeButton, renderComplaint, renderField, renderHints } from "./fields.ts";
import { fieldId } from "./requirements.ts";
import { t } from "./words.ts";

/** Official marking guides count in quarters of a point. */
const STEP = 0.25;

export function renderEssay(desk: Desk, essay: Essay): TemplateResult {
  const total = shown(String(pointsOf(essay)));
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Hướng dẫn chấm")}</span>
      <span class="meta">${t("Tổng {n} điểm; mỗi mức là bội của 0,25", { n: total })}</span>${renderComplaint("o-rubric", desk.complaint("rubric"))}</legend>
    <ol class="part-list" id="o-rubric" tabindex="-1">${repeat(essay.rubric, ({ id }) => id, (row, index) => renderCriterion(desk, row, index + 1))}</ol>
    <div class="part-foot">${addButton(t("Thêm tiêu chí"), () => desk.changeInteraction(addCriterion(current(desk))))}</div>
  </fieldset>
  <fieldset class="parts lengths"><legend class="part-head"><span class="h2">${t("Độ dài bài viết")}</span></legend>
    ${renderWords(desk, "min_words", t("Ít nhất (chữ)"))}${renderWords(desk, "max_words", t("Nhiều nhất (chữ)"))}</fieldset>
  <section class="parts"><h2 class="part-head">${t("Bài làm mẫu")}</h2>
    ${renderField(desk, {
      where: "model_answer", label: t("Bài làm mẫu"), kind: "content", value: essay.model_answer,
      placeholder: t("Bài làm hoặc dàn ý đạt điểm tối đa (không bắt buộc)"),
      write: (model_answer) => desk.changeInteraction({ ...current(desk), model_answer }),
    })}${renderHints(desk, "model_answer")}</section>`;
}

function renderCriterion(desk: Desk, row: Criterion, number: number): TemplateResult {
  const where = `rubric.${row.id}`;
  const put = (change: Partial<Criterion>) => desk.changeInteraction(withCriterion(current(desk), row.id, change));
  return html`<li class="part criterion">
    <b class="key">${number}</b>
    ${renderField(desk, {
      where, label: t("Tiêu chí {n}", { n: number }), kind: "note", value: row.criterion,
      placeholder: t("Ví dụ: Nêu và làm rõ luận điểm"), write: (criterion) => put({ criterion }),
    })}
    ${removeButton(t("Xoá tiêu chí {n}", { n: number }), () => desk.changeInteraction(removeCriterion(current(desk), row.id)))}
    ${renderHints(desk, where)}
    <ul class="levels">${row.levels.map((level, index) => renderLevel(desk, row, level, index, number))}</ul>
    <div class="part-foot">${addButton(t("Thêm mức"), () => put({ levels: [...now(desk, row).levels, { points: "0", text: "" }] }))}</div>
  </li>`;
}

function renderLevel(desk: Desk, row: Criterion, level: RubricLevel, index: number, number: number): TemplateResult {
  const values = { n: number, m: index + 1 };
  const put = (change: Partial<RubricLevel>) =>
    desk.changeInteraction(withCriterion(current(desk), row.id, withLevel(now(desk, row), index, change)));
  const drop = () => desk.changeInteraction(withCriterion(current(desk), row.id, removeLevel(now(desk, row), index)));
  const points = (event: Event) => {
    const typed = read((event.target as HTMLInputElement).value);
    if (typed !== null && typed !== undefined) put({ points: typed });
  };
  const leave = (event: Event) => {
    (event.target as HTMLInputElement).value = shown(now(desk, row).levels[index]?.points ?? level.points);
  };
  const step = (event: KeyboardEvent) => {
    const up = event.key === "ArrowUp" ? STEP : event.key === "ArrowDown" ? -STEP : 0;
    if (up === 0) return;
    event.preventDefault();
    const points = String(Math.max(0, Number(now(desk, row).levels[index]?.points ?? level.points) + up));
    put({ points });
    (event.target as HTMLInputElement).value = shown(points);
  };
  return html`<li class="level">
    <input type="text" class="points" @keydown=${step} inputmode="decimal" aria-label=${t("Điểm của mức {m}, tiêu chí {n}", values)} .value=${shown(level.points)} @input=${points} @change=${leave} />
    <span class="meta">${t("điểm")}</span>
    ${renderField(desk, {
      where: `rubric.${row.id}.levels.${index}`, label: t("Mô tả mức {m}, tiêu chí {n}", values), kind: "note", value: level.text,
      placeholder: t("Bài làm thế nào thì được mức này"), write: (text) => put({ text }),
    })}
    ${row.levels.length > 1 ? removeButton(t("Xoá mức {m}, tiêu chí {n}", values), drop) : nothing}
  </li>`;
}

function renderWords(desk: Desk, name: "min_words" | "max_words", label: string): TemplateResult {
  const change = (event: Event) => {
    const digits = (event.target as HTMLInputElement).value.replace(/\D/g, "").slice(0, 4);
    desk.changeInteraction({ ...current(desk), [name]: digits === "" || Number(digits) === 0 ? null : Math.min(5000, Number(digits)) });
  };
  const leave = (event: Event) => {
    (event.target as HTMLInputElement).value = String(current(desk)[name] ?? "");
  };
  return html`<p class="narrow-field"><label for=${fieldId(name)}>${label}</label>
    <input id=${fieldId(name)} type="text" inputmode="numeric" .value=${String(current(desk)[name] ?? "")} @input=${change} @change=${leave} /></p>`;
}

function current(desk: Desk): Essay {
  return desk.content.interaction as Essay;
}

function now(desk: Desk, row: Criterion): Criterion {
  return current(desk).rubric.find(({ id }) => id === row.id) ?? row;
}
