/** Pieces put into the gaps of a text: dragged there, or chosen from the list in the gap. */
import { type TemplateResult, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { GapMatchItem, ListValue, Piece } from "../contract.ts";
import { startDrag } from "../dragging.ts";
import { t } from "../language.ts";
import { type Limits, join, leftOf, leftsOf, rightOf } from "../pairs.ts";
import { inlineControls } from "./inline.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter, plainText } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

export function renderGapMatch(item: GapMatchItem, context: Context): TemplateResult {
  return html`
    <p class="kt-how">${t("Kéo từng mảnh vào chỗ trống, hoặc chọn trong danh sách ở chỗ trống.")}</p>
    ${renderPieces(item, context)}
    <div class="kt-inline kt-gaps" ${inlineControls(item.text, (id) => renderGap(item, id, context))}></div>
  `;
}

export type WithPieces = Pick<GapMatchItem, "ref" | "pieces" | "gaps">;

export function renderPieces(item: WithPieces, context: Context): TemplateResult {
  return html`<ul class="kt-pieces" aria-label=${t("Các mảnh")}>
    ${repeat(item.pieces, ({ id }) => item.ref + id, (piece, index) => renderPiece(item, piece, index, context))}
  </ul>`;
}

function renderPiece(item: WithPieces, piece: Piece, index: number, context: Context): TemplateResult {
  const used = leftsOf(context.value ?? []).has(piece.id);
  const drag = (event: PointerEvent) => dragPiece(event, (gap) => put(item, gap, piece.id, context));
  return html`<li class="kt-piece ${used ? "is-used" : ""}" @pointerdown=${context.isOpen ? drag : null}>
    ${byLetter(item.pieces) ? html`<b class="kt-label">${letter(index)}</b>` : ""}
    <div class="kt-text">${unsafeHTML(piece.body)}</div></li>`;
}

export function renderGap(item: WithPieces, gap: string, context: Context, name: string | null = null): TemplateResult {
  const pairs = context.value ?? [];
  const filled = pairs.find((pair) => rightOf(pair) === gap);
  const value = filled === undefined ? "" : leftOf(filled);
  const n = item.gaps.indexOf(gap) + 1;
  const choose = (event: Event) => put(item, gap, (event.target as HTMLSelectElement).value, context);
  return html`<select class="kt-gap" data-target=${gap} aria-label=${name ?? t("Chỗ trống {n}", { n })}
    ?disabled=${!context.isOpen} @change=${choose}>
    <option value="" .selected=${value === ""}>${t("({n}) chọn", { n })}</option>
    ${item.pieces.map((piece, at) => html`<option value=${piece.id} .selected=${value === piece.id}>
      ${byLetter(item.pieces) ? letter(at) : plainText(piece.body)}</option>`)}
  </select>`;
}

function byLetter(pieces: readonly Piece[]): boolean {
  return pieces.some(({ body }) => plainText(body) === null);
}

/** Puts a piece into a gap, or empties the gap when there is none. */
function put(item: WithPieces, gap: string, piece: string, context: Context): void {
  if (!item.gaps.includes(gap)) return;
  const rest = (context.value ?? []).filter((pair) => rightOf(pair) !== gap);
  if (piece === "") return context.change(rest);
  const most = (id: string) => item.pieces.find((one) => one.id === id)?.most ?? 0;
  const limits: Limits = { left: most, right: () => 1, all: 0 };
  context.change(join(rest, piece, gap, limits) ?? rest);
}

function dragPiece(event: PointerEvent, drop: (gap: string) => void): void {
  const piece = event.currentTarget as HTMLElement;
  const from = { x: event.clientX, y: event.clientY };
  event.preventDefault();
  const leave = () => {
    piece.classList.remove("is-dragged");
    piece.style.transform = "";
  };
  startDrag(event, {
    over: (x, y) => {
      piece.classList.add("is-dragged");
      piece.style.transform = `translate(${x - from.x}px, ${y - from.y}px)`;
    },
    drop: (x, y) => {
      leave();
      const targets = document.elementsFromPoint(x, y).map((element) => element.closest("[data-target]"));
      const target = targets.find((found) => found !== null);
      if (target) drop(target.getAttribute("data-target") ?? "");
    },
    cancel: leave,
  });
}
