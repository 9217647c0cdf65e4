/** Changes to the kinds beyond the official papers' four; each gives a new interaction. Pure. */
import { replaced } from "./content-edits.ts";
import type { Area, Cloze, Gap, Hotspot, Interaction, Link, Match, MultipleChoice, Option, Order, Part, Shape } from "./contract.ts";

export const MOST_PARTS = 20;
const NAMES = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/** A number below `limit`; the browser's own chance, which needs no secure context. */
export type Chance = (limit: number) => number;

export function chance(limit: number): number {
  const drawn = new Uint32Array(1);
  crypto.getRandomValues(drawn);
  return (drawn[0] ?? 0) % limit;
}

/** A name that is free. It is drawn, and parts stand in the order of their names: neither tells the key. */
export function freeName(taken: readonly string[], draw: Chance): string {
  const free = [...NAMES].filter((name) => !taken.includes(name));
  return free[draw(free.length)] ?? `Z${taken.length}`;
}

function byName<P extends { readonly id: string }>(parts: readonly P[]): P[] {
  return [...parts].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** A new draft of a kind that has its parts named by chance begins with a few to write in. */
export function laidOut(part: Interaction, draw: Chance): Interaction {
  if (part.type === "order" && part.options.length === 0) return times(3, part, (one) => addToOrder(one, draw));
  if (part.type !== "match" || part.rows.length + part.columns.length > 0) return part;
  return times(4, times(3, part, (one) => addPart(one, "rows", draw)), (one) => addPart(one, "columns", draw));
}

function times<Kind>(count: number, part: Kind, change: (part: Kind) => Kind): Kind {
  return Array.from({ length: count }).reduce((made: Kind) => change(made), part);
}

// — several right options —

export function toggleKey(part: MultipleChoice, id: string): MultipleChoice {
  const keys = part.keys.includes(id) ? part.keys.filter((key) => key !== id) : [...part.keys, id];
  return { ...part, keys: part.options.map((option) => option.id).filter((one) => keys.includes(one)) };
}

// — right order —

/** The options as the author writes them: in the right order. */
export function inRightOrder(part: Order): Option[] {
  const known = part.keys.flatMap((key) => part.options.filter(({ id }) => id === key));
  return [...known, ...part.options.filter(({ id }) => !part.keys.includes(id))];
}

export function addToOrder(part: Order, draw: Chance): Order {
  const id = freeName(part.options.map((option) => option.id), draw);
  return { ...part, options: byName([...part.options, { id, body: "", rationale: "" }]), keys: [...part.keys, id] };
}

export function moveInOrder(part: Order, id: string, step: number): Order {
  const keys = inRightOrder(part).map((option) => option.id).filter((key) => key !== id);
  const from = inRightOrder(part).findIndex((option) => option.id === id);
  const to = Math.max(0, Math.min(keys.length, from + step));
  return { ...part, keys: [...keys.slice(0, to), id, ...keys.slice(to)] };
}

export function removeFromOrder(part: Order, id: string): Order {
  return { ...part, options: part.options.filter((option) => option.id !== id), keys: part.keys.filter((key) => key !== id) };
}

export function withOrderOption(part: Order, id: string, change: Partial<Option>): Order {
  return { ...part, options: replaced(part.options, id, change) };
}

// — pairs —

export type Side = "rows" | "columns";

export function addPart(part: Match, side: Side, draw: Chance): Match {
  const own = part[side].map(({ id }) => id);
  const id = side === "rows" ? nextNumber(own) : freeName(own, draw);
  const added: Part = { id, body: "", most: side === "rows" ? 1 : 0 };
  return { ...part, [side]: side === "rows" ? [...part.rows, added] : byName([...part.columns, added]) };
}

function nextNumber(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`r${number}`)) number += 1;
  return `r${number}`;
}

export function withPart(part: Match, side: Side, id: string, body: string): Match {
  return { ...part, [side]: replaced(part[side], id, { body }) };
}

export function removePart(part: Match, side: Side, id: string): Match {
  const keys = part.keys.filter(({ left, right }) => (side === "rows" ? left : right) !== id);
  return { ...part, [side]: part[side].filter((one) => one.id !== id), keys };
}

export function isPaired(part: Match, left: string, right: string): boolean {
  return part.keys.some((link) => link.left === left && link.right === right);
}

/** A row takes as many columns as the key gives it. */
export function togglePair(part: Match, left: string, right: string): Match {
  const others = part.keys.filter((link) => link.left !== left || link.right !== right);
  const keys: Link[] = isPaired(part, left, right) ? others : [...others, { left, right }];
  const count = keys.filter((link) => link.left === left).length;
  return { ...part, keys, rows: replaced(part.rows, left, { most: Math.max(1, count) }) };
}

// — gaps —

/** The gaps that the text has, in its order; one taken back into the text has what it had. */
export function withGapsOf(part: Cloze, ids: readonly string[], remembered: ReadonlyMap<string, Gap>): Cloze {
  const found = (id: string) => part.gaps.find((gap) => gap.id === id) ?? remembered.get(id) ?? newGap(id);
  return { ...part, gaps: [...new Set(ids)].map(found) };
}

export function newGap(id: string, key = ""): Gap {
  return { id, options: [], keys: key === "" ? [] : [key], case_sensitive: false, length: null };
}

export function freeGap(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`g${number}`)) number += 1;
  return `g${number}`;
}

export function withGap(part: Cloze, id: string, change: Partial<Gap>): Cloze {
  return { ...part, gaps: replaced(part.gaps, id, change) };
}

/** From typing to choosing: what was right becomes the first option; and back. */
export function offerOptions(gap: Gap, escape: (text: string) => string): Gap {
  const [key = ""] = gap.keys;
  const options = ["A", "B", "C"].map((id, at) => ({ id, body: at === 0 && key !== "" ? `<p>${escape(key)}</p>` : "", rationale: "" }));
  return { ...gap, options, keys: key === "" ? [] : ["A"] };
}

export function letType(gap: Gap, read: (html: string) => string): Gap {
  const key = gap.options.find(({ id }) => gap.keys.includes(id));
  const words = key === undefined ? "" : read(key.body);
  return { ...gap, options: [], keys: words === "" ? [] : [words] };
}

export function addGapOption(gap: Gap): Gap {
  const taken = gap.options.map(({ id }) => id);
  const id = [...NAMES].find((name) => !taken.includes(name)) ?? `Z${taken.length}`;
  return { ...gap, options: [...gap.options, { id, body: "", rationale: "" }] };
}

export function removeGapOption(gap: Gap, id: string): Gap {
  return { ...gap, options: gap.options.filter((option) => option.id !== id), keys: gap.keys.filter((key) => key !== id) };
}

// — areas of a picture —

/** An area in the middle of the picture, to be moved from there. */
export function addArea(part: Hotspot, shape: Shape, coords: readonly number[] = middle(part, shape)): Hotspot {
  const taken = part.areas.map(({ id }) => id);
  const id = [...NAMES].find((name) => !taken.includes(name)) ?? `Z${taken.length}`;
  return { ...part, areas: [...part.areas, { id, shape, coords: coords.map(Math.round), label: "" }] };
}

function middle({ width, height }: Hotspot, shape: Shape): number[] {
  const [x, y, size] = [width / 2, height / 2, Math.min(width, height) / 6];
  if (shape === "circle") return [x, y, size];
  if (shape === "poly") return [x, y - size, x + size, y + size, x - size, y + size];
  return [x - size, y - size, x + size, y + size];
}

export function withArea(part: Hotspot, id: string, change: Partial<Area>): Hotspot {
  return { ...part, areas: replaced(part.areas, id, change) };
}

export function removeArea(part: Hotspot, id: string): Hotspot {
  return { ...part, areas: part.areas.filter((area) => area.id !== id), keys: part.keys.filter((key) => key !== id) };
}

/** As many may be chosen as are right. */
export function toggleArea(part: Hotspot, id: string): Hotspot {
  const chosen = part.keys.includes(id) ? part.keys.filter((key) => key !== id) : [...part.keys, id];
  const keys = part.areas.map((area) => area.id).filter((one) => chosen.includes(one));
  return { ...part, keys, most: Math.max(1, keys.length) };
}

/** Moved by so many points of the picture, never out of it. */
export function movedArea(area: Area, dx: number, dy: number, { width, height }: Hotspot): Area {
  const [left, top, right, bottom] = bounds(area);
  const x = Math.max(-left, Math.min(width - right, dx));
  const y = Math.max(-top, Math.min(height - bottom, dy));
  if (area.shape === "circle") return { ...area, coords: [at(area, 0) + x, at(area, 1) + y, at(area, 2)] };
  return { ...area, coords: area.coords.map((value, place) => value + (place % 2 === 0 ? x : y)) };
}

/** Wider by `dx`, higher by `dy`; a circle by `dx`, a polygon about its upper left corner. */
export function resizedArea(area: Area, dx: number, dy: number, whole: Hotspot): Area {
  const [left, top, right, bottom] = bounds(area);
  if (area.shape === "circle") {
    const most = Math.min(at(area, 0), at(area, 1), whole.width - at(area, 0), whole.height - at(area, 1));
    return { ...area, coords: [at(area, 0), at(area, 1), within(at(area, 2) + (dx === 0 ? dy : dx), SMALLEST, most)] };
  }
  const [newRight, newBottom] = [within(right + dx, left + SMALLEST, whole.width), within(bottom + dy, top + SMALLEST, whole.height)];
  if (area.shape === "rect") return { ...area, coords: [left, top, newRight, newBottom] };
  const [wide, high] = [(newRight - left) / (right - left), (newBottom - top) / (bottom - top)];
  return { ...area, coords: area.coords.map((value, place) => Math.round(place % 2 === 0 ? left + (value - left) * wide : top + (value - top) * high)) };
}

const SMALLEST = 8;

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(Math.max(least, most), value));
}

function at(area: Area, place: number): number {
  return area.coords[place] ?? 0;
}

export function bounds(area: Area): [number, number, number, number] {
  if (area.shape === "circle") return [at(area, 0) - at(area, 2), at(area, 1) - at(area, 2), at(area, 0) + at(area, 2), at(area, 1) + at(area, 2)];
  const [xs, ys] = [area.coords.filter((_, place) => place % 2 === 0), area.coords.filter((_, place) => place % 2 === 1)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
