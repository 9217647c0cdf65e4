/** One option of several. Options keep their own identifiers whatever order they stand in. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ChoiceItem, ChoiceValue, Option } from "../contract.ts";
import type { InteractionContext } from "./interaction.ts";

type Context = InteractionContext<NonNullable<ChoiceValue>>;

export function renderChoice(item: ChoiceItem, context: Context): TemplateResult {
  return html`
    <div role="radiogroup" aria-labelledby=${context.labelledBy}>
      <ol class="kt-options">
        ${repeat(item.options, ({ id }) => item.ref + id, (option, index) =>
          renderOption(item, option, index, context))}
      </ol>
    </div>
    ${context.value === null || !context.isOpen ? nothing : renderUndo(context)}
  `;
}

/** Shown by position (A, B, C, D), answered by identifier: a shuffled form changes only the letter. */
function renderOption(item: ChoiceItem, option: Option, index: number, context: Context): TemplateResult {
  const letter = String.fromCharCode(65 + index);
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
        <b class="kt-label">${letter}</b>
        <div class="kt-text">${unsafeHTML(option.body)}</div>
      </label>
      ${renderStrike(item, option, letter, struck, context)}
    </li>
  `;
}

function renderStrike(
  item: ChoiceItem, option: Option, letter: string, struck: boolean, context: Context,
): TemplateResult {
  const toggle = () => {
    context.strikes.set(item.ref, option.id, !struck);
    context.redraw();
  };
  return html`
    <button class="kt-strike" type="button" aria-pressed=${struck ? "true" : "false"}
      aria-label="Gạch bỏ phương án ${letter}, câu ${item.number}"
      ?disabled=${!context.isOpen || context.value === option.id} @click=${toggle}>
      ${struck ? "Bỏ gạch" : "Gạch"}
    </button>
  `;
}

function renderUndo(context: Context): TemplateResult {
  return html`<p class="kt-undo">
    <button class="link-button" type="button" @click=${() => context.change(null)}>Bỏ chọn</button>
  </p>`;
}
