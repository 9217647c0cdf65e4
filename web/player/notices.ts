/** Bands above the work and the pages that stand in its place. None of them blocks an answer in hand. */
import { type TemplateResult, html, nothing } from "lit";
import { formatTimeOfDay } from "./clock.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { renderRescue } from "./rescue-view.ts";
import type { Screen } from "./screen.ts";
import type { BlockReason } from "./session.ts";

export function renderBands(screen: Screen): TemplateResult {
  return html`<div class="bands">${renderTrouble(screen)} ${renderReadOnly(screen)}
    <div role="status" aria-live="polite">${renderOffline(screen)} ${renderTimeNotice(screen)}
      ${renderMessage(screen)} ${renderSaid(screen)}</div>
  </div>`;
}

function renderTrouble(screen: Screen): TemplateResult | typeof nothing {
  if (screen.session.status().kind !== "failed") return nothing;
  return html`<p class="band is-bad" role="alert">${icon("alert")}
    <span><b>${t("Chưa lưu được bài.")}</b> ${t("Giơ tay báo giám thị, đừng tắt máy. Bạn vẫn làm bài tiếp được.")}</span></p>`;
}

function renderReadOnly(screen: Screen): TemplateResult | typeof nothing {
  if (screen.session.phase.name !== "read_only") return nothing;
  return html`<p class="band is-time" role="alert">${icon("alert")}
    <span><b>${t("Bài thi đang mở ở một trang khác của máy này.")}</b>
      ${t("Trang này chỉ để xem; không câu trả lời nào bị mất.")}</span>
    <button class="button" type="button" @click=${() => location.reload()}>${t("Làm bài ở trang này")}</button></p>`;
}

function renderOffline(screen: Screen): TemplateResult | typeof nothing {
  const since = screen.session.offlineSince;
  if (since === null || screen.session.status().kind === "failed") return nothing;
  return html`<p class="band">${icon("offline")}
    <span>${t("Mất kết nối lúc {time}. Bài làm vẫn được lưu trên máy này và sẽ tự gửi khi có mạng.",
      { time: formatTimeOfDay(since).slice(0, 5) })}</span></p>`;
}

function renderTimeNotice(screen: Screen): TemplateResult | typeof nothing {
  const minutes = screen.session.notice;
  if (minutes === null) return nothing;
  return html`<p class="band is-time">${icon("clock")}
    <span>${t("Còn {n} phút làm bài. Hết giờ, bài tự nộp.", { n: minutes })}</span></p>`;
}

/** The newest message of the room, until it is put away. */
function renderMessage(screen: Screen): TemplateResult | typeof nothing {
  const newest = screen.session.messages.at(-1);
  if (newest === undefined || screen.session.messages.length <= screen.read) return nothing;
  return html`<p class="band">${icon("clock")}
    <span><b>${formatTimeOfDay(Date.parse(newest.at)).slice(0, 5)}</b> ${newest.text}</span>
    <button class="button" type="button" @click=${screen.putAway}>${t("Đã đọc")}</button></p>`;
}

function renderSaid(screen: Screen): TemplateResult | typeof nothing {
  const { sentence, isSeen } = screen.said;
  return sentence === "" ? nothing : html`<p class=${isSeen ? "said" : "sr-only"}>${sentence}</p>`;
}

export function renderPaused(message: string): TemplateResult {
  const words = t("Bài đã lưu. Ngồi tại chỗ và chờ hiệu lệnh của giám thị; câu hỏi sẽ hiện lại khi làm tiếp.");
  return renderPlain(t("Giám thị tạm dừng"), words, message === "" ? nothing : html`<p class="aside-note">${message}</p>`);
}

export function renderSuspended(message: string, screen: Screen): TemplateResult {
  const words = message === "" ? t("Bài làm đến lúc này đã được giữ lại. Làm theo hướng dẫn của giám thị.") : message;
  return renderPlain(t("Bài thi bị đình chỉ"), words, renderRescue(screen));
}

export function renderWaiting(): TemplateResult {
  return renderPlain(t("Chưa mở đề"), t("Ngồi tại chỗ và chờ giám thị. Trang này tự mở đề khi đến giờ."));
}

function block(reason: BlockReason): { head: string; text: string; button: string | null } {
  if (reason === "writer_replaced") {
    return {
      head: t("Bài thi đã được mở ở máy khác"),
      text: t("Máy này không nhận câu trả lời nữa. Mọi câu đã lưu có ở máy mới. Nếu bạn không đổi máy, hãy giơ tay báo giám thị."),
      button: null,
    };
  }
  return {
    head: t("Cần vào phòng thi lại"),
    text: t("Máy chủ không còn nhận ra máy này. Bài làm vẫn được giữ trên máy. Hãy vào lại bằng số báo danh và mã vào phòng."),
    button: t("Vào lại phòng thi"),
  };
}

export function renderBlocked(reason: BlockReason, screen: Screen | null = null): TemplateResult {
  const { head, text, button } = block(reason);
  const go = () => location.assign("/thi");
  return renderPlain(head, text, html`${button === null ? nothing : html`<p class="plain-action">
    <button class="button is-primary" type="button" @click=${go}>${button}</button></p>`}
    ${screen === null ? nothing : renderRescue(screen)}`);
}

export function renderPlain(
  head: string, text: string, action: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="ending is-single"><main class="main" id="main" tabindex="-1"><div class="column">
    <h2 id="plain-head" tabindex="-1">${head}</h2><p class="lead" role="status">${text}</p>${action}
  </div></main></div>`;
}
