/** Who is working (left), whether it is saved and how long is left (right): always in one place. */
import { type TemplateResult, html, nothing } from "lit";
import { formatRemaining, formatTimeOfDay, speakRemaining } from "./clock.ts";
import { icon } from "./icons.ts";
import type { Screen } from "./screen.ts";
import { saveStatusText } from "./status.ts";
import { renderTools } from "./tools.ts";

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
      ${renderTools(screen.display, screen.setDisplay)}
    </header>
  `;
}

function renderSaved(screen: Screen): TemplateResult | typeof nothing {
  const { phase } = screen.session;
  if (phase.name === "blocked") return nothing; // this machine no longer knows what is saved
  if (phase.name === "submitted") {
    const at = phase.receipt === null ? "" : formatTimeOfDay(Date.parse(phase.receipt.submitted_at));
    return html`<p class="saved is-saved" role="status">${icon("check")}<span>Đã nộp <time>${at}</time></span></p>`;
  }
  const status = screen.session.status();
  const { label, time } = saveStatusText(status);
  const shape = status.kind === "failed" ? "alert" : status.kind === "saving" ? "clock" : "check";
  return html`<p class="saved is-${status.kind}" role="status" data-pending=${screen.session.pending}>
    ${icon(shape)}<span>${label} ${time === "" ? nothing : html`<time aria-hidden="true">${time}</time>`}</span>
  </p>`;
}

function renderTimer(screen: Screen): TemplateResult | typeof nothing {
  const { phase } = screen.session;
  const remaining = screen.session.remaining();
  if (phase.name === "submitted" || phase.name === "blocked" || remaining === null) return nothing;
  return html`<p class="timer" role="timer" aria-label="Thời gian còn lại ${speakRemaining(remaining)}">
    <span>Còn lại</span><strong>${formatRemaining(remaining)}</strong>
  </p>`;
}
