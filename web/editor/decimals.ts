/** Numbers as Vietnamese authors write them (2,5) and as the content stores them ("2.5"). */
export function shown(stored: string | null): string {
  return stored === null ? "" : stored.replace(".", ",");
}

/** Null for an empty field, undefined for what is not a number. */
export function read(typed: string): string | null | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return null;
  return /^\d{1,4}(\.\d{1,3})?$/.test(text) ? text : undefined;
}
