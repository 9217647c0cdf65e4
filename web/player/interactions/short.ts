/** A short numeric response, typed or pressed on keys on the screen, no longer than the answer sheet's boxes. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { admit, charactersOf } from "../charset.ts";
import type { ShortItem, ShortValue } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";

type Context = InteractionContext<ShortValue>;

/** Beyond this many characters keys on the screen are no help. */
const MOST_KEYS = 16;
const SHOWN: Record<string, string> = { "-": "−" };

export function renderShort(item: ShortItem, context: Context): TemplateResult {
  const text = context.value ?? "";
  const keys = charactersOf(item.charset);
  return html`
    <div class="kt-short">
      <label class="kt-short-label" for="short-${item.ref}">${t("Câu trả lời của bạn")}</label>
      <p class="kt-short-hint" id="hint-${item.ref}">${hintOf(item)}</p>
      <div class="kt-short-line">
        <input class="kt-short-field" id="short-${item.ref}" type="text" inputmode="decimal"
          autocomplete="off" spellcheck="false" aria-describedby="hint-${item.ref} count-${item.ref}"
          .value=${live(text)} ?disabled=${!context.isOpen}
          @input=${(event: Event) => typed(event, item, context)} />
        <span class="kt-short-count" id="count-${item.ref}">${t("{given}/{of} kí tự", { given: text.length, of: item.max_chars })}</span>
      </div>
      ${keys.length <= MOST_KEYS && context.isOpen ? renderKeys(item, keys, text, context) : nothing}
    </div>
  `;
}

function hintOf(item: ShortItem): string {
  if (item.hint !== "") return item.hint;
  return t("Tối đa {n} kí tự, gồm chữ số, dấu phẩy và dấu trừ. Ví dụ: 3,5 hoặc -12", { n: item.max_chars });
}

function typed(event: Event, item: ShortItem, context: Context): void {
  const field = event.target as HTMLInputElement;
  const text = admit(field.value, item.charset, item.max_chars);
  field.value = text;
  if (text !== (context.value ?? "")) context.change(text);
}

function spoken(key: string): string {
  const names: Record<string, string> = { ",": t("dấu phẩy"), "-": t("dấu trừ"), ".": t("dấu chấm"), "/": t("dấu gạch chéo") };
  return names[key] ?? key;
}

function renderKeys(item: ShortItem, keys: string[], text: string, context: Context): TemplateResult {
  const isFull = text.length >= item.max_chars;
  return html`<div class="kt-keys" role="group" aria-label=${t("Bàn phím trên màn hình, câu {n}", { n: item.number })}>
    ${keys.map((key) => html`<button class="kt-key" type="button" ?disabled=${isFull}
      aria-label=${spoken(key)} @click=${() => context.change(text + key)}>${SHOWN[key] ?? key}</button>`)}
    <button class="kt-key kt-key-wide" type="button" ?disabled=${text === ""}
      @click=${() => context.change(text.slice(0, -1))}>${icon("erase")}${t("Xoá")}</button>
  </div>`;
}
