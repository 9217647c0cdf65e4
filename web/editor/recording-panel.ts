/** The sound of a listening item: the file, how often it may be heard, and what is said in it. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { chooseFile } from "./choose-file.ts";
import type { Recording } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { renderComplaint } from "./fields.ts";
import { icon } from "./icons.ts";
import { t } from "./words.ts";

const TYPES = "audio/mpeg,audio/mp4,audio/ogg,audio/wav,.mp3,.m4a,.ogg,.oga,.wav";
const OFTEN = [1, 2, 3] as const;

export function addRecording(desk: Desk): void {
  chooseFile(TYPES, (file) => void desk.workbench.uploadSound(file, ({ sha256 }) => {
    const { plays, transcript } = desk.content.recording ?? { plays: 2, transcript: "" };
    desk.change({ ...desk.content, recording: { src: `asset:${sha256}`, plays, transcript } });
  }));
}

export function renderRecording(desk: Desk): TemplateResult | typeof nothing {
  const recording = desk.content.recording ?? null;
  if (recording === null) return nothing;
  const complaint = desk.complaint("recording.transcript");
  const put = (change: Partial<Recording>) => desk.change({ ...desk.content, recording: { ...(desk.content.recording ?? recording), ...change } });
  return html`<section class="parts" aria-labelledby="h-recording"><h2 class="part-head" id="h-recording">${t("Đoạn âm thanh")}</h2>
    <div class="part-list pad recording">
      <audio controls preload="metadata" src=${desk.workbench.server.pictureUrl(recording.src.slice("asset:".length))}></audio>
      <p class="narrow-field"><label for="o-plays">${t("Thí sinh nghe được")}</label>
        <select id="o-plays" @change=${(event: Event) => put({ plays: Number((event.target as HTMLSelectElement).value) || null })}>
          ${OFTEN.map((plays) => html`<option value=${plays} ?selected=${recording.plays === plays}>${t("{n} lần", { n: plays })}</option>`)}
          <option value="0" ?selected=${recording.plays === null}>${t("bao nhiêu lần cũng được")}</option></select></p>
      <p class="button-row"><button type="button" class="button small" @click=${() => addRecording(desk)}>${icon("sound")}${t("Đổi tệp")}</button>
        <button type="button" class="linklike" @click=${() => remove(desk)}>${t("Bỏ đoạn âm thanh")}</button></p>
      <p class="wide"><label for="o-recording-transcript">${t("Lời thoại (bắt buộc; thí sinh không thấy)")}
          ${renderComplaint("o-recording-transcript", complaint)}</label>
        <textarea id="o-recording-transcript" rows="4" aria-invalid=${String(complaint !== null)} aria-describedby="o-recording-transcript-note" .value=${live(recording.transcript)}
          placeholder=${t("Chép lại từng lời; người thẩm định đọc thay cho nghe")}
          @input=${(event: Event) => put({ transcript: (event.target as HTMLTextAreaElement).value })} @blur=${() => desk.touch("recording.transcript")}></textarea></p>
    </div></section>`;
}

function remove(desk: Desk): void {
  const { recording: _recording, ...rest } = desk.content;
  desk.change(rest);
}
