/**
 * One field to write in, as an element: ProseMirror inside, the bar of the chosen formula or
 * picture below. It tells changes by an `edit` event and is the active field while it has focus.
 */
import { Editor } from "@tiptap/core";
import { NodeSelection, Selection } from "@tiptap/pm/state";
import { render } from "lit";
import { canonicalHtml, editableHtml } from "./canonical-html.ts";
import { FormulaBar } from "./formula-bar.ts";
import { isFormula } from "./formula-node.ts";
import { PictureBar } from "./picture-bar.ts";
import { isPicture } from "./picture-nodes.ts";
import { contentExtensions, noteDocument, noteExtensions, noteFrom } from "./schema.ts";
import type { ClipboardPicture } from "./rtf-pictures.ts";
import type { Workbench } from "./workbench.ts";
import { cleanPasted } from "./word-paste.ts";
import { t } from "./words.ts";

export interface FieldOptions {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly kind: "content" | "note";
  readonly workbench: Workbench;
  /** Where gaps may be put: told the new gap and the words it stands for. */
  readonly putGap?: (id: string, words: string) => void;
}

/** The bar below a field, while a formula or a picture in it is chosen. */
export interface NodeBar {
  readonly draw: () => ReturnType<FormulaBar["draw"]>;
  readonly focus: () => void;
}

export class RichText extends HTMLElement {
  options!: FieldOptions;
  editor!: Editor;
  private given = "";
  /** What Word gave beside its HTML, for the paste under way. */
  private rtf = "";
  private readonly barHost = document.createElement("div");
  private bar: NodeBar | null = null;
  private barFor: object | null = null;

  get value(): string {
    return this.given;
  }

  /** Drawing the page again with the value this field has just told changes nothing in it. */
  set value(value: string) {
    if (value === this.given) return;
    this.given = value;
    if (this.editor !== undefined) this.fill();
  }

  set faulty(is: boolean) {
    this.toggleAttribute("data-faulty", is);
    if (this.editor !== undefined) this.editor.view.dom.setAttribute("aria-invalid", String(is));
  }

  get takesGaps(): boolean {
    return this.options.putGap !== undefined;
  }

  get isNote(): boolean {
    return this.options.kind === "note";
  }

  connectedCallback(): void {
    if (this.editor !== undefined) return;
    const field = document.createElement("div");
    field.className = "write";
    this.barHost.className = "node-bar";
    this.append(field, this.barHost);
    this.editor = this.makeEditor(field);
    this.faulty = this.hasAttribute("data-faulty");
    this.fill();
    this.addEventListener("keydown", (event) => this.keyDown(event));
    this.addEventListener("focusout", (event) => this.focusLeft(event));
    this.options.workbench.ready(this);
  }

  /** An option that was removed takes its editor with it; one that was only moved keeps it. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.options.workbench.forget(this);
      this.editor.destroy();
    });
  }

  private makeEditor(element: HTMLElement): Editor {
    const { placeholder, workbench } = this.options;
    return new Editor({
      element,
      injectCSS: false,
      enablePasteRules: true,
      extensions: this.isNote
        ? noteExtensions(placeholder)
        : contentExtensions(placeholder, { pictureUrl: (sha256) => workbench.server.pictureUrl(sha256) }, this.takesGaps),
      editorProps: {
        attributes: this.accessibleName(),
        transformPastedHTML: (html) => this.pasted(html),
        handleDOMEvents: {
          // Before the HTML is read: the pictures in it are in the RTF beside it.
          paste: (_view, event) => {
            this.rtf = event.clipboardData?.getData("text/rtf") ?? "";
            return false;
          },
        },
        handlePaste: (_view, event) => {
          const isText = (event.clipboardData?.getData("text/html") ?? "") !== "";
          return !isText && this.takeFiles(event.clipboardData?.files);
        },
        handleDrop: (_view, event) => this.takeFiles(event.dataTransfer?.files),
        handleClickOn: (_view, _pos, node) => this.openBarLater(isFormula(node) || isPicture(node)),
      },
      onUpdate: () => this.tell(),
      onFocus: () => workbench.activate(this),
      onTransaction: () => this.showBar(),
    });
  }

  private accessibleName(): Record<string, string> {
    const { id, label } = this.options;
    return { id, role: "textbox", "aria-multiline": "true", "aria-label": label, "aria-describedby": `${id}-note` };
  }

  private fill(): void {
    const content = this.isNote ? noteDocument(this.given) : editableHtml(this.given);
    this.editor.commands.setContent(content, { emitUpdate: false });
  }

  private tell(): void {
    const value = this.isNote ? noteFrom(this.editor.getJSON()) : canonicalHtml(this.editor.getHTML());
    if (value === this.given) return;
    this.given = value;
    this.dispatchEvent(new CustomEvent("edit", { bubbles: true, detail: value }));
  }

  private pasted(html: string): string {
    const { html: kept, pictures, lostPictures } = cleanPasted(html, this.rtf);
    if (!this.isNote) queueMicrotask(() => this.store(pictures));
    if (lostPictures > 0) {
      this.options.workbench.say(t("{n} hình không dán được vì bộ nhớ tạm chỉ có tên của hình. Dùng nút Hình để thêm.", { n: lostPictures }));
    }
    return kept;
  }

  /** Every pasted picture goes to the bank and then takes the place that was kept for it. */
  private store(pictures: ReadonlyMap<string, ClipboardPicture>): void {
    for (const [address, { type, bytes }] of pictures) {
      const file = new File([bytes], t("hình dán {n}", { n: address.slice("pending:".length) }), { type });
      void this.options.workbench.upload(file, ({ sha256 }) => this.settle(address, `asset:${sha256}`), () => this.settle(address, null));
    }
  }

  private settle(address: string, src: string | null): void {
    const { state, view } = this.editor;
    const found: number[] = [];
    state.doc.descendants((node, place) => {
      if (node.attrs.src === address) found.push(place);
    });
    for (const place of found.reverse()) {
      const node = view.state.doc.nodeAt(place);
      if (node === null) continue;
      const change = view.state.tr;
      view.dispatch(src === null ? change.delete(place, place + node.nodeSize) : change.setNodeAttribute(place, "src", src));
    }
  }

  private takeFiles(files: FileList | undefined): boolean {
    const pictures = [...(files ?? [])].filter(({ type }) => type.startsWith("image/"));
    if (pictures.length === 0 || this.isNote) return false;
    for (const picture of pictures) void this.options.workbench.addPicture(this, picture);
    return true;
  }

  private keyDown(event: KeyboardEvent): void {
    const inText = event.target instanceof Element && event.target.closest(".ProseMirror") !== null;
    if (event.key === "Enter" && inText && this.bar !== null) {
      event.preventDefault();
      event.stopPropagation();
      this.bar.focus();
    }
  }

  /** From the text into its own bar is not leaving. */
  private focusLeft({ relatedTarget }: FocusEvent): void {
    if (relatedTarget instanceof Node && this.contains(relatedTarget)) return;
    this.dispatchEvent(new CustomEvent("leave", { bubbles: true }));
  }

  private openBarLater(is: boolean): boolean {
    if (is) queueMicrotask(() => this.focusBar());
    return false;
  }

  focusBar(): void {
    this.bar?.focus();
  }

  /** Back from the bar into the text, behind what was edited. */
  leaveBar(): void {
    const { state, view } = this.editor;
    view.dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(state.selection.to))));
    view.focus();
  }

  private showBar(): void {
    if (this.editor === undefined) return;
    const { selection } = this.editor.state;
    const node = selection instanceof NodeSelection ? selection.node : null;
    const kind = node === null ? null : isFormula(node) ? FormulaBar : isPicture(node) ? PictureBar : null;
    if (kind !== this.barFor) {
      this.barFor = kind;
      this.bar = kind === null ? null : new kind(this);
    }
    this.drawBar();
  }

  drawBar(): void {
    this.toggleAttribute("data-bar", this.bar !== null);
    render(this.bar?.draw() ?? null, this.barHost);
  }
}

customElements.define("rich-text", RichText);
