/** The responses of a composite item, place by place. Pure. */
import type { CompositeValue, Value } from "../contract.ts";

/** What was given so far with this place changed; an empty place is left out. */
export function withPlace(value: Value | null, place: string, given: string | string[] | null): CompositeValue {
  const { [place]: _before, ...rest } = (value ?? {}) as CompositeValue;
  return given === null || given.length === 0 ? rest : { ...rest, [place]: given };
}
