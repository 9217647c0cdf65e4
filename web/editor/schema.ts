/** The two kinds of writing: content (all an item may hold) and notes (text with formulas). */
import { type AnyExtension, Extension, type JSONContent } from "@tiptap/core";
import Subscript from "@tiptap/extension-subscript";
import Superscript from "@tiptap/extension-superscript";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";
import { FormulaCommands } from "./formula-commands.ts";
import { BlockFormula, InlineFormula, RawMath } from "./formula-node.ts";
import { GapNode } from "./gap-node.ts";
import { noteOf, piecesOf } from "./note-text.ts";
import { Figure, InlinePicture, type PictureOptions } from "./picture-nodes.ts";

const NONE = { code: false, codeBlock: false, heading: false, horizontalRule: false, link: false, strike: false } as const;
const ONLY_TEXT = {
  ...NONE, blockquote: false, bold: false, bulletList: false, dropcursor: false, gapcursor: false, italic: false,
  listItem: false, listKeymap: false, orderedList: false, trailingNode: false, underline: false,
} as const;

/** In a note Enter breaks the line: a note is one paragraph. */
const LineBreakOnEnter = Extension.create({
  name: "lineBreakOnEnter",
  addKeyboardShortcuts() {
    return { Enter: () => this.editor.commands.setHardBreak() };
  },
});

export function contentExtensions(placeholder: string, pictures: PictureOptions, takesGaps: boolean): AnyExtension[] {
  return [
    ...(takesGaps ? [GapNode] : []),
    StarterKit.configure(NONE),
    Subscript,
    Superscript,
    Table.configure({ resizable: false, renderWrapper: false }),
    TableRow,
    TableHeader,
    TableCell,
    InlineFormula,
    BlockFormula,
    RawMath,
    FormulaCommands,
    Figure.configure(pictures),
    InlinePicture.configure(pictures),
    Placeholder.configure({ placeholder }),
  ];
}

export function noteExtensions(placeholder: string): AnyExtension[] {
  return [
    StarterKit.configure(ONLY_TEXT),
    LineBreakOnEnter,
    InlineFormula,
    Placeholder.configure({ placeholder }),
  ];
}

export function noteDocument(note: string): JSONContent {
  const content = piecesOf(note).flatMap((piece): JSONContent[] =>
    piece.kind === "formula" ? [{ type: "inlineFormula", attrs: { tex: piece.tex } }] : lines(piece.text));
  return { type: "doc", content: [{ type: "paragraph", content }] };
}

function lines(text: string): JSONContent[] {
  return text.split("\n").flatMap((line, index) => [
    ...(index === 0 ? [] : [{ type: "hardBreak" }]),
    ...(line === "" ? [] : [{ type: "text", text: line }]),
  ]);
}

export function noteFrom(document: JSONContent): string {
  const paragraphs = (document.content ?? []).map(({ content = [] }) => noteOf(content.map(pieceOf)));
  return paragraphs.join("\n").trim();
}

function pieceOf(node: JSONContent): Parameters<typeof noteOf>[0][number] {
  if (node.type === "inlineFormula") return { kind: "formula", tex: String(node.attrs?.tex ?? "") };
  return { kind: "text", text: node.type === "hardBreak" ? "\n" : (node.text ?? "") };
}
