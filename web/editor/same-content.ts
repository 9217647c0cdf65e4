/** Whether two contents say the same, whatever order their fields are in. */
import type { ItemContent } from "./contract.ts";

export function sameContent(one: ItemContent | null | undefined, other: ItemContent | null | undefined): boolean {
  if (one === null || one === undefined || other === null || other === undefined) return false;
  return canonical(one) === canonical(other);
}

/** A field that says nothing may as well be absent. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).filter(([, inner]) => inner !== null && inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part);
}
