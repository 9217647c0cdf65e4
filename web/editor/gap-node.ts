/** A gap in the stem: `<span data-gap="g1">`, shown with its number in the text. */
import { type CommandProps, Node } from "@tiptap/core";
import type { Node as DocumentNode } from "@tiptap/pm/model";
import { type EditorState, Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { freeGap } from "./further-edits.ts";
import { t } from "./words.ts";

export const GAP = "gap";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    gaps: { putGap: (made: (id: string, words: string) => void) => ReturnType };
  }
}

/** Identifiers of the gaps of a stored text, in its order. */
export function gapsIn(html: string): string[] {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.querySelectorAll<HTMLElement>("[data-gap]")].map((gap) => gap.dataset.gap ?? "");
}

function gapsOf(doc: DocumentNode): Array<{ id: string; from: number; to: number }> {
  const found: Array<{ id: string; from: number; to: number }> = [];
  doc.descendants((node, from) => {
    if (node.type.name === GAP) found.push({ id: String(node.attrs.id), from, to: from + node.nodeSize });
  });
  return found;
}

/** Numbers follow the place in the text, so they are drawn, not stored. */
function numbers(state: EditorState): DecorationSet {
  const marks = gapsOf(state.doc).map(({ from, to }, index) => Decoration.node(from, to, { "data-number": `(${index + 1})`, "aria-label": t("Chỗ trống {n}", { n: index + 1 }) }));
  return DecorationSet.create(state.doc, marks);
}

export const GapNode = Node.create({
  name: GAP,
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addAttributes: () => ({
    id: { default: "", parseHTML: (element: HTMLElement) => element.getAttribute("data-gap"), renderHTML: (found: { id?: string }) => ({ "data-gap": found.id ?? "" }) },
  }),
  parseHTML: () => [{ tag: "span[data-gap]", priority: 95 }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes],
  addProseMirrorPlugins: () => [new Plugin({ props: { decorations: numbers } })],
  addCommands() {
    return {
      /** The chosen words become the key of the new gap. */
      putGap: (made) => ({ state, chain }: CommandProps) => {
        const { from, to } = state.selection;
        const id = freeGap(gapsOf(state.doc).map((gap) => gap.id));
        made(id, state.doc.textBetween(from, to, " ").trim());
        return chain().insertContentAt({ from, to }, { type: GAP, attrs: { id } }).run();
      },
    };
  },
});
