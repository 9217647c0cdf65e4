/** Where a hand is on a picture, by pointer or by arrow keys, in the picture's own pixels. Pure. */

export interface Spot {
  x: number;
  y: number;
}

interface Size {
  width: number;
  height: number;
}

/** From one edge to the other in this many presses of an arrow key; with Shift a pixel at a time. */
const STEPS = 40;
const WAYS: Record<string, Spot> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The spot after a key; null for a key that does not move. */
export function movedBy(key: string, fine: boolean, { x, y }: Spot, size: Size): Spot | null {
  const way = WAYS[key];
  if (way === undefined) return null;
  const step = fine ? 1 : Math.max(1, Math.round(Math.max(size.width, size.height) / STEPS));
  return within({ x: x + way.x * step, y: y + way.y * step }, size);
}

/** The spot under a pointer, of a picture shown in `box`. */
export function spotAt(pointer: Spot, box: { left: number; top: number } & Size, size: Size): Spot {
  const x = Math.round(((pointer.x - box.left) / box.width) * size.width);
  const y = Math.round(((pointer.y - box.top) / box.height) * size.height);
  return within({ x, y }, size);
}

function within({ x, y }: Spot, { width, height }: Size): Spot {
  return { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
}

/** A spot is written "x y", as a response to a task on a picture. */
export function spotText({ x, y }: Spot): string {
  return `${x} ${y}`;
}

export function readSpot(text: string | undefined, { width, height }: Size): Spot {
  const [x, y] = (text ?? "").split(" ").map(Number);
  const isSpot = text !== undefined && Number.isFinite(x) && Number.isFinite(y);
  return isSpot ? { x: x ?? 0, y: y ?? 0 } : { x: Math.round(width / 2), y: Math.round(height / 2) };
}
