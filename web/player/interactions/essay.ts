/** A written response. The field belongs to the writer's hand: nothing redraws it while they type. */
import { type TemplateResult, html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { countWords } from "../charset.ts";
import type { EssayItem, EssayValue } from "../contract.ts";
import { t } from "../language.ts";
import type { TypingBuffer } from "../typing.ts";
import type { InteractionContext } from "./interaction.ts";

/** As many characters as the server takes. */
const LONGEST = 60_000;

type Context = InteractionContext<EssayValue> & { typing: TypingBuffer };

export function renderEssay(item: EssayItem, context: Context): TemplateResult {
  const saved = context.value?.text ?? "";
  const words = countWords(context.typing.textOf(item.ref) ?? saved);
  const over = item.max_words !== null && words > item.max_words;
  return html`
    <div class="kt-essay">
      <label class="kt-short-label" for="essay-${item.ref}">${t("Bài viết của bạn")}</label>
      ${renderField(item.ref, item.ref, saved, 16, context)}
      <p class="kt-essay-count ${over ? "is-over" : ""}" id="words-${item.ref}">
        <b>${words}</b> ${t("chữ")}${limits(item)}${over ? html`<span>. ${t("Bài dài hơn yêu cầu.")}</span>` : nothing}
      </p>
    </div>
  `;
}

type Hand = Pick<Context, "isOpen" | "typing" | "redraw">;

/** `name` is the field's place on the page, `key` what the typed text is handed on under. */
export function renderField(name: string, key: string, saved: string, rows: number, hand: Hand): TemplateResult {
  const typed = (event: Event) => {
    hand.typing.type(key, (event.target as HTMLTextAreaElement).value);
    hand.redraw();
  };
  return html`<textarea class="kt-essay-field" id="essay-${name}" rows=${rows} spellcheck="false"
    maxlength=${LONGEST} aria-describedby="words-${name}" ?disabled=${!hand.isOpen}
    .value=${guard([name], () => saved)} @input=${typed} @blur=${() => hand.typing.flush()}></textarea>`;
}

function limits(item: EssayItem): string {
  const least = item.min_words ?? null;
  if (least !== null && item.max_words !== null) return t("; yêu cầu từ {least} đến {most} chữ", { least, most: item.max_words });
  if (item.max_words !== null) return t("; yêu cầu không quá {n} chữ", { n: item.max_words });
  return least !== null ? t("; yêu cầu ít nhất {n} chữ", { n: least }) : "";
}
