/** Who is working (left), whether it is saved and how long is left (right): always in one place. */
import { type TemplateResult, html, nothing } from "lit";
import { formatRemaining, formatTimeOfDay, speakRemaining } from "./clock.ts";
import type { TextSize } from "./display.ts";
import { icon } from "./icons.ts";
import type { Screen } from "./screen.ts";
import { saveStatusText } from "./status.ts";

export function renderHeader(screen: Screen): TemplateResult {
  const { exam, candidate } = screen.session.document;
  return html`
    <header class="top">
      <div class="bar">
        <div class="exam">
          <h1><span class="wide-only">${exam.title} · </span>${exam.subject}</h1>
          <p>SBD ${candidate.number}<span class="wide-only"> · ${candidate.name}</span></p>
        </div>
        ${renderSaved(screen)} ${renderTimer(screen)}
      </div>
      ${renderTools(screen)}
    </header>
  `;
}

function renderSaved(screen: Screen): TemplateResult {
  const { phase } = screen.session;
  if (phase.name === "submitted") {
    const at = phase.receipt === null ? "" : formatTimeOfDay(Date.parse(phase.receipt.submitted_at));
    return html`<p class="saved is-saved" role="status">${icon("check")}<span>Đã nộp <time>${at}</time></span></p>`;
  }
  const status = screen.session.status();
  const { label, time } = saveStatusText(status);
  const shape = status.kind === "failed" ? "alert" : status.kind === "saving" ? "clock" : "check";
  return html`<p class="saved is-${status.kind}" role="status">
    ${icon(shape)}<span>${label} ${time === "" ? nothing : html`<time aria-hidden="true">${time}</time>`}</span>
  </p>`;
}

function renderTimer(screen: Screen): TemplateResult | typeof nothing {
  const { phase } = screen.session;
  const remaining = screen.session.remaining();
  if (phase.name === "submitted" || remaining === null) return nothing;
  return html`<p class="timer" role="timer" aria-label="Thời gian còn lại ${speakRemaining(remaining)}">
    <span>Còn lại</span><strong>${formatRemaining(remaining)}</strong>
  </p>`;
}

const SIZES: Array<{ size: TextSize; name: string }> = [
  { size: 1, name: "Chữ vừa" },
  { size: 2, name: "Chữ lớn" },
  { size: 3, name: "Chữ rất lớn" },
];

function renderTools(screen: Screen): TemplateResult {
  const { display } = screen;
  const toggle = () => screen.setDisplay({ ...display, highContrast: !display.highContrast });
  return html`<div class="tools" role="group" aria-label="Cách hiển thị">
    <fieldset class="sizes">
      <legend class="sr-only">Cỡ chữ</legend>
      ${SIZES.map(({ size, name }) => html`<label class="size size-${size}">
        <input type="radio" name="text-size" .checked=${display.size === size}
          @change=${() => screen.setDisplay({ ...display, size })} />
        <span aria-hidden="true">A</span><span class="sr-only">${name}</span>
      </label>`)}
    </fieldset>
    <button class="contrast" type="button" aria-pressed=${display.highContrast ? "true" : "false"} @click=${toggle}>
      ${icon("half")}<span>Tương phản</span>
    </button>
  </div>`;
}
