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
  play: svg`<path d="M7 4.5l12 7.5-12 7.5z"/>`,
  pause: svg`<path d="M9 5v14M15 5v14"/>`,
  up: svg`<path d="M5 15l7-7 7 7"/>`,
  down: svg`<path d="M5 9l7 7 7-7"/>`,
  grip: svg`<path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01"/>`,
  pen: svg`<path d="M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"/>`,
  zoom: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21M10.5 7.5v6M7.5 10.5h6"/>`,
  close: svg`<path d="M5 5l14 14M19 5L5 19"/>`,
  page: svg`<path d="M6 3h12v18H6zM9 8h6M9 12h6M9 16h6"/>`,
  save: svg`<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>`,
  erase: svg`<path d="M9 6h11v12H9l-6-6zM12 9.5l5 5M17 9.5l-5 5"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}
