/** Areas of a picture as paths: rectangle, circle, ellipse, polygon, or the whole. Pure. */
import type { Area } from "./contract.ts";

export function pathOf({ shape, coords }: Area, width: number, height: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  switch (shape) {
    case "rect":
      return `M${a} ${b}H${c}V${d}H${a}Z`;
    case "circle":
      return ellipse(a, b, c, c);
    case "ellipse":
      return ellipse(a, b, c, d);
    case "poly":
      return `M${pointsOf(coords).map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
    default:
      return `M0 0H${width}V${height}H0Z`;
  }
}

/** Where the letter of an area stands. */
export function middleOf({ shape, coords }: Area, width: number, height: number): { x: number; y: number } {
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  if (shape === "rect") return { x: (a + c) / 2, y: (b + d) / 2 };
  if (shape === "circle" || shape === "ellipse") return { x: a, y: b };
  const points = shape === "poly" ? pointsOf(coords) : [];
  if (points.length === 0) return { x: width / 2, y: height / 2 };
  const sum = points.reduce((one, other) => ({ x: one.x + other.x, y: one.y + other.y }));
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function ellipse(x: number, y: number, rx: number, ry: number): string {
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0Z`;
}

function pointsOf(coords: readonly number[]): Array<{ x: number; y: number }> {
  const points = [];
  for (let at = 0; at + 1 < coords.length; at += 2) points.push({ x: coords[at] ?? 0, y: coords[at + 1] ?? 0 });
  return points;
}
