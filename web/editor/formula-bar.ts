/** The field for a formula's TeX, with the structures a Word user looks for, and what is wrong. */
import { NodeSelection } from "@tiptap/pm/state";
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { BLOCK_FORMULA } from "./formula-node.ts";
import type { FormulaField } from "./formula-field.ts";
import "./formula-field.ts";
import { CHEMISTRY, STRUCTURES, type Structure } from "./formula-structures.ts";
import type { NodeBar, RichText } from "./rich-text.ts";
import { drawTex } from "./tex.ts";
import { t } from "./words.ts";

const ASK_SERVER_MS = 400;
const PREFERENCE = "khaothi.visual-formulas";

export class FormulaBar implements NodeBar {
  private readonly field: RichText;
  private callOff: () => void = () => undefined;
  private serverFault = "";

  constructor(field: RichText) {
    this.field = field;
  }

  draw(): TemplateResult {
    const { id } = this.field.options;
    const fault = this.fault();
    return html`<div class="formula-bar" @keydown=${this.keyDown}>
      <label for="${id}-tex">${t("Công thức")}</label>
      <input id="${id}-tex" type="text" class="tex" spellcheck="false" autocapitalize="off" autocomplete="off"
        aria-describedby="${id}-tex-fault" aria-invalid=${fault === "" ? "false" : "true"}
        .value=${live(this.tex)} @input=${(event: Event) => this.change((event.target as HTMLInputElement).value)} />
      <button type="button" class="button small" aria-pressed=${String(this.isVisual)} @click=${this.toggleVisual}>${t("Trực quan")}</button>
      <button type="button" class="button small" aria-pressed=${this.isDisplay ? "true" : "false"} @click=${this.toggleDisplay}>
        ${t("Riêng dòng")}</button>
      <button type="button" class="button small" @click=${this.finish}>${t("Xong")}</button>
      ${this.isVisual && !this.isChemistry
        ? html`<formula-field class="visual" .name=${t("Công thức, soạn trực quan")} .value=${this.tex}
            @edit=${(event: CustomEvent<string>) => this.change(event.detail)} @finish=${this.finish}></formula-field>`
        : nothing}
      <div class="structures" role="group" aria-label=${t("Chèn vào công thức")}>${(this.isChemistry ? CHEMISTRY : STRUCTURES).map((structure) => this.structure(structure))}</div>
      <p class="tex-fault" id="${id}-tex-fault" role="status">${fault === "" ? nothing : fault}</p>
    </div>`;
  }

  focus(): void {
    const visual = this.field.querySelector<HTMLElement>("formula-field");
    if (visual !== null) return visual.focus();
    const input = this.input;
    const end = (input?.value.length ?? 0) - (this.isChemistry ? 1 : 0);
    input?.focus();
    input?.setSelectionRange(end, end);
  }

  /** Chemistry is typed as chemists write it: `2H2 + O2 -> 2H2O` between the braces. */
  private get isChemistry(): boolean {
    return /^\\ce\{.*\}$/s.test(this.tex);
  }

  private get isVisual(): boolean {
    return window.localStorage.getItem(PREFERENCE) === "1";
  }

  private readonly toggleVisual = (): void => {
    window.localStorage.setItem(PREFERENCE, this.isVisual ? "0" : "1");
    this.field.drawBar();
    this.focus();
  };

  private structure(structure: Structure): TemplateResult {
    const drawn = drawTex(structure.face, false);
    return html`<button type="button" title=${t(structure.name)} aria-label=${t(structure.name)} @click=${() => this.insert(structure)}>
      ${"mathml" in drawn ? unsafeHTML(drawn.mathml) : structure.face}</button>`;
  }

  private get input(): HTMLInputElement | null {
    return this.field.querySelector<HTMLInputElement>(".formula-bar .tex");
  }

  private get selection(): NodeSelection | null {
    const { selection } = this.field.editor.state;
    return selection instanceof NodeSelection ? selection : null;
  }

  private get tex(): string {
    return String(this.selection?.node.attrs.tex ?? "");
  }

  private get isDisplay(): boolean {
    return this.selection?.node.type.name === BLOCK_FORMULA;
  }

  private fault(): string {
    if (this.tex.trim() === "") return "";
    const drawn = drawTex(this.tex, this.isDisplay);
    if ("mathml" in drawn) return this.serverFault;
    if (drawn.position === null) return t("Chưa đọc được công thức; kiểm tra ngoặc và tên lệnh. Đang giữ lần hiện đúng gần nhất.");
    const near = this.tex.slice(drawn.position, drawn.position + 12);
    if (near === "") return t("Công thức còn thiếu ở cuối. Đang giữ lần hiện đúng gần nhất.");
    return t("Chưa đọc được từ kí tự thứ {n}: «{near}». Đang giữ lần hiện đúng gần nhất.", { n: drawn.position + 1, near });
  }

  private change(tex: string): void {
    const { selection } = this;
    if (selection === null) return;
    this.serverFault = "";
    this.field.editor.view.dispatch(this.field.editor.state.tr.setNodeAttribute(selection.from, "tex", tex));
    this.callOff();
    this.callOff = this.field.options.workbench.timers.after(ASK_SERVER_MS, () => void this.askServer(tex));
  }

  /** Candidates see the server's drawing; what it cannot read must be told while it is being written. */
  private async askServer(tex: string): Promise<void> {
    if (tex.trim() === "") return;
    const answer = await this.field.options.workbench.server.mathml(tex, this.isDisplay);
    if (tex !== this.tex) return;
    this.serverFault = answer.kind === "refused" ? at(answer.message, answer.position) : "";
    this.field.drawBar();
  }

  /** The structure goes around what is chosen in the field; the cursor into its first gap. */
  private insert(structure: Structure): void {
    const { input } = this;
    if (input === null) return;
    const visual = this.field.querySelector<FormulaField>("formula-field");
    if (visual !== null && document.activeElement !== input) return visual.insert(structure.tex.replaceAll("□", "#?"));
    const [start, end] = [input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length];
    const chosen = input.value.slice(start, end);
    const put = structure.tex.replace("□", chosen);
    this.change(input.value.slice(0, start) + put.replaceAll("□", "") + input.value.slice(end));
    const gap = structure.tex.indexOf("□");
    const place = gap === -1 || (chosen !== "" && !put.includes("□")) ? put.length : chosen === "" ? gap : put.indexOf("□");
    input.focus();
    input.setSelectionRange(start + place, start + place);
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    const inInput = event.target === this.input;
    if (event.key !== "Escape" && !(event.key === "Enter" && inInput)) return;
    event.preventDefault();
    event.stopPropagation();
    this.finish();
  };

  private readonly finish = (): void => {
    const { selection, field } = this;
    if (selection !== null && this.tex.trim() === "") field.editor.chain().deleteSelection().focus().run();
    else field.leaveBar();
  };

  private readonly toggleDisplay = (): void => {
    const { selection, field } = this;
    if (selection === null || field.isNote) return;
    if (this.isDisplay) field.editor.commands.formulaIntoLine();
    else field.editor.commands.formulaOnItsOwn();
    this.focus();
  };
}

function at(message: string, position: number | undefined): string {
  return position === undefined ? message : t("Kí tự thứ {n}: {message}", { n: position + 1, message });
}
