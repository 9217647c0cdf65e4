/** Line icons on a 24 × 24 grid. Decoration only: the words beside them carry the meaning. */
import { type TemplateResult, svg, html } from "lit";

const SHAPES = {
  check: svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  flag: svg`<path d="M6 21V4M6 4.5h12l-3 4.5 3 4.5H6"/>`,
  left: svg`<path d="M15 5l-7 7 7 7"/>`,
  right: svg`<path d="M9 5l7 7-7 7"/>`,
  grid: svg`<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"/>`,
  half: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/>`,
  empty: svg`<circle cx="12" cy="12" r="8.5" stroke-dasharray="3 3"/>`,
  offline: svg`<path d="M4 4l16 16M5 10a11 11 0 0 1 3.5-2.2M12 7a11 11 0 0 1 7 3M8.5 13.5a6 6 0 0 1 3-1.5M12 18h.01"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
  alert: svg`<path d="M12 4L2.8 20h18.4zM12 10v4.5M12 17.3v.01"/>`,
  pause: svg`<path d="M9 5v14M15 5v14"/>`,
  erase: svg`<path d="M9 6h11v12H9l-6-6zM12 9.5l5 5M17 9.5l-5 5"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}
