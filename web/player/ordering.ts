/** Moving one thing to another place in a row. Pure. */

export function moved(order: readonly string[], id: string, to: number): string[] {
  const rest = order.filter((one) => one !== id);
  const place = Math.max(0, Math.min(to, rest.length));
  return [...rest.slice(0, place), id, ...rest.slice(place)];
}

/** Where among rows a pointer stands: the number of rows whose middle lies above it. */
export function placeAt(middles: readonly number[], y: number): number {
  return middles.filter((middle) => middle < y).length;
}

/** The order to show: the candidate's own, and whatever it does not name at the end as it stood. */
export function shownOrder(given: readonly string[] | null, all: readonly string[]): string[] {
  const known = (given ?? []).filter((id) => all.includes(id));
  return [...known, ...all.filter((id) => !known.includes(id))];
}
