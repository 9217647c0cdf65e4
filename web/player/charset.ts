/** The characters a short response may hold, as the official answer sheet has boxes for them. Pure. */

/** «0-9,-» names the digits, the comma and the minus: a range needs both its ends. */
export function charactersOf(charset: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < charset.length; at += 1) {
    const from = charset.charCodeAt(at);
    const isRange = charset[at + 1] === "-" && at + 2 < charset.length;
    const to = isRange ? charset.charCodeAt(at + 2) : from;
    for (let code = from; code <= to; code += 1) found.push(String.fromCharCode(code));
    if (isRange) at += 2;
  }
  return found;
}

/** What people type for a comma and a minus on their keyboards. */
const SAME: Record<string, string> = { ".": ",", "−": "-", "–": "-", "‐": "-" };

/** The typed text with what cannot stand on the answer sheet left out. */
export function admit(typed: string, charset: string, maxChars: number): string {
  const allowed = new Set(charactersOf(charset));
  return [...typed]
    .map((character) => (allowed.has(character) ? character : (SAME[character] ?? character)))
    .filter((character) => allowed.has(character))
    .slice(0, maxChars)
    .join("");
}

/** Words as a Vietnamese teacher counts them: what white space separates. */
export function countWords(text: string): number {
  const words = text.trim();
  return words === "" ? 0 : words.split(/\s+/u).length;
}
