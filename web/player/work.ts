/** The page of work: items alone, or beside the passage they share; the way on and back below. */
import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Item, Stimulus } from "./contract.ts";
import { renderMarker, textOf } from "./highlighting.ts";
import { icon } from "./icons.ts";
import { renderItem } from "./item-view.ts";
import { t } from "./language.ts";
import { type Page, itemsOfStimulus, pageName } from "./pages.ts";
import { totals } from "./progress.ts";
import { renderCellLink, renderMap } from "./question-map.ts";
import { renderRecording } from "./recording-view.ts";
import type { Screen } from "./screen.ts";

export function renderWork(page: Page, screen: Screen): TemplateResult {
  return html`
    <div class="work ${page.stimulus === null ? "" : "has-passage"}">
      ${page.stimulus === null ? renderAlone(page, screen) : renderBeside(page, page.stimulus, screen)}
      ${renderFooter(page, screen)}
      <div class="map-holder ${screen.mapIsOpen ? "is-shown" : ""}">${renderMap(screen)}</div>
      <div class="end">
        <button class="button" type="button" @click=${() => screen.open("review")}>${t("Kiểm tra và nộp bài")}</button>
      </div>
    </div>
  `;
}

function renderInstruction(page: Page, keys: readonly string[], screen: Screen): TemplateResult {
  return html`<div class="page-head">
    <p class="instruction"><b>${t("Phần {part}.", { part: page.part.code })}</b> ${page.part.instruction}</p>
    ${renderMarker(screen, keys)}
  </div>`;
}

function renderAlone(page: Page, screen: Screen): TemplateResult {
  const items = repeat(page.items, ({ ref }) => ref, (item, index) =>
    html`${page.isWhole ? renderAbove(item, page.items[index - 1], screen) : nothing} ${renderItem(item, screen)}`);
  const keys = page.items.flatMap(({ ref, stimulus }) => (stimulus === null ? [ref] : [ref, stimulus]));
  return html`<main class="main" id="main" tabindex="-1">
    <div class="column ${page.isWhole ? "is-whole" : ""}">${renderInstruction(page, keys, screen)} ${items}</div>
  </main>`;
}

/** Shared material above the first of the items that share it. */
function renderAbove(item: Item, before: Item | undefined, screen: Screen): TemplateResult | typeof nothing {
  if (item.stimulus === null || item.stimulus === before?.stimulus) return nothing;
  return html`<section class="above" aria-label=${t("Ngữ liệu chung")}>${renderStimulus(item.stimulus, screen)}</section>`;
}

function renderBeside(page: Page, stimulus: string, screen: Screen): TemplateResult {
  const keys = [stimulus, ...page.items.map(({ ref }) => ref)];
  return html`<main class="main beside" id="main" tabindex="-1">
    <section class="pane passage" tabindex="0" aria-label=${t("Ngữ liệu chung")}>
      ${renderInstruction(page, keys, screen)} ${renderStimulus(stimulus, screen)}
    </section>
    <div class="pane">${renderStrip(page, screen)}
      ${repeat(page.items, ({ ref }) => ref, (item) => renderItem(item, screen))}</div>
  </main>`;
}

function renderStimulus(ref: string, screen: Screen): TemplateResult {
  const stimulus = screen.session.document.stimuli.find((one) => one.ref === ref);
  return stimulus === undefined ? renderMissing() : renderPassage(stimulus, screen);
}

function renderPassage(stimulus: Stimulus, screen: Screen): TemplateResult {
  return html`<div class="kt-passage">
    ${stimulus.title === "" ? nothing : html`<h2>${stimulus.title}</h2>`}
    <div class="kt-words" data-text=${stimulus.ref}>${textOf(stimulus.ref, stimulus.body, screen)}</div>
    ${renderRecording(stimulus.ref, stimulus.recording, screen)}
  </div>`;
}

function renderMissing(): TemplateResult {
  return html`<p>${t("Chưa tải được ngữ liệu của câu này. Bạn vẫn trả lời được; hãy giơ tay báo giám thị.")}</p>`;
}

function renderStrip(page: Page, screen: Screen): TemplateResult {
  const items = itemsOfStimulus(screen.session.document.parts, page.stimulus ?? "");
  return html`<nav class="strip" aria-label=${t("Các câu của ngữ liệu này")}>
    <h2 aria-hidden="true">${t("Câu của ngữ liệu")}</h2>
    <ol class="cells">${items.map((item) => renderCellLink(item, screen))}</ol>
  </nav>`;
}

function renderFooter(page: Page, screen: Screen): TemplateResult {
  const index = screen.pages.indexOf(page);
  const previous = screen.pages[index - 1];
  const next = screen.pages[index + 1];
  return html`<nav class="foot" aria-label=${t("Chuyển câu")}>
    <div class="column">
      ${previous === undefined ? html`<span class="foot-gap"></span>` : renderStep(index - 1, previous, page, screen)}
      ${renderMapButton(screen)}
      ${next === undefined ? renderToReview(screen) : renderStep(index + 1, next, page, screen)}
    </div>
  </nav>`;
}

function renderStep(index: number, target: Page, from: Page, screen: Screen): TemplateResult {
  const isNext = index > screen.pages.indexOf(from);
  const words = html`<span><span class="sr-only">${isNext ? t("Sang") : t("Về")} </span>${pageName(target, from)}</span>`;
  return html`<button class="button ${isNext ? "is-primary" : ""}" type="button" @click=${() => screen.open(index)}>
    ${isNext ? nothing : icon("left")}${words}${isNext ? icon("right") : nothing}
  </button>`;
}

/** After the last item the way on is the check before handing in; the button says so. */
function renderToReview(screen: Screen): TemplateResult {
  return html`<button class="button is-primary" type="button" @click=${() => screen.open("review")}>
    <span>${t("Kiểm tra bài")}</span>${icon("right")}
  </button>`;
}

function renderMapButton(screen: Screen): TemplateResult {
  const { session } = screen;
  const { done, total } = totals(session.items, session.responses);
  return html`<button class="button map-button" type="button" aria-controls="question-map"
    aria-expanded=${screen.mapIsOpen ? "true" : "false"}
    aria-label=${t("Danh sách câu hỏi, xong {done}/{total} câu", { done, total })} @click=${screen.toggleMap}>
    ${icon("grid")}<span>${t("{done}/{total} câu", { done, total })}</span>
  </button>`;
}
