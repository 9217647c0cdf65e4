/** The page of work: items alone, or beside the passage they share; the way on and back below. */
import { type TemplateResult, html, nothing } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Stimulus } from "./contract.ts";
import { icon } from "./icons.ts";
import { renderItem } from "./item-view.ts";
import { type Page, itemsOfStimulus, pageName } from "./pages.ts";
import { totals } from "./progress.ts";
import { renderCellLink, renderMap } from "./question-map.ts";
import type { Screen } from "./screen.ts";

export function renderWork(page: Page, screen: Screen): TemplateResult {
  const stimulus = screen.session.document.stimuli.find(({ ref }) => ref === page.stimulus);
  return html`
    <div class="work ${page.stimulus === null ? "" : "has-passage"}">
      ${page.stimulus === null ? renderAlone(page, screen) : renderBeside(page, stimulus, screen)}
      ${renderFooter(page, screen)}
      <div class="map-holder ${screen.mapIsOpen ? "is-shown" : ""}">${renderMap(screen)}</div>
      <div class="end">
        <button class="button" type="button" @click=${() => screen.open("review")}>Kiểm tra và nộp bài</button>
      </div>
    </div>
  `;
}

function renderInstruction(page: Page): TemplateResult {
  return html`<p class="instruction"><b>Phần ${page.part.code}.</b> ${page.part.instruction}</p>`;
}

function renderAlone(page: Page, screen: Screen): TemplateResult {
  return html`<main class="main" id="main" tabindex="-1">
    <div class="column">${renderInstruction(page)} ${page.items.map((item) => renderItem(item, screen))}</div>
  </main>`;
}

function renderBeside(page: Page, stimulus: Stimulus | undefined, screen: Screen): TemplateResult {
  return html`<main class="main beside" id="main" tabindex="-1">
    <section class="pane passage" tabindex="0" aria-label="Ngữ liệu chung">
      ${renderInstruction(page)} ${stimulus === undefined ? renderMissing() : renderPassage(stimulus)}
    </section>
    <div class="pane">${renderStrip(page, screen)} ${page.items.map((item) => renderItem(item, screen))}</div>
  </main>`;
}

function renderPassage(stimulus: Stimulus): TemplateResult {
  return html`<div class="kt-passage">
    ${stimulus.title === "" ? nothing : html`<h2>${stimulus.title}</h2>`} ${unsafeHTML(stimulus.body)}
  </div>`;
}

function renderMissing(): TemplateResult {
  return html`<p>Chưa tải được ngữ liệu của câu này. Bạn vẫn trả lời được; hãy giơ tay báo giám thị.</p>`;
}

function renderStrip(page: Page, screen: Screen): TemplateResult {
  const items = itemsOfStimulus(screen.session.document.parts, page.stimulus ?? "");
  return html`<nav class="strip" aria-label="Các câu của ngữ liệu này">
    <h2 aria-hidden="true">Câu của ngữ liệu</h2>
    <ol class="cells">${items.map((item) => renderCellLink(item, screen))}</ol>
  </nav>`;
}

function renderFooter(page: Page, screen: Screen): TemplateResult {
  const index = screen.pages.indexOf(page);
  const previous = screen.pages[index - 1];
  const next = screen.pages[index + 1];
  return html`<nav class="foot" aria-label="Chuyển câu">
    <div class="column">
      ${previous === undefined ? html`<span class="foot-gap"></span>` : renderStep(index - 1, previous, page, screen)}
      ${renderMapButton(screen)}
      ${next === undefined ? renderToReview(screen) : renderStep(index + 1, next, page, screen)}
    </div>
  </nav>`;
}

function renderStep(index: number, target: Page, from: Page, screen: Screen): TemplateResult {
  const isNext = index > screen.pages.indexOf(from);
  const words = html`<span><span class="sr-only">${isNext ? "Sang" : "Về"} </span>${pageName(target, from)}</span>`;
  return html`<button class="button ${isNext ? "is-primary" : ""}" type="button" @click=${() => screen.open(index)}>
    ${isNext ? nothing : icon("left")}${words}${isNext ? icon("right") : nothing}
  </button>`;
}

/** After the last item the way on is the check before handing in; the button says so. */
function renderToReview(screen: Screen): TemplateResult {
  return html`<button class="button is-primary" type="button" @click=${() => screen.open("review")}>
    <span>Kiểm tra bài</span>${icon("right")}
  </button>`;
}

function renderMapButton(screen: Screen): TemplateResult {
  const { session } = screen;
  const counts = totals(session.items, session.responses);
  return html`<button class="button map-button" type="button" aria-controls="question-map"
    aria-expanded=${screen.mapIsOpen ? "true" : "false"}
    aria-label="Danh sách câu hỏi, xong ${counts.done}/${counts.total} câu" @click=${screen.toggleMap}>
    ${icon("grid")}<span>${counts.done}/${counts.total} câu</span>
  </button>`;
}
