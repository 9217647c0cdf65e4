/** Several interactions in one text. Each is drawn as if it were alone, where the text has its place. */
import { type TemplateResult, html, nothing } from "lit";
import type { CompositeItem, CompositeValue, ListValue, Place, Value } from "../contract.ts";
import { dressed } from "../content.ts";
import { t } from "../language.ts";
import type { TypingBuffer } from "../typing.ts";
import { needsLegend, renderGap, renderLegend } from "./cloze.ts";
import { renderDrawing } from "./drawing.ts";
import { renderField } from "./essay.ts";
import { renderGapMatch } from "./gap-match.ts";
import { renderHotspot } from "./hotspot.ts";
import { renderHottext } from "./hottext.ts";
import { inlineControls } from "./inline.ts";
import type { InteractionContext } from "./interaction.ts";
import { renderMatch } from "./match.ts";
import { renderMultiple } from "./multiple.ts";
import { renderOrder } from "./order.ts";
import { renderAssociate, renderPictureLinks } from "./pairing.ts";
import { renderPictureGaps, renderPictureOrder } from "./picture-tasks.ts";
import { renderPicturePoints } from "./picture-points.ts";
import { renderSlider } from "./slider.ts";
import { renderUpload } from "./upload.ts";

type Context = InteractionContext<CompositeValue> & {
  typing: TypingBuffer;
  /** Changes one place of the response as it stands at that moment. */
  put: (place: string, given: string | string[] | null) => void;
};

const ROWS = 5;

export function renderComposite(item: CompositeItem, context: Context): TemplateResult {
  const control = (id: string) => {
    const index = item.places.findIndex((place) => place.id === id);
    const place = item.places[index];
    return place === undefined ? html`` : renderPlace(item, place, index, context);
  };
  return html`<div class="kt-stem kt-composite" id="stem-${item.ref}"
    ${inlineControls(dressed(item.body, []), control)}></div>`;
}

function renderPlace(item: CompositeItem, place: Place, index: number, context: Context): TemplateResult {
  const { asks } = place;
  if (asks.kind === "entry") {
    const gap = { id: place.id, options: asks.options, length: asks.length };
    const value = context.value?.[place.id];
    return html`${renderGap(gap, index, typeof value === "string" ? value : "", context.isOpen,
      (given) => context.put(place.id, given))}
      ${needsLegend(gap) ? renderLegend(gap, index) : nothing}`;
  }
  const ref = `${item.ref}-${index + 1}`;
  return html`<div class="kt-place" role="group" aria-labelledby="place-${ref}" data-asks=${asks.kind}>
    <p class="kt-place-name" id="place-${ref}">${t("Phần trả lời {n}", { n: index + 1 })}</p>
    ${renderAsked(item, place, ref, context)}
  </div>`;
}

function renderAsked(item: CompositeItem, { id, asks }: Place, ref: string, context: Context): TemplateResult {
  const common = { ref, number: item.number, points: item.points, body: "", stimulus: null };
  const list = contextAt<ListValue>(id, ref, context);
  const text = contextAt<string>(id, ref, context);
  switch (asks.kind) {
    case "multiple":
      return renderMultiple({ ...common, ...asks }, list);
    case "match":
      return renderMatch({ ...common, ...asks }, list);
    case "order":
      return renderOrder({ ...common, ...asks }, list);
    case "hotspot":
      return renderHotspot({ ...common, ...asks }, list);
    case "gap_match":
      return renderGapMatch({ ...common, ...asks }, list);
    case "hottext":
      return renderHottext({ ...common, ...asks }, list);
    case "associate":
      return renderAssociate(asks, ref, list);
    case "slider":
      return renderSlider(asks, text);
    case "upload":
      return renderUpload(text);
    case "text":
      return renderText(item, id, ref, text.value ?? "", context);
    case "entry":
      return html``;
    default:
      return renderOnPicture(item, { id, asks }, ref, context);
  }
}

function renderOnPicture(item: CompositeItem, { id, asks }: Place, ref: string, context: Context): TemplateResult {
  const list = contextAt<ListValue>(id, ref, context);
  switch (asks.kind) {
    case "picture_order":
      return renderPictureOrder(asks, list);
    case "picture_links":
      return renderPictureLinks(asks, ref, list);
    case "picture_gaps":
      return renderPictureGaps(asks, ref, list);
    case "picture_points":
      return renderPicturePoints(asks, ref, list);
    case "drawing":
      return renderDrawing(asks, ref, `${item.ref} ${id}`, { ...contextAt<string>(id, ref, context), typing: context.typing });
    default:
      return html``;
  }
}

function renderText(item: CompositeItem, id: string, ref: string, saved: string, context: Context): TemplateResult {
  return html`<label class="sr-only" for="essay-${ref}">${t("Câu trả lời của bạn")}</label>
    ${renderField(ref, `${item.ref} ${id}`, saved, ROWS, context)}`;
}

function contextAt<V extends Value & (string | string[])>(
  id: string, ref: string, context: Context,
): InteractionContext<V> {
  return {
    ...context,
    value: (context.value?.[id] ?? null) as V | null,
    labelledBy: `place-${ref}`,
    change: (given) => context.put(id, given),
  };
}
