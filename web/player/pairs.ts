/** Pairs of a left and a right, each usable a limited number of times. A pair is written "left right". Pure. */

export interface Limits {
  /** How often one left, one right, and all together may stand in a pair; 0 is any number of times. */
  left: (id: string) => number;
  right: (id: string) => number;
  all: number;
}

export function pairOf(left: string, right: string): string {
  return `${left} ${right}`;
}

export function leftsOf(pairs: readonly string[]): Set<string> {
  return new Set(pairs.map(leftOf));
}

export function rightsOf(pairs: readonly string[]): Set<string> {
  return new Set(pairs.map(rightOf));
}

export function leftOf(pair: string): string {
  return pair.slice(0, pair.indexOf(" "));
}

export function rightOf(pair: string): string {
  return pair.slice(pair.indexOf(" ") + 1);
}

/**
 * The pairs with this one added. What is used up elsewhere moves here: the oldest pair gives way.
 * Null when only the limit of all pairs stands in the way, since which to give up is not ours to say.
 */
export function join(pairs: readonly string[], left: string, right: string, limits: Limits): string[] | null {
  const pair = pairOf(left, right);
  if (pairs.includes(pair)) return [...pairs];
  let kept = giveWay(pairs, (one) => leftOf(one) === left, limits.left(left));
  kept = giveWay(kept, (one) => rightOf(one) === right, limits.right(right));
  return limits.all > 0 && kept.length >= limits.all ? null : [...kept, pair];
}

export function part(pairs: readonly string[], left: string, right: string): string[] {
  return pairs.filter((pair) => pair !== pairOf(left, right));
}

function giveWay(pairs: readonly string[], isOurs: (pair: string) => boolean, most: number): string[] {
  const ours = pairs.filter(isOurs);
  if (most === 0 || ours.length < most) return [...pairs];
  const leaving = new Set(ours.slice(0, ours.length - most + 1));
  return pairs.filter((pair) => !leaving.has(pair));
}

/**
 * As `join`, among one set, where which of the two comes first does not matter. Null when the limit
 * of all pairs stands in the way.
 */
export function couple(
  pairs: readonly string[], one: string, other: string, most: (id: string) => number, all: number,
): string[] | null {
  if (one === other || pairs.includes(pairOf(one, other)) || pairs.includes(pairOf(other, one))) return [...pairs];
  const has = (id: string) => (pair: string) => leftOf(pair) === id || rightOf(pair) === id;
  const kept = giveWay(giveWay(pairs, has(one), most(one)), has(other), most(other));
  return all > 0 && kept.length >= all ? null : [...kept, pairOf(one, other)];
}
