/** What a picture needs: the description read out to those who cannot see it, caption, width. */
import { NodeSelection } from "@tiptap/pm/state";
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { FIGURE, WIDEST } from "./picture-nodes.ts";
import { escaped } from "./plain-text.ts";
import type { NodeBar, RichText } from "./rich-text.ts";
import { t } from "./words.ts";

export class PictureBar implements NodeBar {
  private readonly field: RichText;

  constructor(field: RichText) {
    this.field = field;
  }

  draw(): TemplateResult {
    const { id } = this.field.options;
    const { alt = "", width = "", caption = "" } = this.attributes;
    return html`<div class="picture-bar" @keydown=${this.keyDown}>
      <p class="wide"><label for="${id}-alt">${t("Lời mô tả hình (bắt buộc)")}</label>
        <input id="${id}-alt" type="text" class="alt" aria-required="true" aria-describedby="${id}-alt-hint" .value=${live(alt)}
          @input=${(event: Event) => this.change("alt", valueOf(event))} />
        <span class="meta" id="${id}-alt-hint">${t("Ghi điều cần thấy trong hình để trả lời; trình đọc màn hình đọc lời này.")}</span></p>
      ${this.isFigure && !caption.includes("<")
        ? html`<p><label for="${id}-caption">${t("Chú thích dưới hình")}</label>
            <input id="${id}-caption" type="text" .value=${live(unescaped(caption))} @input=${(event: Event) => this.change("caption", escaped(valueOf(event)))} /></p>`
        : nothing}
      <p class="narrow-field"><label for="${id}-width">${t("Bề rộng (điểm ảnh)")}</label>
        <input id="${id}-width" type="text" inputmode="numeric" placeholder=${t("vừa khung")} .value=${live(width)}
          @input=${(event: Event) => this.changeWidth(valueOf(event))} /></p>
      <p class="bar-end"><button type="button" class="linklike" @click=${this.remove}>${t("Xoá hình")}</button>
        <button type="button" class="button small" @click=${this.finish}>${t("Xong")}</button></p>
    </div>`;
  }

  focus(): void {
    this.field.querySelector<HTMLInputElement>(".picture-bar .alt")?.focus();
  }

  private get selection(): NodeSelection | null {
    const { selection } = this.field.editor.state;
    return selection instanceof NodeSelection ? selection : null;
  }

  private get attributes(): { alt?: string; width?: string; caption?: string } {
    return this.selection?.node.attrs ?? {};
  }

  private get isFigure(): boolean {
    return this.selection?.node.type.name === FIGURE;
  }

  private change(name: "alt" | "width" | "caption", value: string): void {
    const { selection } = this;
    if (selection === null) return;
    this.field.editor.view.dispatch(this.field.editor.state.tr.setNodeAttribute(selection.from, name, value));
  }

  private changeWidth(typed: string): void {
    const digits = typed.replace(/\D/g, "").slice(0, 4);
    this.change("width", digits === "" ? "" : String(Math.min(WIDEST, Number(digits))));
  }

  private readonly keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" && !(event.key === "Enter" && event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    event.stopPropagation();
    this.finish();
  };

  private readonly finish = (): void => this.field.leaveBar();

  private readonly remove = (): void => {
    this.field.editor.chain().deleteSelection().focus().run();
  };
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

function unescaped(markup: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  return holder.content.textContent ?? "";
}
