/** Line icons on a 24 × 24 grid. Decoration only: the words beside or behind them carry the meaning. */
import { type TemplateResult, html, svg } from "lit";

const SHAPES = {
  root: svg`<path d="M3 13h3l3.5 7L13 4h8M14.5 11l5 7M19.5 11l-5 7"/>`,
  table: svg`<path d="M3.5 5h17v14h-17zM3.5 10h17M3.5 14.5h17M10 5v14"/>`,
  picture: svg`<path d="M3.5 5h17v14h-17zM3.5 16l5-5 5.5 5.5 2.5-2.5 4 4"/><circle cx="15.5" cy="9" r="1.5"/>`,
  bullets: svg`<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>`,
  numbers: svg`<path d="M10 6h10M10 12h10M10 18h10M4 4.5h1v4M3.5 14.5h2.5l-2.5 4h2.5"/>`,
  check: svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  alert: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5M12 16.3v.01"/>`,
  bulb: svg`<path d="M9.5 18h5M10.5 21h3M9 15.5c0-2-2.5-3-2.5-6.5a5.5 5.5 0 0 1 11 0c0 3.5-2.5 4.5-2.5 6.5z"/>`,
  offline: svg`<path d="M4 4l16 16M5 10a11 11 0 0 1 3.5-2.2M12 7a11 11 0 0 1 7 3M8.5 13.5a6 6 0 0 1 3-1.5M12 18h.01"/>`,
  busy: svg`<path d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5"/>`,
  people: svg`<circle cx="9" cy="8" r="3.5"/><path d="M3 19c.5-3.5 3-5 6-5s5.5 1.5 6 5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.3c2 .6 3.2 2.2 3.5 4.700"/>`,
  below: svg`<path d="M4 6l8 10M12 6L4 16M15.5 15.5a2 2 0 1 1 3.4 1.4L15.5 21h4"/>`,
  above: svg`<path d="M4 8l8 10M12 8L4 18M15.5 4.5a2 2 0 1 1 3.4 1.4L15.5 10h4"/>`,
  remove: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  flask: svg`<path d="M9.5 3.5h5M10.500 3.5v6L5 19a1.200 1.200 0 0 0 1 1.500h12a1.200 1.200 0 0 0 1-1.500l-5.500-9.500v-6M7.500 15h9"/>`,
  gap: svg`<path d="M3.500 9.500v5M20.500 9.500v5M3.500 14.500h17M8 8h8"/>`,
  sound: svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>`,
  up: svg`<path d="M12 19V5.500M6.500 11L12 5.500l5.500 5.500"/>`,
  down: svg`<path d="M12 5v13.500M6.500 13l5.500 5.500 5.500-5.500"/>`,
  move: svg`<path d="M12 3.500v17M3.500 12h17M9.500 6L12 3.500 14.500 6M9.500 18l2.500 2.500 2.500-2.500M6 9.500L3.500 12 6 14.500M18 9.500l2.500 2.500-2.500 2.500"/>`,
  rect: svg`<path d="M4 6h16v12H4z"/>`,
  circle: svg`<circle cx="12" cy="12" r="7.500"/>`,
  poly: svg`<path d="M12 4l8 6-3 9H7l-3-9z"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}
