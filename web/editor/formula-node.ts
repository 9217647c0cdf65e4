/** Formulas in the text: `<span data-tex>` in a line, `<div data-tex>` on a line of its own. */
import { InputRule, Node, PasteRule, mergeAttributes } from "@tiptap/core";
import type { Node as DocumentNode } from "@tiptap/pm/model";
import type { NodeView } from "@tiptap/pm/view";
import { inert } from "./inert-markup.ts";
import { drawTex } from "./tex.ts";
import { t } from "./words.ts";

export const INLINE_FORMULA = "inlineFormula";
export const BLOCK_FORMULA = "blockFormula";
// As in most Markdown dialects: no space just inside the dollars, so that prices stay prices.
const TYPED_INLINE = /(?:^|[^$\\])(\$([^\s$](?:[^$]*[^\s$])?)\$)$/;
const TYPED_BLOCK = /^\$\$([^$]+)\$\$$/;
const PASTED_INLINE = /(?<![$\\\d])(\$([^\s$](?:[^$\n]*[^\s$])?)\$)(?!\d)/g;

export function isFormula(node: DocumentNode): boolean {
  return node.type.name === INLINE_FORMULA || node.type.name === BLOCK_FORMULA;
}

function texOf(element: HTMLElement): string {
  return element.getAttribute("data-tex") ?? annotationOf(element) ?? "";
}

function annotationOf(element: Element): string | null {
  return element.querySelector('annotation[encoding="application/x-tex"]')?.textContent ?? null;
}

const tex = { default: "", parseHTML: texOf, renderHTML: (found: { tex?: string }) => ({ "data-tex": found.tex ?? "" }) };

/** Shows the last drawing that was right while the TeX being typed is not. */
class FormulaView implements NodeView {
  readonly dom: HTMLElement;
  private readonly display: boolean;
  private node: DocumentNode;

  constructor(node: DocumentNode) {
    this.node = node;
    this.display = node.type.name === BLOCK_FORMULA;
    this.dom = document.createElement(this.display ? "div" : "span");
    this.dom.className = this.display ? "formula is-display" : "formula";
    this.dom.contentEditable = "false";
    this.draw();
  }

  update(node: DocumentNode): boolean {
    if (node.type !== this.node.type) return false;
    const redraw = node.attrs.tex !== this.node.attrs.tex;
    this.node = node;
    if (redraw) this.draw();
    return true;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private draw(): void {
    const source = String(this.node.attrs.tex);
    const drawn = drawTex(source, this.display);
    const isFaulty = !("mathml" in drawn);
    this.dom.classList.toggle("is-faulty", isFaulty);
    this.dom.classList.toggle("is-empty", source.trim() === "");
    if (source.trim() === "") this.dom.textContent = t("công thức");
    else if (!isFaulty) this.dom.innerHTML = drawn.mathml;
    else if (this.dom.querySelector("math") === null) this.dom.textContent = source;
    this.dom.title = source;
  }
}

export const InlineFormula = Node.create({
  name: INLINE_FORMULA,
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addAttributes: () => ({ tex }),
  parseHTML: () => [
    { tag: "span[data-tex]", priority: 90 },
    { tag: "math", priority: 90, getAttrs: (element) => (annotationOf(element) === null ? false : null) },
  ],
  renderHTML: ({ HTMLAttributes }) => ["span", mergeAttributes(HTMLAttributes)],
  addNodeView: () => ({ node }) => new FormulaView(node),
  addInputRules() {
    const { type } = this;
    return [
      new InputRule({
        find: TYPED_INLINE,
        handler: ({ state, range, match }) => {
          const start = range.to - ((match[1] ?? "").length - 1);
          state.tr.replaceWith(start, range.to, type.create({ tex: match[2] ?? "" }));
        },
      }),
    ];
  },
  addPasteRules() {
    const { type } = this;
    return [
      new PasteRule({
        find: PASTED_INLINE,
        handler: ({ state, range, match }) => {
          state.tr.replaceWith(range.from, range.to, type.create({ tex: match[2] ?? "" }));
        },
      }),
    ];
  },
});

export const BlockFormula = Node.create({
  name: BLOCK_FORMULA,
  group: "block",
  atom: true,
  selectable: true,
  addAttributes: () => ({ tex }),
  parseHTML: () => [
    { tag: "div[data-tex]", priority: 90 },
    { tag: 'math[display="block"]', priority: 95, getAttrs: (element) => (annotationOf(element) === null ? false : null) },
  ],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes(HTMLAttributes)],
  addNodeView: () => ({ node }) => new FormulaView(node),
  addInputRules() {
    const { type } = this;
    return [
      new InputRule({
        find: TYPED_BLOCK,
        handler: ({ state, range, match }) => {
          const place = state.doc.resolve(range.from);
          state.tr.replaceWith(place.before(), place.after(), type.create({ tex: match[1] ?? "" }));
        },
      }),
    ];
  },
});

/** MathML that came without its TeX stays as it is. */
export const RawMath = Node.create({
  name: "rawMath",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ markup: { default: "", rendered: false } }),
  parseHTML: () => [{ tag: "math", priority: 80, getAttrs: (element) => ({ markup: inert(element.outerHTML) }) }],
  renderHTML({ node }) {
    const holder = document.createElement("template");
    holder.innerHTML = String(node.attrs.markup);
    return { dom: holder.content.firstElementChild ?? document.createElement("span") };
  },
});
