/** Points set on a picture: where they belong is the key, so nothing is drawn before they are set. */
import { type TemplateResult, html, svg } from "lit";
import type { ListValue, PictureAsked } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import { full } from "../picking.ts";
import { type Spot, readSpot, spotText } from "../stage.ts";
import { unitOf } from "./areas.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter } from "./plain-text.ts";
import { renderStage } from "./stage.ts";

type Context = InteractionContext<ListValue>;

export function renderPicturePoints(asks: PictureAsked, ref: string, context: Context): TemplateResult {
  const points = context.value ?? [];
  const set = (spot: Spot) => put(spot, asks, context);
  const key = (pressed: string, spot: Spot) => {
    if (pressed === "Backspace" || pressed === "Delete") context.change(points.slice(0, -1));
    else if (pressed === "Enter" || pressed === " ") set(spot);
    else return false;
    return true;
  };
  return html`<p class="kt-how" id="how-${ref}">${t("Bấm lên hình để đặt điểm. Bằng bàn phím: phím mũi tên dời dấu chữ thập, Enter đặt điểm, Backspace bỏ điểm cuối.")}</p>
    ${renderStage(asks, points.map((point, index) => drawPoint(point, index, asks)), {
      name: ref, begun: context.begun, isOpen: context.isOpen, redraw: context.redraw, down: set, key,
      label: t("Hình để đặt điểm"),
      crossed: (spot) => context.say(t("Ngang {x}, dọc {y}", { ...spot }), false),
    })}
    <ul class="kt-given" aria-label=${t("Các điểm đã đặt")}>${points.map((point, index) =>
      renderPoint(point, index, context))}</ul>`;
}

function drawPoint(point: string, index: number, asks: PictureAsked): TemplateResult {
  const { x, y } = readSpot(point, asks);
  const unit = unitOf(asks);
  return svg`<g class="kt-area is-chosen"><circle cx=${x} cy=${y} r=${unit}></circle>
    <text x=${x} y=${y} font-size=${unit * 1.2} text-anchor="middle" dominant-baseline="central">${letter(index)}</text></g>`;
}

function renderPoint(point: string, index: number, context: Context): TemplateResult {
  const name = t("Điểm {letter}", { letter: letter(index) });
  const remove = () => context.change((context.value ?? []).filter((one) => one !== point));
  return html`<li><span>${name}</span><button class="link-button" type="button" ?disabled=${!context.isOpen}
    aria-label=${t("Bỏ {name}", { name })} @click=${remove}>${icon("close")}${t("Bỏ")}</button></li>`;
}

function put(spot: Spot, { most }: PictureAsked, context: Context): void {
  const points = context.value ?? [];
  if (points.includes(spotText(spot))) return;
  if (most > 1 && points.length >= most) return context.say(full(most));
  context.change(most === 1 ? [spotText(spot)] : [...points, spotText(spot)]);
}
