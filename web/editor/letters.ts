/** How parts are called by their place: A, B, C… */
export function letter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
