/** The item editor as one element of the page: it holds the draft and draws what belongs to it. */
import { LitElement, type TemplateResult, html, nothing } from "lit";
import { renderChoice } from "./choice-editor.ts";
import { renderCloze } from "./cloze-editor.ts";
import { renderCluster } from "./cluster-editor.ts";
import { renderConflict } from "./conflict-panel.ts";
import type { EditorData, Gap, Hint, Interaction, ItemContent, Preview, Problem, Theirs } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { DraftSaver } from "./draft-saver.ts";
import { renderEssay } from "./essay-editor.ts";
import { renderField, renderHints } from "./fields.ts";
import { chance, laidOut, newGap, withGapsOf } from "./further-edits.ts";
import { gapsIn } from "./gap-node.ts";
import { renderHotspot } from "./hotspot-editor.ts";
import { icon } from "./icons.ts";
import { renderInfo } from "./info-panel.ts";
import { LocalCopy } from "./local-copy.ts";
import { renderMatch } from "./match-editor.ts";
import { renderOrder } from "./order-editor.ts";
import { beginning } from "./plain-text.ts";
import { type View, renderPreview } from "./preview-pane.ts";
import { addRecording, renderRecording } from "./recording-panel.ts";
import { fieldId, requiredFields } from "./requirements.ts";
import { renderSaveStatus } from "./save-status.ts";
import { renderConfirm, renderSending } from "./send-panel.ts";
import { BankServer } from "./server.ts";
import { renderShort } from "./short-editor.ts";
import { sameContent } from "./same-content.ts";
import { browserTimers } from "./timers.ts";
import { type Tool, gapTool, renderToolbar } from "./toolbar.ts";
import { Workbench } from "./workbench.ts";
import { t } from "./words.ts";

const PREVIEW_PAUSE_MS = 350;
const TOUCH_PAUSE_MS = 400;
const LONGEST_TITLE = 70;

export class EditorApp extends LitElement implements Desk {
  data!: EditorData;
  content!: ItemContent;
  workbench!: Workbench;
  problems: readonly Problem[] = [];
  hints: readonly Hint[] = [];
  private server!: BankServer;
  private saver!: DraftSaver;
  private local!: LocalCopy;
  private shown!: Preview;
  private previewIsStale = false;
  private view: View = "computer";
  /** Gaps that were in the text: one taken back by undo has what it had. */
  private readonly gaps = new Map<string, Gap>();
  private readonly touched = new Set<string>();
  private readonly dismissed = new Set<string>();
  private hasPressedSend = false;
  private isSending = false;
  private refusal = "";
  private callOffPreview: () => void = () => undefined;

  /** Must be called once, before the element is put into the page. */
  begin(data: EditorData, csrf: string): void {
    this.data = data;
    this.content = { ...data.content, interaction: laidOut(data.content.interaction, chance) };
    this.shown = data;
    this.problems = data.problems;
    this.server = new BankServer(data.urls, csrf);
    this.workbench = new Workbench(this.server, browserTimers, this.redraw);
    this.local = new LocalCopy(window.localStorage, data.item.id);
    this.saver = new DraftSaver(
      {
        send: (content, revision) => this.server.save(content, revision),
        local: this.local,
        timers: browserTimers,
        changed: this.redraw,
        saved: (answer, sent) => sent === this.content && this.take(answer),
      },
      data.revision,
      data.saved_at,
    );
    this.restore();
    this.refreshHints();
  }

  /** What an earlier visit could not save: taken up again, or shown beside what others saved since. */
  private restore(): void {
    const kept = this.local.read();
    if (kept === null || sameContent(kept.content, this.data.content)) return this.local.forget();
    this.content = kept.content;
    this.workbench.notice = t("Đã lấy lại phần bạn viết lần trước mà chưa kịp lưu.");
    const { revision, saved_at, content } = this.data;
    this.saver.resume(kept, { revision, saved_at, content, name: t("Người khác") });
  }

  /** Styles are in editor.css and the house stylesheet. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("beforeunload", (event) => {
      if (this.saver.isDirty) event.preventDefault();
    });
    window.addEventListener("online", () => void this.saver.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.saver.flush();
    });
    this.addEventListener("keydown", (event) => this.shortcut(event));
  }

  redraw = (): void => this.requestUpdate();

  change(content: ItemContent): void {
    this.content = content;
    this.refusal = "";
    this.saver.change(content);
    this.callOffPreview();
    this.callOffPreview = browserTimers.after(PREVIEW_PAUSE_MS, () => void this.askPreview());
    this.redraw();
  }

  changeInteraction(interaction: Interaction): void {
    this.change({ ...this.content, interaction });
  }

  /** A little later: what is said at the field left moves the page, and the press that left it must land. */
  touch(where: string): void {
    browserTimers.after(TOUCH_PAUSE_MS, () => {
      this.touched.add(where);
      this.redraw();
    });
  }

  complaint(where: string): string | null {
    if (!this.hasPressedSend && !this.touched.has(where)) return null;
    return this.problems.find((problem) => problem.where === where)?.what ?? null;
  }

  dismiss(hint: Hint): void {
    this.dismissed.add(hint.key);
    this.refreshHints();
    this.redraw();
  }

  private refreshHints(): void {
    this.hints = this.shown.hints.filter(({ key }) => !this.dismissed.has(key));
  }

  private async askPreview(): Promise<void> {
    const asked = this.content;
    const answer = await this.server.preview(asked);
    if (asked !== this.content) return;
    this.previewIsStale = answer.kind !== "ok";
    if (answer.kind === "ok") this.take(answer.body);
    this.redraw();
  }

  private take(answer: Preview): void {
    this.shown = answer;
    this.problems = answer.problems;
    this.previewIsStale = false;
    this.refreshHints();
    this.redraw();
  }

  private shortcut(event: KeyboardEvent): void {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.saver.flush();
    }
    if (event.key === "F10" && event.altKey) {
      event.preventDefault();
      this.querySelector<HTMLElement>('.ribbon button[tabindex="0"]')?.focus();
    }
  }

  private readonly press = async (): Promise<void> => {
    if (this.isSending) return;
    this.hasPressedSend = true;
    this.redraw();
    if (!(await this.saver.flush())) {
      this.refusal = t("Chưa gửi được vì bản nháp chưa lưu xong. Đợi có mạng rồi bấm lại.");
      this.redraw();
      return;
    }
    const seen = this.content;
    await this.askPreview();
    if (seen !== this.content) return void this.press(); // written on meanwhile: that is looked at as well
    const [first] = this.problems;
    const asked = this.querySelector<HTMLDialogElement>("dialog.confirm");
    if (first !== undefined) this.goTo(first.where);
    else if (asked?.open === false) asked.showModal(); // pressed twice, it is asked once
  };

  /** The page's own form goes: the server answers with the item's page, or this one with its faults. */
  private readonly send = (): void => {
    this.isSending = true;
    document.querySelector<HTMLFormElement>("#submit-form")?.requestSubmit();
  };

  private readonly goTo = (where: string): void => {
    this.touched.add(where);
    const field = document.getElementById(fieldId(where)) ?? this.querySelector<HTMLElement>(".parts input, .parts [tabindex]");
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
    this.redraw();
  };

  protected override render(): TemplateResult {
    return html`${this.renderHead()} ${this.renderNotices()}
      <div class="editor-columns">
        <div class="writing" role="form" aria-label=${t("Nội dung câu hỏi")}>${this.renderWriting()}</div>
        <div class="result">
          ${this.renderViews()}
          ${renderInfo(this)} ${this.renderSend()}
        </div>
      </div>
      ${renderConfirm(requiredFields(this.content).length, this.send)}`;
  }

  private renderViews(): TemplateResult {
    const { preview_html: screen, paper_html: paper, heard } = this.shown;
    return renderPreview({ screen, paper, heard, isStale: this.previewIsStale }, this.view, (view) => {
      this.view = view;
      this.redraw();
    });
  }

  private renderHead(): TemplateResult {
    const title = beginning(this.content.stem, LONGEST_TITLE);
    return html`<div class="page-head editor-head"><div>
        <h1>${title.hasChildNodes() ? title : t("Câu hỏi mới")}</h1>
        <p class="meta"><span class="mono">${this.data.item.code}</span> · ${this.data.kind_name} · ${this.data.item.state === "returned" ? t("Trả lại để sửa") : t("Bản nháp")}</p></div>
      ${renderSaveStatus(this.saver.state)}</div>`;
  }

  private renderNotices(): TemplateResult {
    const { state } = this.saver;
    return html`${state.name === "conflict" ? renderConflict(this.content, state.theirs, this.conflictChoices(state.theirs)) : nothing}
      ${state.name === "refused" ? this.renderRefused(state.message, state.signedOut) : nothing}
      <div role="status">${this.workbench.notice === ""
        ? nothing
        : html`<div class="note editor-notice"><p>${this.workbench.notice}</p>
            <button type="button" class="linklike" @click=${() => this.workbench.say("")}>${t("Đã hiểu")}</button></div>`}</div>`;
  }

  private renderRefused(message: string, signedOut: boolean): TemplateResult {
    return html`<div class="note bad" role="alert"><p>${signedOut
      ? html`${t("Đã hết phiên đăng nhập; phần bạn viết đang giữ trên máy này.")} <a href="/dang-nhap" target="_blank" rel="noopener">${t("Đăng nhập lại trong trang mới")}</a>`
      : message}</p></div>`;
  }

  private conflictChoices(theirs: Theirs) {
    return {
      keepMine: () => void this.saver.keepMine(theirs),
      takeTheirs: () => {
        this.saver.giveUpMine();
        window.location.reload();
      },
    };
  }

  private renderWriting(): TemplateResult {
    return html`
      <div class="part-head"><h2>${t("Lời dẫn")}</h2><span class="meta">${t("Gõ $…$ để chèn nhanh công thức")}</span></div>
      ${renderToolbar(this.workbench, this.tools())}
      <div class="stem">${renderField(this, {
        where: "stem", label: t("Lời dẫn"), kind: "content", value: this.content.stem, placeholder: t("Viết lời dẫn…"),
        write: (stem) => this.writeStem(stem),
        ...(this.content.interaction.type === "cloze" ? { putGap: (id: string, words: string) => void this.gaps.set(id, newGap(id, words)) } : {}),
      })}</div>
      ${renderHints(this, "stem")}${renderHints(this, "stimulus")}
      ${renderRecording(this)}
      ${this.renderInteraction()}
      <section class="parts"><h2 class="part-head">${t("Lời giải")}</h2>${renderField(this, {
        where: "solution", label: t("Lời giải"), kind: "content", value: this.content.solution,
        placeholder: t("Lời giải đầy đủ cho người thẩm định và tài liệu ôn tập (không bắt buộc)"),
        write: (solution) => this.change({ ...this.content, solution }),
      })}</section>`;
  }

  private tools(): readonly Tool[] {
    const sound: Tool = { name: t("Âm thanh"), face: icon("sound"), wide: true, inNotes: true, use: () => addRecording(this) };
    return this.content.interaction.type === "cloze" ? [gapTool(), sound] : [sound];
  }

  /** Of an inline choice the gaps follow the text. */
  private writeStem(stem: string): void {
    const { interaction } = this.content;
    if (interaction.type !== "cloze") return this.change({ ...this.content, stem });
    for (const gap of interaction.gaps) this.gaps.set(gap.id, gap);
    this.change({ ...this.content, stem, interaction: withGapsOf(interaction, gapsIn(stem), this.gaps) });
  }

  private renderInteraction(): TemplateResult {
    const part = this.content.interaction;
    switch (part.type) {
      case "choice":
      case "multiple":
        return renderChoice(this, part);
      case "cloze":
        return renderCloze(this, part);
      case "match":
        return renderMatch(this, part);
      case "order":
        return renderOrder(this, part);
      case "hotspot":
        return renderHotspot(this, part);
      case "tf_cluster":
        return renderCluster(this, part);
      case "short":
        return renderShort(this, part);
      case "essay":
        return renderEssay(this, part);
      default:
        return html`<p class="note">${t("Dạng câu hỏi này nhập từ tệp; phần trả lời sửa ở tệp gốc rồi nhập lại. Lời dẫn và thông tin sửa được ở đây.")}</p>`;
    }
  }

  private renderSend(): TemplateResult {
    return renderSending({
      problems: this.problems,
      required: requiredFields(this.content).length,
      hints: this.hints.length,
      refusal: this.refusal,
      isBusy: this.isSending,
      goTo: this.goTo,
      press: () => void this.press(),
    });
  }
}

customElements.define("editor-app", EditorApp);
