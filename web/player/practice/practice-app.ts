/** The candidate's screen for practice: «Kiểm tra» below each item, what was right, and another try. */
import { type TemplateResult, html, nothing } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Item, Value } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import { PlayerApp } from "../player-app.ts";
import { itemProgress } from "../progress.ts";
import type { Feedback, PracticeDocument } from "./contract.ts";
import type { PracticeServer } from "./server.ts";

export class PracticeApp extends PlayerApp {
  server!: PracticeServer;
  /** Of checked items. What was checked first is what the teacher sees. */
  private readonly feedback = new Map<string, Feedback>();
  /** Tried again: kept on the screen only. */
  private readonly tries = new Map<string, Value | null>();
  private checksAtOnce = false;
  /** Asked about and not told yet: what is graded stays as it is until then. */
  private readonly asking = new Set<string>();

  learn({ practice }: PracticeDocument, server: PracticeServer): void {
    this.server = server;
    this.checksAtOnce = practice.checks_at_once;
    for (const [ref, found] of Object.entries(practice.feedback)) this.feedback.set(ref, found);
  }

  override responseOf(item: Item): Value | null {
    return this.tries.has(item.ref) ? (this.tries.get(item.ref) ?? null) : super.responseOf(item);
  }

  override answer(item: Item, value: Value | null): void {
    if (!this.tries.has(item.ref)) return super.answer(item, value);
    this.tries.set(item.ref, value);
    this.redraw();
  }

  override takes(item: Item): boolean {
    return super.takes(item) && !this.feedback.has(item.ref) && !this.asking.has(item.ref);
  }

  override below(item: Item): TemplateResult | typeof nothing {
    const found = this.feedback.get(item.ref);
    if (found !== undefined) return this.renderFeedback(item, found);
    if (!this.checksAtOnce || !this.session.isOpen) return nothing;
    return html`<p class="practice-check">
      <button class="button is-primary" type="button" aria-disabled=${String(this.asking.has(item.ref))}
        @click=${() => void this.check(item)}>${t("Kiểm tra")}<span class="sr-only"> ${t("Câu {n}", { n: item.number })}</span></button>
      <span>${this.tries.has(item.ref) ? t("Làm lại để học; kết quả lần đầu vẫn được giữ.") : t("Kiểm tra rồi thì kết quả lần này được ghi.")}</span>
    </p>`;
  }

  private async check(item: Item): Promise<void> {
    if (this.asking.has(item.ref)) return;
    this.typing.flush();
    const value = this.responseOf(item);
    const { state } = itemProgress(item, { value, flagged: false });
    if (state === "empty") return this.say(t("Trả lời rồi hãy kiểm tra."));
    this.asking.add(item.ref);
    this.redraw();
    const answer = await this.server.check(item.ref, value);
    this.asking.delete(item.ref);
    this.redraw();
    if (answer.kind === "ok") this.show(item, answer.body);
    else if (answer.kind === "refused" && answer.message !== "") this.say(answer.message);
    else this.say(t("Chưa kiểm tra được vì mất kết nối. Câu trả lời vẫn được giữ; thử lại sau."));
  }

  private show(item: Item, found: Feedback): void {
    this.feedback.set(item.ref, found);
    this.redraw();
    void this.updateComplete.then(() => {
      if (document.activeElement?.matches("input, textarea, select")) return; // the pupil is at work on another item
      this.querySelector<HTMLElement>(`#told-${CSS.escape(item.ref)}`)?.focus();
    });
  }

  private again(item: Item): void {
    this.feedback.delete(item.ref);
    this.tries.set(item.ref, null);
    this.redraw();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#head-${CSS.escape(item.ref)}`)?.focus());
  }

  private renderFeedback(item: Item, { verdict, told }: Feedback): TemplateResult {
    return html`<section class="practice-told is-${verdict}" id="told-${item.ref}" tabindex="-1"
        aria-label=${t("Kết quả câu {n}", { n: item.number })}>
      <p class="practice-verdict">${icon(verdict === "right" ? "check" : verdict === "read" ? "pen" : "alert")}<b>${verdictOf(verdict)}</b></p>
      ${unsafeHTML(told)}
      ${this.session.isOpen ? html`<p><button class="button" type="button" @click=${() => this.again(item)}>${t("Làm lại câu này")}</button></p>` : nothing}
    </section>`;
  }
}

function verdictOf(verdict: Feedback["verdict"]): string {
  switch (verdict) {
    case "right":
      return t("Đúng");
    case "part":
      return t("Đúng một phần");
    case "wrong":
      return t("Chưa đúng");
    case "read":
      return t("Bài viết cần thầy cô đọc. So với đáp án bên dưới.");
  }
}
