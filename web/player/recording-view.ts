/** The sound of a listening item: one button, how far it is, how often it may still be heard. */
import { type TemplateResult, html, nothing } from "lit";
import type { Recording } from "./contract.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import type { Hearing } from "./recordings.ts";
import type { Screen } from "./screen.ts";

export function renderRecording(
  key: string, recording: Recording | null | undefined, screen: Screen,
): TemplateResult | typeof nothing {
  if (!recording) return nothing;
  const hearing = screen.recordings.of(key, recording);
  const isOver = hearing.left === 0 && !hearing.isUnderWay;
  return html`<div class="kt-recording" role="group" aria-label=${t("Đoạn nghe")}>
    <button class="button" type="button" ?disabled=${isOver || !screen.session.isOpen}
      @click=${() => screen.recordings.toggle(key, recording)}>
      ${icon(hearing.isPlaying ? "pause" : "play")}<span>${verb(hearing)}</span></button>
    <progress max="1" .value=${hearing.progress} aria-label=${t("Đã nghe đến đâu")}></progress>
    <p>${hearing.failed ? t("Chưa nghe được. Thử lại, hoặc giơ tay báo giám thị.") : limit(hearing.left)}</p>
  </div>`;
}

function verb({ isPlaying, isUnderWay }: Hearing): string {
  if (isPlaying) return t("Tạm dừng");
  return isUnderWay ? t("Nghe tiếp") : t("Nghe");
}

function limit(left: number | null): string {
  if (left === null) return t("Nghe bao nhiêu lần cũng được");
  return left === 0 ? t("Đã hết lượt nghe") : t("Còn {n} lượt nghe", { n: left });
}
