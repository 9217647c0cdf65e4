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
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}
