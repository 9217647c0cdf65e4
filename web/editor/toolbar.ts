/** The bar on top, as in a word processor: it acts on the field that was last written in. */
import type { Editor } from "@tiptap/core";
import { type TemplateResult, html, nothing } from "lit";
import { chooseFile } from "./choose-file.ts";
import { INLINE_FORMULA } from "./formula-node.ts";
import { icon } from "./icons.ts";
import type { RichText } from "./rich-text.ts";
import type { Workbench } from "./workbench.ts";
import { t } from "./words.ts";

export interface Tool {
  readonly name: string;
  readonly face: TemplateResult | string;
  readonly wide?: boolean;
  readonly keys?: string;
  /** The mark or node whose presence the button shows. */
  readonly shows?: string;
  readonly inNotes?: boolean;
  /** Only where the text may have gaps. */
  readonly forGaps?: boolean;
  readonly use: (editor: Editor, field: RichText) => void;
}

const TOOLS = (): readonly Tool[] => [
  { name: t("Công thức"), face: icon("root"), wide: true, inNotes: true, keys: "Alt+=", use: (_editor, field) => insertFormula(field) },
  { name: t("Hoá học"), face: icon("flask"), wide: true, inNotes: true, use: (_editor, field) => insertFormula(field, CHEMISTRY) },
  { name: t("Bảng"), face: icon("table"), wide: true, use: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run() },
  { name: t("Hình"), face: icon("picture"), wide: true, use: (_editor, field) => choosePicture(field) },
  { name: t("Đậm"), face: html`<b>B</b>`, keys: "Control+B", shows: "bold", use: (editor) => editor.chain().focus().toggleBold().run() },
  { name: t("Nghiêng"), face: html`<i>I</i>`, keys: "Control+I", shows: "italic", use: (editor) => editor.chain().focus().toggleItalic().run() },
  { name: t("Gạch chân"), face: html`<u>U</u>`, keys: "Control+U", shows: "underline", use: (editor) => editor.chain().focus().toggleUnderline().run() },
  { name: t("Chỉ số dưới"), face: icon("below"), keys: "Control+,", shows: "subscript", use: (editor) => editor.chain().focus().toggleSubscript().run() },
  { name: t("Chỉ số trên"), face: icon("above"), keys: "Control+.", shows: "superscript", use: (editor) => editor.chain().focus().toggleSuperscript().run() },
  { name: t("Danh sách dấu chấm"), face: icon("bullets"), shows: "bulletList", use: (editor) => editor.chain().focus().toggleBulletList().run() },
  { name: t("Danh sách đánh số"), face: icon("numbers"), shows: "orderedList", use: (editor) => editor.chain().focus().toggleOrderedList().run() },
];

const TABLE_TOOLS = (): ReadonlyArray<readonly [string, (editor: Editor) => void]> => [
  [t("Thêm hàng"), (editor) => editor.chain().focus().addRowAfter().run()],
  [t("Thêm cột"), (editor) => editor.chain().focus().addColumnAfter().run()],
  [t("Xoá hàng"), (editor) => editor.chain().focus().deleteRow().run()],
  [t("Xoá cột"), (editor) => editor.chain().focus().deleteColumn().run()],
  [t("Gộp hoặc tách ô"), (editor) => editor.chain().focus().mergeOrSplit().run()],
  [t("Hàng tiêu đề"), (editor) => editor.chain().focus().toggleHeaderRow().run()],
  [t("Xoá bảng"), (editor) => editor.chain().focus().deleteTable().run()],
];

const CHEMISTRY = (chosen: string) => `\\ce{${chosen}}`;

/** What was chosen becomes the formula; in chemistry, between the braces of `\\ce`. */
export function insertFormula(field: RichText, tex: (chosen: string) => string = (chosen) => chosen): void {
  const { editor } = field;
  const { from, to } = editor.state.selection;
  const chosen = editor.state.doc.textBetween(from, to, " ").trim();
  editor.chain().insertContent({ type: INLINE_FORMULA, attrs: { tex: tex(chosen) } }).run();
  editor.commands.setNodeSelection(editor.state.selection.from - 1);
  field.focusBar();
}

function choosePicture(field: RichText): void {
  chooseFile("image/png,image/jpeg,image/gif,image/webp,image/svg+xml", (file) => void field.options.workbench.addPicture(field, file));
}

/** A gap of an inline choice, where the item is one. */
export function gapTool(): Tool {
  return {
    name: t("Chỗ trống"), face: icon("gap"), wide: true, forGaps: true,
    use: (editor, field) => editor.chain().focus().putGap(field.options.putGap ?? (() => undefined)).run(),
  };
}

/** `more`: tools that the kind of item asks for, after the common ones that are named. */
export function renderToolbar(workbench: Workbench, more: readonly Tool[]): TemplateResult {
  const field = workbench.active;
  const where = field?.options.label ?? t("Lời dẫn");
  return html`<div class="ribbon" role="toolbar" aria-label=${t("Chèn và định dạng: {where}", { where })} @keydown=${moveAlong}>
    <div class="ribbon-row">${withMore(more).map((tool, index) => renderTool(tool, index, field))}</div>
    ${field?.editor.isActive("table") === true ? renderTableTools(field) : nothing}
  </div>`;
}

function withMore(more: readonly Tool[]): readonly Tool[] {
  const [named, marks] = [TOOLS().filter(({ wide }) => wide), TOOLS().filter(({ wide }) => wide !== true)];
  return [...named, ...more, ...marks];
}

function renderTool(tool: Tool, index: number, field: RichText | null): TemplateResult {
  const allowed = field !== null && (tool.inNotes === true || !field.isNote) && (tool.forGaps !== true || field.takesGaps);
  const pressed = allowed && tool.shows !== undefined && field.editor.isActive(tool.shows);
  const use = () => {
    if (allowed) tool.use(field.editor, field);
  };
  return html`<button type="button" class=${tool.wide === true ? "tool wide-tool" : "tool"} title=${tool.name} tabindex=${index === 0 ? 0 : -1}
    aria-label=${tool.name} aria-pressed=${tool.shows === undefined ? nothing : String(pressed)} aria-disabled=${String(!allowed)}
    aria-keyshortcuts=${tool.keys ?? nothing} @mousedown=${keepFocus} @click=${use}>
    ${tool.face}${tool.wide === true ? html`<span>${tool.name}</span>` : nothing}</button>`;
}

function renderTableTools(field: RichText): TemplateResult {
  return html`<div class="ribbon-row table-tools">${TABLE_TOOLS().map(([name, use]) =>
    html`<button type="button" class="tool" tabindex="-1" @mousedown=${keepFocus} @click=${() => use(field.editor)}>${name}</button>`)}</div>`;
}

function keepFocus(event: Event): void {
  event.preventDefault();
}

/** One stop for Tab, arrows inside, Escape back to the text. */
function moveAlong(event: KeyboardEvent): void {
  const bar = event.currentTarget as HTMLElement;
  const tools = [...bar.querySelectorAll<HTMLElement>("button")];
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  const at = tools.indexOf(event.target as HTMLElement);
  const place = event.key === "Home" ? 0 : event.key === "End" ? tools.length - 1 : step === undefined ? -1 : (at + step + tools.length) % tools.length;
  if (place === -1) return;
  event.preventDefault();
  for (const tool of tools) tool.tabIndex = -1;
  const next = tools[place];
  if (next === undefined) return;
  next.tabIndex = 0;
  next.focus();
}
