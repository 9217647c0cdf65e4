/** TeX of the visual field in the words everybody else reads: the server, Word, other programs. Pure. */
const OWN_WORDS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\\placeholder(\[[^\]]*\])?\{[^{}]*\}/g, ""],
  [/\\differentialD\b ?/g, "d "],
  [/\\exponentialE\b ?/g, "e"],
  [/\\imaginaryI\b ?/g, "i"],
  [/\\mleft(?![a-zA-Z])/g, "\\left"],
  [/\\mright(?![a-zA-Z])/g, "\\right"],
  [/\\degree\b/g, "^{\\circ}"],
  [/\\R(?![a-zA-Z])/g, "\\mathbb{R}"],
  [/\\(N|Z|Q|C)(?![a-zA-Z])/g, "\\mathbb{$1}"],
  [/\\lbrace(?![a-zA-Z])/g, "\\{"],
  [/\\rbrace(?![a-zA-Z])/g, "\\}"],
  [/\\lbrack(?![a-zA-Z]) ?/g, "["],
  [/\\rbrack(?![a-zA-Z])/g, "]"],
];

export function plainTex(tex: string): string {
  const told = OWN_WORDS.reduce((text, [own, common]) => text.replace(own, common), tex);
  return withBraces(told).replace(/ {2,}/g, " ").trim();
}

/** `\frac12` as `\frac{1}{2}`, `x^12` never: the short forms are read differently by different programs. */
function withBraces(tex: string): string {
  return tex
    .replace(/\\([dt]?frac)\s*(\d|[a-zA-Z])\s*(\d|[a-zA-Z])(?![a-zA-Z])/g, "\\$1{$2}{$3}")
    .replace(/\\([dt]?frac)\s*(\d)\s*\{/g, "\\$1{$2}{")
    .replace(/\\sqrt\s*(\d|[a-zA-Z])(?![a-zA-Z])/g, "\\sqrt{$1}");
}
