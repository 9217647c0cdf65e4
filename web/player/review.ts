/**
 * The check before handing in. It is the step of confirmation itself: no dialog follows. It never
 * shows what was answered, since a neighbour may look on.
 */
import { type TemplateResult, html, nothing } from "lit";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { pageOf } from "./pages.ts";
import { type ReviewPart, type ReviewRow, review, totals } from "./progress.ts";
import { renderCell } from "./question-map.ts";
import type { Screen } from "./screen.ts";

export function renderReview(screen: Screen): TemplateResult {
  const { session } = screen;
  const parts = review(session.document.parts, session.responses);
  const rows = parts.reduce((sum, part) => sum + part.rows.length, 0);
  return html`
    <div class="ending">
      <main class="main" id="main" tabindex="-1">
        <div class="column">
          <h2 id="review-head" tabindex="-1">${t("Kiểm tra trước khi nộp")}</h2>
          <p class="lead">${lead(rows, session.items.length)}</p>
          ${parts.map((part) => renderPart(part, screen))}
        </div>
      </main>
      ${renderSide(screen)}
    </div>
  `;
}

function lead(rows: number, total: number): string {
  if (rows === 0) return t("Đã trả lời đủ {total} câu, không có câu đánh dấu.", { total });
  return t("Có {n} câu nên xem lại. Mọi câu vẫn sửa được cho đến khi bấm Nộp bài.", { n: rows });
}

function renderPart({ part, done, rows }: ReviewPart, screen: Screen): TemplateResult {
  return html`<section class="review-part" aria-labelledby="review-${part.code}">
    <div class="review-head">
      <h3 id="review-${part.code}">${t("Phần {part}", { part: part.code })} <span>${part.title}</span></h3>
      <p>${t("Đủ {done}/{of} câu", { done, of: part.items.length })}</p>
    </div>
    <ul class="review-rows">${rows.map((row) => renderRow(row, part.code, screen))}</ul>
  </section>`;
}

function renderRow(row: ReviewRow, part: string, screen: Screen): TemplateResult {
  const { item, progress } = row;
  const open = () => screen.open(pageOf(screen.pages, item.ref), item.ref);
  return html`<li class=${progress.state === "done" ? "" : "is-todo"}>
    ${renderCell(item.number, progress)}
    <p><b>${stateInWords(row)}</b><span><span class="sr-only">${t("Câu {n}", { n: item.number })}. </span>${excerpt(item.body)}</span></p>
    <button class="button" type="button" @click=${open}>
      <span><span class="sr-only">${t("Phần {part}", { part })}: </span>${verb(row)}</span>${icon("right")}
    </button>
  </li>`;
}

function stateInWords({ progress, missing }: ReviewRow): string {
  const flag = progress.flagged ? `, ${t("đánh dấu xem lại")}` : "";
  if (progress.state === "done") return `${t("Đã trả lời")}${flag}`;
  if (progress.state === "empty") return `${t("Chưa trả lời")}${flag}`;
  if (missing.length === 0) {
    return `${t("Mới làm {given}/{of}", { given: progress.given, of: progress.of })}${flag}`;
  }
  return `${t("Còn thiếu ý {names}", { names: missing.map((id) => `${id})`).join(", ") })}${flag}`;
}

function verb({ progress, item: { number: n } }: ReviewRow): string {
  const verbs = { done: t("Xem lại câu {n}", { n }), partial: t("Làm tiếp câu {n}", { n }), empty: t("Trả lời câu {n}", { n }) };
  return verbs[progress.state];
}

const EXCERPT = 90;

/** The first words of a stem as plain text; a formula is left as «…», since its letters alone mislead. */
export function excerpt(body: string): string {
  const document = new DOMParser().parseFromString(body, "text/html");
  for (const formula of document.querySelectorAll("math, figure, table")) formula.replaceWith(" … ");
  for (const block of document.querySelectorAll("p, div, li, br")) block.after(" ");
  const text = (document.body.textContent ?? "").replace(/\s+/gu, " ").replace(/(… ?)+/gu, "… ").trim();
  return text.length <= EXCERPT ? text : `${text.slice(0, text.lastIndexOf(" ", EXCERPT))} …`;
}

function renderSide(screen: Screen): TemplateResult {
  const { session } = screen;
  const counts = totals(session.items, session.responses);
  const back = () => screen.open(screen.returnTo);
  return html`<aside class="side" aria-labelledby="sum-head">
    <h2 id="sum-head">${t("Bài làm gồm {n} câu", { n: counts.total })}</h2>
    <dl class="sum">
      ${renderSum(t("Đã trả lời đủ"), counts.done, "done")}
      ${counts.partial > 0 ? renderSum(t("Còn thiếu ý"), counts.partial, "partial") : nothing}
      ${renderSum(t("Chưa trả lời"), counts.empty, "empty")}
      <div><span class="cell is-only-flag" aria-hidden="true">${icon("flag")}</span><dt>${t("Đánh dấu xem lại")}</dt><dd>${counts.flagged}</dd></div>
    </dl>
    <p class="side-note"><b>${t("Nộp rồi thì không sửa được nữa.")}</b> ${t("Câu chưa trả lời và ý còn thiếu không được tính điểm.")}</p>
    <button class="button is-primary is-large" type="button" @click=${screen.submit}>${t("Nộp bài")}</button>
    <button class="button" type="button" @click=${back}>${icon("left")}<span>${t("Quay lại làm bài")}</span></button>
  </aside>`;
}

function renderSum(label: string, count: number, state: "done" | "partial" | "empty"): TemplateResult {
  const given = { done: 4, partial: 3, empty: 0 }[state];
  return html`<div>
    <span class="cell is-${state}" data-quarters=${given} aria-hidden="true"></span><dt>${label}</dt><dd>${count}</dd>
  </div>`;
}
