/** A number on a line. Where the handle stands at first is no answer until it is moved or accepted. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { SliderAsked } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";

export function renderSlider({ lower, upper, step }: SliderAsked, context: InteractionContext<string>): TemplateResult {
  const shown = context.value ?? String(lower);
  const put = (event: Event) => context.change((event.target as HTMLInputElement).value);
  return html`<div class="kt-slider">
      <span aria-hidden="true">${spoken(lower)}</span>
      <input type="range" min=${lower} max=${upper} step=${step} .value=${live(shown)}
        aria-labelledby=${context.labelledBy} aria-valuetext=${context.value === null ? t("Chưa chọn") : spoken(shown)}
        ?disabled=${!context.isOpen} @input=${put} />
      <span aria-hidden="true">${spoken(upper)}</span>
      <output>${context.value === null ? nothing : spoken(shown)}</output>
    </div>
    ${context.value === null ? renderAccept(shown, context) : nothing}`;
}

function renderAccept(shown: string, context: InteractionContext<string>): TemplateResult {
  return html`<p class="kt-undo"><span class="kt-none">${icon("empty")}${t("Chưa chọn")}</span>
    <button class="link-button" type="button" ?disabled=${!context.isOpen}
      @click=${() => context.change(shown)}>${t("Chọn {number}", { number: spoken(shown) })}</button></p>`;
}

function spoken(number: number | string): string {
  return String(number).replace(".", ",");
}
