/** Crossing out an option for oneself: no response, it never leaves the machine. */
import { type TemplateResult, html } from "lit";
import type { Item, Value } from "../contract.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";

export function renderStrike<V extends Value>(
  item: Item, option: string, label: string, chosen: boolean, context: InteractionContext<V>,
): TemplateResult {
  const struck = !chosen && context.strikes.has(item.ref, option);
  const toggle = () => {
    context.strikes.set(item.ref, option, !struck);
    context.redraw();
  };
  return html`
    <button class="kt-strike" type="button" aria-pressed=${struck ? "true" : "false"}
      aria-label=${t("Gạch bỏ phương án {label}, câu {n}", { label, n: item.number })}
      ?disabled=${!context.isOpen || chosen} @click=${toggle}>
      ${struck ? t("Bỏ gạch") : t("Gạch")}
    </button>
  `;
}
