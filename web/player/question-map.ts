/** The list of questions: a number in a box, told by fill, outline, bar and flag, and in words to the ear. */
import { type TemplateResult, html, nothing } from "lit";
import type { Item, Part } from "./contract.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { type ItemProgress, describe, itemProgress, totals } from "./progress.ts";
import { pageOf } from "./pages.ts";
import type { Screen } from "./screen.ts";

/** The box of one item; the bar under a partial one is drawn in quarters. */
export function renderCell(label: string | number, progress: ItemProgress, isOpen = false): TemplateResult {
  const quarters = Math.min(3, Math.max(1, Math.round((progress.given / progress.of) * 4)));
  const classes = `cell is-${progress.state} ${isOpen ? "is-open" : ""}`;
  return html`<span class=${classes} data-quarters=${quarters} aria-hidden="true">
    ${label}${progress.state === "partial" ? html`<small>${progress.given}/${progress.of}</small>` : nothing}
    ${progress.flagged ? icon("flag") : nothing}
  </span>`;
}

export function renderCellLink(item: Item, screen: Screen): TemplateResult {
  const progress = itemProgress(item, screen.session.responses.get(item.ref));
  const page = pageOf(screen.pages, item.ref);
  const isOpen = screen.place === page;
  return html`<li><button class="cell-link" type="button" aria-current=${isOpen ? "true" : nothing}
    aria-label=${describe(item.number, progress, isOpen)}
    @click=${() => screen.open(page, item.ref)}>${renderCell(item.number, progress, isOpen)}</button></li>`;
}

export function renderMap(screen: Screen): TemplateResult {
  const { session } = screen;
  const counts = totals(session.items, session.responses);
  const started = counts.partial > 0 ? t(", dở {n} câu", { n: counts.partial }) : "";
  return html`
    <nav class="map" id="question-map" tabindex="-1" aria-labelledby="map-head">
      <h2 id="map-head">${t("Danh sách câu hỏi")}</h2>
      <p>${t("Xong {done} trên {total} câu", { done: counts.done, total: counts.total })}${started}</p>
      ${renderBreak(session.document.accommodations?.break_minutes ?? 0)}
      ${session.document.parts.map((part) => renderPart(part, screen))} ${renderKey(session.document.parts)}
    </nav>
  `;
}

function renderBreak(minutes: number): TemplateResult | typeof nothing {
  if (minutes === 0) return nothing;
  return html`<p>${t("Bạn được nghỉ {n} phút. Giơ tay khi muốn nghỉ.", { n: minutes })}</p>`;
}

function renderPart(part: Part, screen: Screen): TemplateResult {
  return html`
    <h3>${t("Phần {part}", { part: part.code })} <span>${part.title}</span></h3>
    <ol class="cells">${part.items.map((item) => renderCellLink(item, screen))}</ol>
  `;
}

const BLANK: ItemProgress = { state: "empty", given: 0, of: 1, flagged: false };

function renderKey(parts: readonly Part[]): TemplateResult {
  const hasPieces = parts.some((part) => part.items.some((item) => itemProgress(item, undefined).of > 1));
  const partial: ItemProgress = { ...BLANK, state: "partial", given: 3, of: 4 };
  return html`<ul class="map-key" aria-label=${t("Chú giải")}>
    <li>${renderCell("", { ...BLANK, state: "done", given: 1 })}${t("Đã trả lời")}</li>
    <li>${renderCell("", BLANK)}${t("Chưa trả lời")}</li>
    ${hasPieces ? html`<li>${renderCell("", partial)}${t("Còn thiếu ý")}</li>` : nothing}
    <li>${renderCell("", BLANK, true)}${t("Đang mở")}</li>
    <li><span class="cell is-only-flag" aria-hidden="true">${icon("flag")}</span>${t("Xem lại")}</li>
  </ul>`;
}
