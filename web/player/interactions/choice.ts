/** One option of several. Options keep their own identifiers whatever order they stand in. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ChoiceItem, ChoiceValue, Option } from "../contract.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter, plainText } from "./plain-text.ts";
import { renderStrike } from "./strike.ts";

const SHORT_WORDS = 16;

type Context = InteractionContext<NonNullable<ChoiceValue>>;

export function renderChoice(item: ChoiceItem, context: Context): TemplateResult {
  return html`
    <div role="radiogroup" aria-labelledby=${context.labelledBy}>
      <ol class="kt-options ${areShort(item) ? "is-short" : ""}">
        ${repeat(item.options, ({ id }) => item.ref + id, (option, index) =>
          renderOption(item, option, index, context))}
      </ol>
    </div>
    ${context.value === null || !context.isOpen ? nothing : renderUndo(context)}
  `;
}

/** Four answers of a word or two stand in two columns beside a passage. */
function areShort({ options }: ChoiceItem): boolean {
  return options.length === 4 && options.every(({ body }) => (plainText(body)?.length ?? SHORT_WORDS + 1) <= SHORT_WORDS);
}

/** Shown by position (A, B, C, D), answered by identifier: a shuffled form changes only the letter. */
function renderOption(item: ChoiceItem, option: Option, index: number, context: Context): TemplateResult {
  const chosen = context.value === option.id;
  const struck = !chosen && context.strikes.has(item.ref, option.id);
  const choose = () => {
    context.strikes.set(item.ref, option.id, false);
    context.change(option.id);
  };
  return html`
    <li class="kt-option ${chosen ? "is-chosen" : ""} ${struck ? "is-struck" : ""}">
      <label class="kt-pick">
        <input type="radio" name=${item.ref} .checked=${live(chosen)} ?disabled=${!context.isOpen} @change=${choose} />
        <b class="kt-label">${letter(index)}</b>
        <div class="kt-text">${unsafeHTML(option.body)}</div>
      </label>
      ${renderStrike(item, option.id, letter(index), chosen, context)}
    </li>
  `;
}

function renderUndo(context: Context): TemplateResult {
  return html`<p class="kt-undo">
    <button class="link-button" type="button" @click=${() => context.change(null)}>${t("Bỏ chọn")}</button>
  </p>`;
}
