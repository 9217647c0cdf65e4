/** What the server has not got, offered as an encrypted file for the invigilator's memory stick. */
import { type TemplateResult, html, nothing } from "lit";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { rescueFileName } from "./rescue-file.ts";
import type { Screen } from "./screen.ts";

export function renderRescue({ session }: Screen): TemplateResult | typeof nothing {
  const { count } = session.late;
  if (count === 0) return nothing;
  return html`<div class="rescue">
    <p><b>${t("Còn {n} thay đổi chỉ có trên máy này.", { n: count })}</b>
      ${t("Nếu mạng không trở lại, lưu tệp cứu hộ vào thẻ nhớ của giám thị. Tệp đã mã hoá, chỉ nộp được cho số báo danh {number}.",
        { number: session.candidateNumber })}</p>
    <button class="button" type="button" @click=${() => save(session.rescueFile(), session.candidateNumber)}>
      ${icon("save")}<span>${t("Lưu tệp cứu hộ")}</span></button>
  </div>`;
}

function save(file: object | null, number: string): void {
  if (file === null) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  link.download = rescueFileName(number);
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
