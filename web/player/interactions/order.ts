/** All options in an order of the candidate's: dragged, or moved by buttons and arrow keys. */
import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ListValue, Option, OrderItem } from "../contract.ts";
import { startDrag } from "../dragging.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import { moved, placeAt, shownOrder } from "../ordering.ts";
import type { InteractionContext } from "./interaction.ts";
import { plainText } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

export function renderOrder(item: OrderItem, context: Context): TemplateResult {
  const order = shownOrder(context.value, item.options.map(({ id }) => id));
  const options = order.flatMap((id) => item.options.filter((option) => option.id === id));
  return html`
    <p class="kt-how" id="how-${item.ref}">${t("Kéo để sắp thứ tự, hoặc dùng nút Lên, Xuống.")}</p>
    <ol class="kt-order" aria-labelledby=${context.labelledBy} aria-describedby="how-${item.ref}">
      ${repeat(options, ({ id }) => item.ref + id, (option, index) => renderRow(item, option, index, order, context))}
    </ol>
    ${context.value === null || context.value.length === 0 ? renderAccept(order, context) : nothing}
  `;
}

/** The order shown at first is no answer until it is moved or accepted as it stands. */
function renderAccept(order: string[], context: Context): TemplateResult {
  return html`<p class="kt-undo"><span class="kt-none">${icon("empty")}${t("Chưa sắp thứ tự")}</span>
    <button class="link-button" type="button" ?disabled=${!context.isOpen}
      @click=${() => context.change(order)}>${t("Giữ nguyên thứ tự đang hiện")}</button></p>`;
}

function renderRow(item: OrderItem, option: Option, index: number, order: string[], context: Context): TemplateResult {
  const go = (to: number) => {
    context.change(moved(order, option.id, to));
    const name = plainText(option.body) ?? t("Mục {n}", { n: index + 1 });
    context.say(t("{name}: vị trí {n}.", { name, n: Math.max(0, Math.min(to, order.length - 1)) + 1 }), false);
  };
  const button = (shape: "up" | "down", words: string, to: number) => html`<button class="kt-move" type="button"
    aria-label=${t("{words}: mục {n}", { words, n: index + 1 })} id="${shape}-${item.ref}-${option.id}"
    aria-disabled=${to < 0 || to >= order.length ? "true" : "false"} ?disabled=${!context.isOpen}
    @click=${() => (to < 0 || to >= order.length ? undefined : go(to))}>${icon(shape)}</button>`;
  return html`
    <li class="kt-order-row" data-option=${option.id}>
      <span class="kt-grip" aria-hidden="true" @pointerdown=${(event: PointerEvent) => drag(event, option.id, order, context)}>
        ${icon("grip")}</span>
      <b class="kt-label">${index + 1}</b>
      <div class="kt-text">${unsafeHTML(option.body)}</div>
      ${button("up", t("Lên"), index - 1)} ${button("down", t("Xuống"), index + 1)}
    </li>
  `;
}

function drag(event: PointerEvent, id: string, order: string[], context: Context): void {
  const row = (event.currentTarget as HTMLElement).closest<HTMLElement>(".kt-order-row");
  const list = row?.parentElement;
  if (!context.isOpen || row === null || row === undefined || !list) return;
  event.preventDefault();
  const rest = [...list.querySelectorAll<HTMLElement>(".kt-order-row")].filter((other) => other !== row);
  const middles = rest.map((other) => other.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
  const from = event.clientY;
  const leave = () => {
    row.classList.remove("is-dragged");
    row.style.transform = "";
  };
  startDrag(event, {
    over: (_x, y) => {
      row.classList.add("is-dragged");
      row.style.transform = `translateY(${y - from}px)`;
    },
    drop: (_x, y) => {
      leave();
      context.change(moved(order, id, placeAt(middles, y)));
    },
    cancel: leave,
  });
}
