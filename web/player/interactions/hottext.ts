/** Words of a text to be picked, each a button in the running text. */
import { type TemplateResult, html } from "lit";
import type { HottextItem, ListValue } from "../contract.ts";
import { full, instruction, toggle } from "../picking.ts";
import { inlineControls } from "./inline.ts";
import type { InteractionContext } from "./interaction.ts";

type Context = InteractionContext<ListValue>;

export function renderHottext(item: HottextItem, context: Context): TemplateResult {
  const word = (id: string, inner: string) => {
    const picked = context.value ?? [];
    const press = () => {
      const next = toggle(picked, id, item);
      if (next === null) context.say(full(item.most));
      else context.change(next);
    };
    return html`<button class="kt-word" type="button" ?disabled=${!context.isOpen}
      aria-pressed=${picked.includes(id) ? "true" : "false"} @click=${press}>${inner}</button>`;
  };
  return html`
    <p class="kt-how" id="how-${item.ref}">${instruction(item, item.words.length)}</p>
    <div class="kt-inline" role="group" aria-labelledby=${context.labelledBy} aria-describedby="how-${item.ref}"
      ${inlineControls(item.text, word)}></div>
  `;
}
