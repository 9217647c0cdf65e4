/** One item on the candidate's screen: heading, flag, stem, and the interaction of its kind. */
import { type TemplateResult, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type {
  ChoiceValue, ClozeValue, ClusterValue, CompositeValue, EssayValue, Item, ListValue, ShortValue, Value,
} from "./contract.ts";
import { textOf } from "./highlighting.ts";
import { icon } from "./icons.ts";
import { renderChoice } from "./interactions/choice.ts";
import { renderCloze } from "./interactions/cloze.ts";
import { renderComposite } from "./interactions/composite.ts";
import { renderEssay } from "./interactions/essay.ts";
import { renderGapMatch } from "./interactions/gap-match.ts";
import { renderHotspot } from "./interactions/hotspot.ts";
import { renderHottext } from "./interactions/hottext.ts";
import { renderMatch } from "./interactions/match.ts";
import { renderMultiple } from "./interactions/multiple.ts";
import { renderOrder } from "./interactions/order.ts";
import { withPlace } from "./interactions/places.ts";
import { renderShort } from "./interactions/short.ts";
import { renderCluster } from "./interactions/tf-cluster.ts";
import { t } from "./language.ts";
import { renderRecording } from "./recording-view.ts";
import type { Screen } from "./screen.ts";

export function renderItem(item: Item, screen: Screen): TemplateResult {
  const { session } = screen;
  const { flagged } = session.responseTo(item.ref);
  const toggle = () => session.flag(item, !session.responseTo(item.ref).flagged);
  return html`
    <article class="kt-item" data-kind=${item.kind} aria-labelledby="head-${item.ref}">
      <div class="item-head">
        <h2 id="head-${item.ref}" tabindex="-1">${t("Câu {n}", { n: item.number })}</h2>
        <p>${t("{points} điểm", { points: item.points })}</p>
        <button class="button flag-button" type="button" aria-pressed=${flagged ? "true" : "false"}
          ?disabled=${!session.isOpen} @click=${toggle}>
          ${icon("flag")}<span>${flagged ? t("Đã đánh dấu") : t("Đánh dấu xem lại")}</span>
        </button>
      </div>
      ${keyed(item.ref, html`${renderStem(item, screen)} ${renderRecording(item.ref, item.recording, screen)}
        ${renderInteraction(item, screen)}`)}
      ${screen.below(item)}
    </article>
  `;
}

/** What has its controls in its stem draws the stem itself. */
function renderStem(item: Item, screen: Screen): TemplateResult | typeof nothing {
  if (item.kind === "cloze" || item.kind === "composite") return nothing;
  return html`<div class="kt-stem" id="stem-${item.ref}" data-text=${item.ref}>${textOf(item.ref, item.body, screen)}</div>`;
}

function renderInteraction(item: Item, screen: Screen): TemplateResult {
  switch (item.kind) {
    case "choice":
      return renderChoice(item, contextOf<NonNullable<ChoiceValue>>(item, screen));
    case "multiple":
      return renderMultiple(item, contextOf<ListValue>(item, screen));
    case "tf_cluster":
      return renderCluster(item, contextOf<ClusterValue>(item, screen));
    case "short":
      return renderShort(item, contextOf<ShortValue>(item, screen));
    case "essay":
      return renderEssay(item, { ...contextOf<EssayValue>(item, screen), typing: screen.typing });
    case "cloze":
      return renderCloze(item, contextOf<ClozeValue>(item, screen));
    case "match":
      return renderMatch(item, contextOf<ListValue>(item, screen));
    case "order":
      return renderOrder(item, contextOf<ListValue>(item, screen));
    case "hotspot":
      return renderHotspot(item, contextOf<ListValue>(item, screen));
    case "gap_match":
      return renderGapMatch(item, contextOf<ListValue>(item, screen));
    case "hottext":
      return renderHottext(item, contextOf<ListValue>(item, screen));
    case "composite":
      return renderComposite(item, {
        ...contextOf<CompositeValue>(item, screen),
        typing: screen.typing,
        put: (place, given) => screen.answer(item, withPlace(screen.responseOf(item), place, given)),
      });
  }
}

function contextOf<V extends Value>(item: Item, screen: Screen) {
  return {
    value: screen.responseOf(item) as V | null,
    isOpen: screen.takes(item),
    labelledBy: `head-${item.ref} stem-${item.ref}`,
    change: (value: V | null) => screen.answer(item, value),
    say: screen.say,
    strikes: screen.strikes,
    begun: screen.begun,
    redraw: screen.redraw,
  };
}
