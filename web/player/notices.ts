/** Bands above the work and the pages that stand in its place. None of them blocks an answer in hand. */
import { type TemplateResult, html, nothing } from "lit";
import { formatTimeOfDay } from "./clock.ts";
import { icon } from "./icons.ts";
import type { Screen } from "./screen.ts";
import type { BlockReason } from "./session.ts";

export function renderBands(screen: Screen): TemplateResult {
  return html`<div class="bands">${renderTrouble(screen)}
    <div role="status" aria-live="polite">${renderOffline(screen)} ${renderTimeNotice(screen)}</div>
  </div>`;
}

function renderTrouble(screen: Screen): TemplateResult | typeof nothing {
  if (screen.session.status().kind !== "failed") return nothing;
  return html`<p class="band is-bad" role="alert">${icon("alert")}
    <span><b>Chưa lưu được bài.</b> Giơ tay báo giám thị, đừng tắt máy. Bạn vẫn làm bài tiếp được.</span></p>`;
}

function renderOffline(screen: Screen): TemplateResult | typeof nothing {
  const since = screen.session.offlineSince;
  if (since === null || screen.session.status().kind === "failed") return nothing;
  return html`<p class="band">${icon("offline")}
    <span>Mất kết nối lúc ${formatTimeOfDay(since).slice(0, 5)}. Bài làm vẫn được lưu trên máy này và sẽ tự gửi khi có mạng.</span></p>`;
}

function renderTimeNotice(screen: Screen): TemplateResult | typeof nothing {
  const minutes = screen.session.notice;
  if (minutes === null) return nothing;
  return html`<p class="band is-time">${icon("clock")}<span>Còn ${minutes} phút làm bài. Hết giờ, bài tự nộp.</span></p>`;
}

export function renderPaused(): TemplateResult {
  return renderPlain("Giám thị tạm dừng", "Bài đã lưu. Ngồi tại chỗ và chờ hiệu lệnh của giám thị; câu hỏi sẽ hiện lại khi làm tiếp.");
}

export function renderWaiting(): TemplateResult {
  return renderPlain("Chưa mở đề", "Ngồi tại chỗ và chờ giám thị. Trang này tự mở đề khi đến giờ.");
}

const BLOCKS: Record<BlockReason, { head: string; text: string; button: string | null }> = {
  writer_replaced: {
    head: "Bài thi đã được mở ở máy khác",
    text: "Máy này không nhận câu trả lời nữa. Mọi câu đã lưu có ở máy mới. Nếu bạn không đổi máy, hãy giơ tay báo giám thị.",
    button: null,
  },
  not_signed_in: {
    head: "Cần vào phòng thi lại",
    text: "Máy chủ không còn nhận ra máy này. Bài làm vẫn được giữ trên máy. Hãy vào lại bằng số báo danh và mã vào phòng.",
    button: "Vào lại phòng thi",
  },
  other_tab: {
    head: "Bài thi đang mở ở một trang khác của máy này",
    text: "Hãy làm tiếp ở trang kia. Muốn làm ở trang này thì bấm nút bên dưới; không câu trả lời nào bị mất.",
    button: "Làm bài ở trang này",
  },
};

export function renderBlocked(reason: BlockReason): TemplateResult {
  const { head, text, button } = BLOCKS[reason];
  const go = () => {
    if (reason === "other_tab") location.reload();
    else location.assign("/thi");
  };
  return renderPlain(head, text, button === null ? nothing : html`<p class="plain-action">
    <button class="button is-primary" type="button" @click=${go}>${button}</button></p>`);
}

export function renderPlain(
  head: string, text: string, action: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="ending is-single"><main class="main" id="main" tabindex="-1"><div class="column">
    <h2 id="plain-head" tabindex="-1">${head}</h2><p class="lead" role="status">${text}</p>${action}
  </div></main></div>`;
}
