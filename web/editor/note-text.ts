/** Plain notes (rationales, rubric levels) hold their formulas between dollars. */
export type NotePiece = { readonly kind: "text"; readonly text: string } | { readonly kind: "formula"; readonly tex: string };

const FORMULA = /\$([^$]+)\$/;

export function piecesOf(note: string): NotePiece[] {
  return note.split(FORMULA).flatMap((piece, index): NotePiece[] => {
    if (piece === "") return [];
    return index % 2 === 1 ? [{ kind: "formula", tex: piece }] : [{ kind: "text", text: piece }];
  });
}

/** A dollar of the text would read as the start of a formula: the full-width sign stands for it. */
export function noteOf(pieces: readonly NotePiece[]): string {
  return pieces
    .map((piece) => (piece.kind === "formula" ? `$${piece.tex.replaceAll("$", "")}$` : piece.text.replaceAll("$", "＄")))
    .join("");
}
