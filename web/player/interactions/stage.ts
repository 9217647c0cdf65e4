/** A picture that a hand works on: with a pointer, or with arrow keys and a cross that shows where it is. */
import { type TemplateResult, html, nothing, svg } from "lit";
import { type Spot, movedBy, readSpot, spotAt, spotText } from "../stage.ts";
import { type Ground, renderGround, unitOf } from "./areas.ts";

export interface Hand {
  /** Under which name it is kept where the cross stands. */
  name: string;
  begun: Map<string, string>;
  isOpen: boolean;
  label: string;
  redraw: () => void;
  /** A pointer is put down, moves while it is down, and leaves. */
  down: (spot: Spot) => void;
  move?: (spot: Spot) => void;
  up?: () => void;
  /** Keys other than arrows, at the place of the cross; true when the key meant something. */
  key: (key: string, spot: Spot) => boolean;
  /** The cross moved there by an arrow key. */
  crossed?: (spot: Spot) => void;
}

export function renderStage(ground: Ground, over: unknown, hand: Hand): TemplateResult {
  const cross = hand.begun.get(`${hand.name} cross`);
  return html`<div class="kt-stage" role="application" tabindex=${hand.isOpen ? 0 : -1} aria-label=${hand.label}
    @keydown=${(event: KeyboardEvent) => pressed(event, ground, hand)}
    @pointerdown=${(event: PointerEvent) => pointed(event, ground, hand)}>
    ${renderGround(ground, [over, cross === undefined ? nothing : drawCross(readSpot(cross, ground), ground)])}
  </div>`;
}

function drawCross({ x, y }: Spot, ground: Ground): TemplateResult {
  const arm = unitOf(ground) * 1.4;
  const d = `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`;
  return svg`<g class="kt-cross"><path d=${d} vector-effect="non-scaling-stroke"></path>
    <path d=${d} vector-effect="non-scaling-stroke"></path></g>`;
}

function pressed(event: KeyboardEvent, ground: Ground, hand: Hand): void {
  if (!hand.isOpen || event.ctrlKey || event.altKey || event.metaKey) return;
  const at = readSpot(hand.begun.get(`${hand.name} cross`), ground);
  const to = movedBy(event.key, event.shiftKey, at, ground);
  if (to === null && !hand.key(event.key, at)) return;
  event.preventDefault();
  hand.begun.set(`${hand.name} cross`, spotText(to ?? at));
  if (to !== null) hand.crossed?.(to);
  hand.redraw();
}

function pointed(event: PointerEvent, ground: Ground, hand: Hand): void {
  if (!hand.isOpen || event.button !== 0) return;
  const box = (event.currentTarget as HTMLElement).querySelector(".kt-areas")?.getBoundingClientRect();
  if (box === undefined) return;
  const at = (where: PointerEvent) => spotAt({ x: where.clientX, y: where.clientY }, box, ground);
  hand.begun.delete(`${hand.name} cross`);
  hand.down(at(event));
  if (hand.move !== undefined) follow(at, hand);
}

function follow(at: (where: PointerEvent) => Spot, hand: Hand): void {
  const move = (where: PointerEvent) => hand.move?.(at(where));
  const end = () => {
    window.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, end);
    hand.up?.();
  };
  window.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end);
}
