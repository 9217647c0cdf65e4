/** Who is working (left), whether it is saved and how long is left (right): always in one place. */
import { type TemplateResult, html, nothing } from "lit";
import { formatRemaining, formatTimeOfDay, speakRemaining } from "./clock.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import type { Screen } from "./screen.ts";
import { saveStatusText } from "./status.ts";
import { renderTools } from "./tools.ts";

export function renderHeader(screen: Screen): TemplateResult {
  const { exam, candidate, accommodations } = screen.session.document;
  const extra = accommodations?.extra_percent ?? 0;
  return html`
    <header class="top">
      <div class="bar">
        <div class="exam">
          <h1><span class="wide-only">${exam.title} · </span>${exam.subject}</h1>
          <p>${t("SBD {number}", { number: candidate.number })}<span class="wide-only"> · ${candidate.name}${
            exam.form_code ? ` · ${t("Mã đề {code}", { code: exam.form_code })}` : ""}</span></p>
        </div>
        ${renderSaved(screen)} ${renderTimer(screen, extra)}
      </div>
      ${renderTools(screen.display, { ...screen, hasPaper: screen.session.phase.name === "running" })}
    </header>
  `;
}

const HIDDEN = new Set(["submitted", "blocked", "suspended"]);

function renderSaved(screen: Screen): TemplateResult | typeof nothing {
  const { phase } = screen.session;
  // A machine that does not write no longer knows what is saved.
  if (phase.name === "blocked" || phase.name === "read_only") return nothing;
  if (phase.name === "submitted") {
    const at = phase.receipt === null ? "" : formatTimeOfDay(Date.parse(phase.receipt.submitted_at));
    return html`<p class="saved is-saved" role="status">${icon("check")}<span>${t("Đã nộp")} <time>${at}</time></span></p>`;
  }
  const status = screen.session.status();
  const { label, time } = saveStatusText(status);
  const shape = status.kind === "failed" ? "alert" : status.kind === "saving" ? "clock" : "check";
  return html`<p class="saved is-${status.kind}" role="status" data-pending=${screen.session.pending}>
    ${icon(shape)}<span>${label} ${time === "" ? nothing : html`<time aria-hidden="true">${time}</time>`}</span>
  </p>`;
}

function renderTimer(screen: Screen, extra: number): TemplateResult | typeof nothing {
  const { phase } = screen.session;
  const remaining = screen.session.remaining();
  if (HIDDEN.has(phase.name) || remaining === null) return nothing;
  return html`<p class="timer" role="timer" aria-label=${t("Thời gian còn lại {time}", { time: speakRemaining(remaining) })}>
    <span>${extra > 0 ? t("Còn lại, đã thêm {n} %", { n: extra }) : t("Còn lại")}</span><strong>${formatRemaining(remaining)}</strong>
  </p>`;
}
