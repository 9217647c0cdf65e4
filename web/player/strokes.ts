/** A drawing as the text of its strokes: "M12 30L14 33L15 40M…", in the picture's own pixels. Pure. */
import type { Spot } from "./stage.ts";

/** As many characters as the server takes for one drawing. */
export const LONGEST_DRAWING = 60_000;

export function begin(drawing: string, { x, y }: Spot): string {
  return `${drawing}M${x} ${y}`;
}

/** The drawing with its last stroke going on to a spot; as it was when that is where it stands. */
export function extend(drawing: string, { x, y }: Spot): string {
  if (drawing === "" || drawing.endsWith(`M${x} ${y}`) || drawing.endsWith(`L${x} ${y}`)) return drawing;
  const longer = `${drawing}L${x} ${y}`;
  return longer.length > LONGEST_DRAWING ? drawing : longer;
}

export function withoutLastStroke(drawing: string): string {
  return drawing.slice(0, Math.max(0, drawing.lastIndexOf("M")));
}

/** A press that went nowhere is no stroke. */
export function withoutDots(drawing: string): string {
  return drawing.split(/(?=M)/).filter((stroke) => stroke.includes("L")).join("");
}

export function isDrawing(text: string): boolean {
  return /^(?:M\d+ \d+(?:L\d+ \d+)*)*$/.test(text);
}
