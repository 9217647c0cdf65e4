/** After handing in: nothing is shown as received before the server has said so. No score, no key. */
import { type TemplateResult, html, nothing } from "lit";
import { formatDay, formatTimeOfDay } from "./clock.ts";
import type { Receipt } from "./contract.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { itemProgress, totals } from "./progress.ts";
import { inSafeExamBrowser } from "./safe-exam-browser.ts";
import { renderRescue } from "./rescue-view.ts";
import type { Screen } from "./screen.ts";

export function renderClosing(automatic: boolean, screen: Screen): TemplateResult {
  const offline = screen.session.offlineSince !== null;
  return html`<div class="ending is-single"><main class="main" id="main" tabindex="-1"><div class="column">
    <h2 tabindex="-1" id="closing-head">${automatic ? t("Đã hết giờ làm bài") : t("Đang nộp bài")}</h2>
    <p class="lead" role="status">${offline
      ? t("Bài đã khoá trên máy này và đang chờ gửi. Giữ nguyên máy, đừng tắt, và giơ tay báo giám thị.")
      : t("Đang gửi những thay đổi cuối và chờ máy chủ xác nhận. Giữ nguyên trang này.")}</p>
    ${offline ? renderRescue(screen) : nothing}
  </div></main></div>`;
}

export function renderSubmitted(receipt: Receipt | null, automatic: boolean, screen: Screen): TemplateResult {
  return html`<div class="ending">
    <main class="main" id="main" tabindex="-1"><div class="column">
      <div class="received"><span class="received-mark" aria-hidden="true">${icon("check")}</span>
        <h2 id="receipt-head" tabindex="-1">${t("Đã nhận bài")}</h2></div>
      ${receipt === null ? html`<p class="lead">${t("Bài của bạn đã được nộp.")}</p>` : renderReceipt(receipt, automatic, screen)}
      ${renderRescue(screen)}
      <p class="aside-note"><b>${t("Thấy số câu không đúng?")}</b> ${t("Giơ tay báo giám thị trước khi rời phòng.")}</p>
    </div></main>
    ${renderNextSteps()}
  </div>`;
}

function renderReceipt(receipt: Receipt, automatic: boolean, screen: Screen): TemplateResult {
  const at = Date.parse(receipt.submitted_at);
  const day = formatDay(at);
  const how = automatic ? `${t("Tự nộp khi hết giờ.")} ` : "";
  return html`<dl class="receipt">
    <div><dt>${t("Thời điểm nộp")}</dt><dd class="value"><time datetime=${receipt.submitted_at}>${formatTimeOfDay(at)}</time></dd>
      <dd class="note">${how}${t("{day}, theo giờ máy chủ", { day: day.charAt(0).toUpperCase() + day.slice(1) })}</dd></div>
    <div><dt>${t("Số câu có trả lời")}</dt><dd class="value">${receipt.answered}/${receipt.total}</dd>
      <dd class="note">${inWords(screen) ?? nothing}</dd></div>
    <div><dt>${t("Mã biên nhận")}</dt><dd class="value code">${receipt.code}</dd>
      <dd class="note">${t("Mã tính từ toàn bộ bài làm. Sửa một câu trả lời thì mã đổi khác.")}</dd></div>
  </dl>`;
}

const MOST_NAMED = 4;

/** «20 câu đủ. Phần II câu 2 thiếu ý. Phần III câu 5 để trống.» while the page still knows. */
function inWords({ session }: Screen): string | null {
  if (session.items.length === 0) return null;
  const sentences = [t("{n} câu đủ.", { n: totals(session.items, session.responses).done })];
  for (const part of session.document.parts) {
    for (const item of part.items) {
      const { state } = itemProgress(item, session.responses.get(item.ref));
      if (state === "partial") sentences.push(t("Phần {part} câu {n} thiếu ý.", { part: part.code, n: item.number }));
      if (state === "empty") sentences.push(t("Phần {part} câu {n} để trống.", { part: part.code, n: item.number }));
    }
  }
  const unsaid = sentences.length - 1 - MOST_NAMED;
  if (unsaid <= 0) return sentences.join(" ");
  return `${sentences.slice(0, MOST_NAMED + 1).join(" ")} ${t("Và {n} câu khác.", { n: unsaid })}`;
}

function renderNextSteps(): TemplateResult {
  return html`<aside class="side" aria-labelledby="next-head">
    <h2 id="next-head">${t("Việc tiếp theo")}</h2>
    <ol class="next-steps">
      <li><b>${t("Chép mã biên nhận vào phiếu dự thi")}</b><span>${t("Giám thị đối chiếu với danh sách phòng.")}</span></li>
      <li><b>${t("Ngồi tại chỗ")}</b><span>${t("Rời phòng khi giám thị cho phép. Máy có thể để nguyên.")}</span></li>
      <li><b>${t("Chờ trường công bố điểm")}</b><span>${t("Máy chấm xong, trường duyệt rồi mới công bố.")}</span></li>
    </ol>
    ${inSafeExamBrowser() ? html`<p><a href="/thi/thoat-seb">${t("Đóng Safe Exam Browser")}</a> ${t("khi giám thị cho phép.")}</p>` : nothing}
  </aside>`;
}
