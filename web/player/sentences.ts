/** Sentences of a text, chosen one after another by arrow keys: marking words without a mouse. */
import { type Marked, markable } from "./content.ts";

const SENTENCE = /[^.!?…]+[.!?…]*/gu;

/** Where each sentence stands, without the blanks around it. Pure. */
export function sentencesIn(text: string): Marked[] {
  return [...text.matchAll(SENTENCE)].flatMap((found) => {
    const words = found[0].trim();
    if (words === "") return [];
    const from = found.index + found[0].indexOf(words);
    return [{ from, to: from + words.length }];
  });
}

/** Selects sentence number `at` of the texts, counted through all of them; returns its number and words. */
export function selectSentence(holders: readonly HTMLElement[], at: number): { at: number; words: string } | null {
  const all = holders.flatMap((holder) => {
    const pieces = markable(holder);
    return sentencesIn(pieces.map(({ node }) => node.data).join("")).map((stretch) => ({ pieces, stretch }));
  });
  if (all.length === 0) return null;
  const chosen = ((at % all.length) + all.length) % all.length;
  const { pieces, stretch } = all[chosen]!;
  select(pieces, stretch);
  const text = pieces.map(({ node }) => node.data).join("");
  return { at: chosen, words: text.slice(stretch.from, stretch.to) };
}

function select(pieces: ReturnType<typeof markable>, { from, to }: Marked): void {
  const first = pieces.filter(({ start }) => start <= from).at(-1);
  const last = pieces.filter(({ start }) => start < to).at(-1);
  if (first === undefined || last === undefined) return;
  document.getSelection()?.setBaseAndExtent(first.node, from - first.start, last.node, to - last.start);
  first.node.parentElement?.scrollIntoView({ block: "nearest" });
}
