/** Do the keys give the letters printed on them? Watched while the sentence is typed. Pure but for the events. */
import type { Told } from "./contract.ts";

export interface Pressed {
  code: string;
  key: string;
}

/**
 * `KeyA` is the place, `a` the letter. A keyboard programme that catches the key itself («Process») and
 * one that types letters with marks say nothing; one plain letter in another's place tells all.
 */
export function keysAre(pressed: readonly Pressed[]): Told["keys"] {
  const plain = pressed.filter(({ code, key }) => /^Key[A-Z]$/.test(code) && /^[a-zA-Z]$/.test(key));
  if (plain.length === 0) return "unknown";
  return plain.every(({ code, key }) => code[3] === key.toUpperCase()) ? "as_printed" : "otherwise";
}
