/** Moving a formula between the line and a line of its own. */
import { Extension } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";
import { BLOCK_FORMULA, INLINE_FORMULA } from "./formula-node.ts";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    formulaCommands: {
      formulaOnItsOwn: () => ReturnType;
      formulaIntoLine: () => ReturnType;
    };
  }
}

export const FormulaCommands = Extension.create({
  name: "formulaCommands",
  addCommands() {
    return {
      formulaOnItsOwn: () => ({ tr, state }) => {
        const { selection } = tr;
        const block = state.schema.nodes[BLOCK_FORMULA];
        if (!(selection instanceof NodeSelection) || block === undefined || selection.$from.depth === 0) return false;
        const formula = block.create({ tex: selection.node.attrs.tex });
        const { $from, $to } = selection;
        const [before, after] = [$from.parentOffset > 0, $to.parentOffset < $to.parent.content.size];
        const paragraph = $from.parent;
        const pieces = [
          ...(before ? [paragraph.copy(paragraph.content.cut(0, $from.parentOffset))] : []),
          formula,
          ...(after ? [paragraph.copy(paragraph.content.cut($to.parentOffset))] : []),
        ];
        const start = $from.before();
        tr.replaceWith(start, $from.after(), pieces);
        const place = before ? start + (pieces[0]?.nodeSize ?? 0) : start;
        tr.setSelection(NodeSelection.create(tr.doc, place));
        return true;
      },
      formulaIntoLine: () => ({ tr, state }) => {
        const { selection } = tr;
        const inline = state.schema.nodes[INLINE_FORMULA];
        const paragraph = state.schema.nodes.paragraph;
        if (!(selection instanceof NodeSelection) || inline === undefined || paragraph === undefined) return false;
        const { from, to } = selection;
        tr.replaceWith(from, to, paragraph.create(null, inline.create({ tex: selection.node.attrs.tex })));
        tr.setSelection(NodeSelection.create(tr.doc, from + 1));
        return true;
      },
    };
  },
});
