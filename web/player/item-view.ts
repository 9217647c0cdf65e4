/** One item on the candidate's screen: heading, flag, stem, and the interaction of its kind. */
import { type TemplateResult, html } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ChoiceValue, ClusterValue, EssayValue, Item, ShortValue, Value } from "./contract.ts";
import { icon } from "./icons.ts";
import { renderChoice } from "./interactions/choice.ts";
import { renderEssay } from "./interactions/essay.ts";
import { renderShort } from "./interactions/short.ts";
import { renderCluster } from "./interactions/tf-cluster.ts";
import type { Screen } from "./screen.ts";

export function renderItem(item: Item, screen: Screen): TemplateResult {
  const { session } = screen;
  const { flagged } = session.responseTo(item.ref);
  const toggle = () => session.flag(item, !session.responseTo(item.ref).flagged);
  return html`
    <article class="kt-item" aria-labelledby="head-${item.ref}">
      <div class="item-head">
        <h2 id="head-${item.ref}" tabindex="-1">Câu ${item.number}</h2>
        <p>${item.points} điểm</p>
        <button class="button flag-button" type="button" aria-pressed=${flagged ? "true" : "false"}
          ?disabled=${!session.isOpen} @click=${toggle}>
          ${icon("flag")}<span>${flagged ? "Đã đánh dấu" : "Đánh dấu xem lại"}</span>
        </button>
      </div>
      <div class="kt-stem" id="stem-${item.ref}">${unsafeHTML(item.body)}</div>
      ${renderInteraction(item, screen)}
    </article>
  `;
}

function renderInteraction(item: Item, screen: Screen): TemplateResult {
  switch (item.kind) {
    case "choice":
      return renderChoice(item, contextOf<NonNullable<ChoiceValue>>(item, screen));
    case "tf_cluster":
      return renderCluster(item, contextOf<ClusterValue>(item, screen));
    case "short":
      return renderShort(item, contextOf<ShortValue>(item, screen));
    case "essay":
      return renderEssay(item, { ...contextOf<EssayValue>(item, screen), typing: screen.typing });
  }
}

function contextOf<V extends Value>(item: Item, screen: Screen) {
  return {
    value: screen.session.responseTo(item.ref).value as V | null,
    isOpen: screen.session.isOpen,
    labelledBy: `head-${item.ref} stem-${item.ref}`,
    change: (value: V | null) => screen.session.answer(item, value),
    strikes: screen.strikes,
    redraw: screen.redraw,
  };
}
