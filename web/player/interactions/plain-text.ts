/** Content inside a native control, which can hold words only. */

const known = new Map<string, string | null>();

/** The words of a piece of content, or null where it says more than words can (a formula, a picture). */
export function plainText(body: string): string | null {
  const found = known.get(body);
  if (found !== undefined) return found;
  const words = wordsOf(body);
  known.set(body, words);
  return words;
}

function wordsOf(body: string): string | null {
  const { body: parsed } = new DOMParser().parseFromString(body, "text/html");
  if (parsed.querySelector("math, img, svg, table, sub, sup") !== null) return null;
  return (parsed.textContent ?? "").replace(/\s+/gu, " ").trim();
}

/** A, B, C… and after Z the number itself. */
export function letter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}
