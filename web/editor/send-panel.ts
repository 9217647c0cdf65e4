/** What is still missing, and the button that hands the item in. The button can always be pressed. */
import { type TemplateResult, html, nothing } from "lit";
import type { Problem } from "./contract.ts";
import { icon } from "./icons.ts";
import { t } from "./words.ts";

export interface Sending {
  readonly problems: readonly Problem[];
  readonly required: number;
  readonly hints: number;
  readonly refusal: string;
  readonly isBusy: boolean;
  readonly goTo: (where: string) => void;
  readonly press: () => void;
}

/** The panel stays in sight at the bottom of the screen, so it is kept low. */
const SHOWN = 1;

export function renderSending(sending: Sending): TemplateResult {
  const missing = new Set(sending.problems.map(({ where }) => where)).size;
  return html`<section class="panel send" aria-labelledby="h-send">
    <div><h2 id="h-send" class=${missing === 0 ? "is-complete" : ""}>${missing === 0
      ? html`${icon("check")}${t("Đủ {n} mục bắt buộc", { n: sending.required })}`
      : html`${icon("alert")}${t("Còn thiếu {m} trong {n} mục bắt buộc", { m: missing, n: Math.max(sending.required, missing) })}`}</h2>
      ${missing === 0 ? nothing : renderMissing(sending)}
      ${sending.refusal === "" ? nothing : html`<p class="field-error" role="alert">${sending.refusal}</p>`}
      ${sending.hints === 0 ? nothing : html`<p class="meta">${t("{n} gợi ý còn lại không chặn việc gửi", { n: sending.hints })}</p>`}</div>
    <button type="button" class="button primary" aria-disabled=${String(sending.isBusy)} @click=${sending.press}>${t("Gửi thẩm định")}</button>
  </section>`;
}

function renderMissing(sending: Sending): TemplateResult {
  const link = (problem: Problem) => html`<li><a href="#" @click=${(event: Event) => {
    event.preventDefault();
    sending.goTo(problem.where);
  }}>${problem.what}</a></li>`;
  const rest = sending.problems.slice(SHOWN);
  return html`<ul class="missing">${sending.problems.slice(0, SHOWN).map(link)}</ul>
    ${rest.length === 0
      ? nothing
      : html`<details><summary>${t("và {n} mục nữa", { n: rest.length })}</summary><ul class="missing">${rest.map(link)}</ul></details>`}`;
}

/** Asked once, when nothing is missing. */
export function renderConfirm(required: number, send: () => void): TemplateResult {
  const close = (event: Event) => (event.target as HTMLElement).closest("dialog")?.close();
  return html`<dialog class="confirm" aria-labelledby="h-confirm">
    <h2 id="h-confirm">${t("Gửi câu hỏi đi thẩm định?")}</h2>
    <p>${t("Đủ {n} mục. Câu hỏi sẽ được khoá và chuyển cho người thẩm định; bạn có thể rút lại khi chưa có kết luận.", { n: required })}</p>
    <div class="button-row"><button type="button" class="button primary" @click=${(event: Event) => { close(event); send(); }}>${t("Gửi")}</button>
      <button type="button" class="button" @click=${close}>${t("Xem lại đã")}</button></div>
  </dialog>`;
}
