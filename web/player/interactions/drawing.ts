/** Something drawn on a picture: with a pointer, or with arrow keys and the space bar as the pen. */
import { type TemplateResult, html, svg } from "lit";
import type { PictureAsked } from "../contract.ts";
import { t } from "../language.ts";
import type { Spot } from "../stage.ts";
import { LONGEST_DRAWING, begin, extend, isDrawing, withoutDots, withoutLastStroke } from "../strokes.ts";
import type { TypingBuffer } from "../typing.ts";
import type { InteractionContext } from "./interaction.ts";
import { renderStage } from "./stage.ts";

type Context = InteractionContext<string> & { typing: TypingBuffer };

export function renderDrawing(asks: PictureAsked, ref: string, key: string, context: Context): TemplateResult {
  const drawn = drawingOf(key, context);
  const isDown = context.begun.get(`${ref} pen`) === "down";
  return html`<p class="kt-how">${t("Giữ chuột hoặc ngón tay để vẽ. Bằng bàn phím: phím mũi tên dời bút, phím cách hạ hoặc nhấc bút.")}</p>
    ${renderStage(asks, svg`<path class="kt-stroke" d=${drawn} vector-effect="non-scaling-stroke"></path>`, {
      name: ref, begun: context.begun, isOpen: context.isOpen, redraw: context.redraw, label: t("Hình để vẽ"),
      down: (spot) => draw(begin(drawingOf(key, context), spot), key, context),
      move: (spot) => draw(extend(drawingOf(key, context), spot), key, context),
      up: () => finish(key, context),
      key: (pressed, spot) => pressed === " " && liftOrLower(ref, key, spot, context),
      crossed: (spot) => (isDown ? draw(extend(drawingOf(key, context), spot), key, context) : undefined),
    })}
    <p class="kt-undo">
      <button class="link-button" type="button" ?disabled=${!context.isOpen || drawn === ""}
        @click=${() => put(withoutLastStroke(drawn), context)}>${t("Bỏ nét cuối")}</button>
      <button class="link-button" type="button" ?disabled=${!context.isOpen || drawn === ""}
        @click=${() => put("", context)}>${t("Xoá hình vẽ")}</button>
    </p>`;
}

function drawingOf(key: string, context: Context): string {
  const drawn = context.typing.textOf(key) ?? context.begun.get(key) ?? context.value ?? "";
  return isDrawing(drawn) ? drawn : "";
}

/** Handed on as what is typed is: a long stroke is on the disk before the hand lets go. */
function draw(drawing: string, key: string, context: Context): void {
  context.begun.set(key, drawing);
  context.typing.type(key, drawing);
  if (drawing.length > LONGEST_DRAWING - 16) context.say(t("Hình vẽ đã đủ dài; bỏ bớt nét rồi vẽ tiếp."));
  context.redraw();
}

function finish(key: string, context: Context): void {
  draw(withoutDots(drawingOf(key, context)), key, context);
  context.typing.flush();
  context.begun.delete(key);
}

function put(drawing: string, context: Context): void {
  context.typing.flush();
  context.change(drawing === "" ? null : drawing);
}

function liftOrLower(ref: string, key: string, spot: Spot, context: Context): boolean {
  const isDown = context.begun.get(`${ref} pen`) === "down";
  context.begun.set(`${ref} pen`, isDown ? "up" : "down");
  context.say(isDown ? t("Đã nhấc bút.") : t("Đã hạ bút."), false);
  if (isDown) finish(key, context);
  else draw(begin(drawingOf(key, context), spot), key, context);
  return true;
}
