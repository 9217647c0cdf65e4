/** Several options of several: boxes to tick, drawn like the single choice. */
import { type TemplateResult, html } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ListValue, MultipleItem, Option } from "../contract.ts";
import { full, instruction, toggle } from "../picking.ts";
import { letter } from "./plain-text.ts";
import type { InteractionContext } from "./interaction.ts";
import { renderStrike } from "./strike.ts";

type Context = InteractionContext<ListValue>;

export function renderMultiple(item: MultipleItem, context: Context): TemplateResult {
  return html`
    <p class="kt-how" id="how-${item.ref}">${instruction(item, item.options.length)}</p>
    <div role=${item.most === 1 ? "radiogroup" : "group"} aria-labelledby=${context.labelledBy} aria-describedby="how-${item.ref}">
      <ol class="kt-options">
        ${repeat(item.options, ({ id }) => item.ref + id, (option, index) =>
          renderOption(item, option, index, context))}
      </ol>
    </div>
  `;
}

function renderOption(item: MultipleItem, option: Option, index: number, context: Context): TemplateResult {
  const picked = context.value ?? [];
  const isOne = item.most === 1;
  const chosen = picked.includes(option.id);
  const struck = !chosen && context.strikes.has(item.ref, option.id);
  const choose = (event: Event) => {
    const next = toggle(picked, option.id, item);
    if (next === null) {
      (event.target as HTMLInputElement).checked = chosen;
      return context.say(full(item.most));
    }
    context.strikes.set(item.ref, option.id, false);
    context.change(next);
  };
  // A radio button that is pressed again lets go: an answer can be taken back.
  const clear = () => (chosen && isOne ? context.change([]) : undefined);
  return html`
    <li class="kt-option ${chosen ? "is-chosen" : ""} ${struck ? "is-struck" : ""}">
      <label class="kt-pick ${isOne ? "" : "is-many"}">
        <input type=${isOne ? "radio" : "checkbox"} name=${item.ref} @click=${clear} .checked=${live(chosen)} ?disabled=${!context.isOpen} @change=${choose} />
        <b class="kt-label">${letter(index)}</b>
        <div class="kt-text">${unsafeHTML(option.body)}</div>
      </label>
      ${renderStrike(item, option.id, letter(index), chosen, context)}
    </li>
  `;
}
