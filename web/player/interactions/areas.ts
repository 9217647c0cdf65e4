/** A picture with its areas drawn over it: pressed with a mouse; the way by keyboard stands below it. */
import { type TemplateResult, html, svg } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Area } from "../contract.ts";
import { t } from "../language.ts";
import { middleOf, pathOf } from "../shapes.ts";
import { letter } from "./plain-text.ts";

export interface Ground {
  picture: string;
  width: number;
  height: number;
}

export interface Drawn {
  /** What stands in the middle of the area: its letter, or its place in an order. */
  sign: string;
  isChosen: boolean;
  press?: (area: Area) => void;
}

export function renderGround({ picture, width, height }: Ground, over: unknown): TemplateResult {
  return html`<div class="kt-picture">
    ${unsafeHTML(picture)}
    <svg class="kt-areas" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${over}</svg>
  </div>`;
}

export function drawArea(ground: Ground, area: Area, { sign, isChosen, press }: Drawn): TemplateResult {
  const { x, y } = middleOf(area, ground.width, ground.height);
  const unit = unitOf(ground);
  return svg`<g class="kt-area ${isChosen ? "is-chosen" : ""}" data-area=${area.id} data-target=${area.id}
    @click=${() => press?.(area)}>
    <path d=${pathOf(area, ground.width, ground.height)} vector-effect="non-scaling-stroke"></path>
    <circle cx=${x} cy=${y} r=${unit}></circle>
    <text x=${x} y=${y} font-size=${unit * 1.2} text-anchor="middle" dominant-baseline="central">${sign}</text>
  </g>`;
}

/** The size of what is drawn over a picture, whatever the picture's own size. */
export function unitOf({ width, height }: Pick<Ground, "width" | "height">): number {
  return Math.max(width, height) / 40;
}

export function nameOf(area: Area, index: number): string {
  return area.label === "" ? t("Vùng {letter}", { letter: letter(index) }) : `${letter(index)}. ${area.label}`;
}
