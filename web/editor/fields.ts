/** Fields to write in, with their label, what they lack, and advice. */
import { type TemplateResult, html, nothing } from "lit";
import type { Desk } from "./desk.ts";
import type { Hint } from "./contract.ts";
import { icon } from "./icons.ts";
import { fieldId } from "./requirements.ts";
import type { FieldOptions } from "./rich-text.ts";
import { t } from "./words.ts";

export interface WrittenField {
  readonly where: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly kind: FieldOptions["kind"];
  readonly value: string;
  readonly write: (value: string) => void;
  readonly tag?: TemplateResult;
  readonly putGap?: FieldOptions["putGap"];
}

export function renderField(desk: Desk, field: WrittenField): TemplateResult {
  const id = fieldId(field.where);
  const options: FieldOptions = {
    id, label: field.label, placeholder: field.placeholder ?? "", kind: field.kind, workbench: desk.workbench,
    ...(field.putGap === undefined ? {} : { putGap: field.putGap }),
  };
  const complaint = desk.complaint(field.where);
  return html`<div class="with-tag">
    <rich-text class="is-${field.kind}" .options=${options} .value=${field.value} .faulty=${complaint !== null}
      @edit=${(event: CustomEvent<string>) => field.write(event.detail)} @leave=${() => desk.touch(field.where)}></rich-text>
    ${field.tag ?? nothing}${renderComplaint(id, complaint)}
  </div>`;
}

/** The tag says that something is missing; a screen reader gets the whole sentence with the field. */
export function renderComplaint(id: string, complaint: string | null): TemplateResult {
  return html`<span id="${id}-note" class="complaint" title=${complaint ?? ""}>${complaint === null
    ? nothing
    : html`<span class="tag bad" aria-hidden="true">${t("Còn thiếu")}</span><span class="sr-only">${complaint}</span>`}</span>`;
}

/** The advice that belongs to this place: what is seen, and why it matters. */
export function renderHints(desk: Desk, where: string): TemplateResult[] {
  return desk.hints.filter((hint) => hint.where === where).map((hint) => renderHint(desk, hint));
}

function renderHint(desk: Desk, hint: Hint): TemplateResult {
  return html`<div class="advice">${icon("bulb")}<span><b>${t("Gợi ý:")}</b> ${hint.what} <span class="because">${hint.why}</span></span>
    <button type="button" class="linklike" aria-label=${t("Bỏ qua gợi ý: {what}", { what: hint.what })} @click=${() => desk.dismiss(hint)}>${t("Bỏ qua")}</button></div>`;
}

/** Up and down: for those who do not drag, and for the keyboard. */
export function moveButtons(n: number, count: number, move: (step: number) => void): TemplateResult {
  const button = (name: "up" | "down", words: string, step: number, isAtEnd: boolean) => html`<button type="button" class="icon-button"
    title=${words} aria-label=${words} aria-disabled=${String(isAtEnd)} @click=${() => (isAtEnd ? undefined : move(step))}>${icon(name)}</button>`;
  return html`${button("up", t("Đưa mục {n} lên", { n }), -1, n === 1)}${button("down", t("Đưa mục {n} xuống", { n }), 1, n === count)}`;
}

export function removeButton(label: string, remove: () => void): TemplateResult {
  return html`<button type="button" class="icon-button remove" title=${label} aria-label=${label} @click=${remove}>${icon("remove")}</button>`;
}

export function addButton(label: string, add: () => void): TemplateResult {
  return html`<button type="button" class="button small" @click=${add}>${icon("plus")}${label}</button>`;
}
