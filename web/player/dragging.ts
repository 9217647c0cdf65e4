/**
 * Dragging by mouse, pen or finger, with pointer events: what the browser calls drag and drop does
 * not work by touch. Every drag has a way by keyboard beside it.
 */

export interface Drag {
  /** Called while the pointer moves, and once more when it lets go. */
  over: (x: number, y: number) => void;
  drop: (x: number, y: number) => void;
  cancel: () => void;
}

/** A press becomes a drag only after this many pixels, so a press stays a press. */
const THRESHOLD = 6;

export function startDrag(event: PointerEvent, drag: Drag): void {
  if (event.button !== 0) return;
  const from = { x: event.clientX, y: event.clientY };
  let moving = false;
  const move = (at: PointerEvent) => {
    moving ||= Math.hypot(at.clientX - from.x, at.clientY - from.y) > THRESHOLD;
    if (moving) drag.over(at.clientX, at.clientY);
  };
  const end = (at: PointerEvent) => {
    stop();
    if (moving && at.type === "pointerup") drag.drop(at.clientX, at.clientY);
    else drag.cancel();
  };
  const stop = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("pointercancel", end);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", end);
}
