/** Pairs among one set: press one, then the other. The same way on a picture, by mouse and by keyboard. */
import { type TemplateResult, html, nothing, svg } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { Area, AssociateAsked, ListValue, PictureAsked } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import { couple, leftOf, pairOf, part, rightOf } from "../pairs.ts";
import { full } from "../picking.ts";
import { middleOf } from "../shapes.ts";
import { drawArea, nameOf, renderGround } from "./areas.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter, plainText } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

/** One of the set: how it is named in words, and how it looks where it is more than words. */
interface Mate {
  id: string;
  name: string;
  body: string | null;
  most: number;
}

export function renderAssociate(asks: AssociateAsked, ref: string, context: Context): TemplateResult {
  const mates = asks.choices.map(({ id, body, most }, index): Mate => {
    const words = plainText(body);
    return { id, name: words ?? letter(index), body: words === null ? body : null, most };
  });
  return renderMates(mates, asks.most, ref, context);
}

export function renderPictureLinks(asks: PictureAsked, ref: string, context: Context): TemplateResult {
  const mates = asks.areas.map((area, index): Mate => ({ id: area.id, name: nameOf(area, index), body: null, most: 0 }));
  const started = context.begun.get(ref);
  const press = ({ id }: Area) => (context.isOpen ? choose(id, mates, asks.most, ref, context) : undefined);
  return html`${renderGround(asks, [
      (context.value ?? []).map((pair) => drawLink(pair, asks)),
      asks.areas.map((area, index) =>
        drawArea(asks, area, { sign: letter(index), isChosen: area.id === started, press })),
    ])}
    ${renderMates(mates, asks.most, ref, context)}`;
}

function drawLink(pair: string, { areas, width, height }: PictureAsked): TemplateResult | typeof nothing {
  const [one, other] = [leftOf(pair), rightOf(pair)].map((id) => areas.find((area) => area.id === id));
  if (!one || !other) return nothing;
  const [from, to] = [middleOf(one, width, height), middleOf(other, width, height)];
  return svg`<line class="kt-link" x1=${from.x} y1=${from.y} x2=${to.x} y2=${to.y} vector-effect="non-scaling-stroke"></line>`;
}

function renderMates(mates: readonly Mate[], most: number, ref: string, context: Context): TemplateResult {
  const started = context.begun.get(ref);
  return html`<p class="kt-how" id="how-${ref}">${t("Bấm một mục rồi bấm mục ghép với nó.")}</p>
    <div class="kt-chips" role="group" aria-labelledby=${context.labelledBy} aria-describedby="how-${ref}">
      ${mates.map((mate, index) => html`<button class="kt-side kt-chip" type="button" ?disabled=${!context.isOpen}
        aria-pressed=${mate.id === started ? "true" : "false"}
        @click=${() => choose(mate.id, mates, most, ref, context)}>
        ${mate.body === null ? mate.name : html`<b class="kt-label">${letter(index)}</b>
          <span class="kt-text">${unsafeHTML(mate.body)}</span>`}</button>`)}
    </div>
    <ul class="kt-given" aria-label=${t("Các cặp đã ghép")}>
      ${(context.value ?? []).map((pair) => renderPair(pair, mates, context))}
    </ul>`;
}

function renderPair(pair: string, mates: readonly Mate[], context: Context): TemplateResult {
  const name = (id: string) => mates.find((mate) => mate.id === id)?.name ?? id;
  const words = `${name(leftOf(pair))} – ${name(rightOf(pair))}`;
  const remove = () => context.change(part(context.value ?? [], leftOf(pair), rightOf(pair)));
  return html`<li><span>${words}</span><button class="link-button" type="button" ?disabled=${!context.isOpen}
    aria-label=${t("Bỏ {name}", { name: words })} @click=${remove}>${icon("close")}${t("Bỏ")}</button></li>`;
}

function choose(id: string, mates: readonly Mate[], most: number, ref: string, context: Context): void {
  const started = context.begun.get(ref);
  context.begun.delete(ref);
  if (started === undefined) context.begun.set(ref, id);
  if (started === undefined || started === id) return context.redraw();
  const limit = (mate: string) => mates.find((one) => one.id === mate)?.most ?? 0;
  const next = couple(context.value ?? [], started, id, limit, most);
  const name = (mate: string) => mates.find((one) => one.id === mate)?.name ?? mate;
  if (next === null) return context.say(full(most));
  context.change(next);
  if (next.includes(pairOf(started, id))) context.say(t("Đã ghép {one} với {other}.", { one: name(started), other: name(id) }), false);
}
