/** Rows paired with columns: beside each row the columns to choose from, all of them in sight. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ListValue, MatchItem, Piece } from "../contract.ts";
import { t } from "../language.ts";
import { type Limits, join, pairOf, part } from "../pairs.ts";
import { full } from "../picking.ts";
import type { InteractionContext } from "./interaction.ts";
import { letter, plainText } from "./plain-text.ts";

type Context = InteractionContext<ListValue>;

/** Columns whose words are no longer than this are chosen by their words, others by a letter. */
const SHORT_WORDS = 18;
const FEW = 5;

export function renderMatch(item: MatchItem, context: Context): TemplateResult {
  const byWords = isShort(item.columns);
  return html`
    ${byWords ? nothing : renderColumns(item.columns)}
    <ol class="kt-rows ${byWords ? "" : "by-letter"}">
      ${repeat(item.rows, ({ id }) => item.ref + id, (row, index) => renderRow(item, row, index, byWords, context))}
    </ol>
  `;
}

function isShort(columns: readonly Piece[]): boolean {
  return columns.length <= FEW
    && columns.every(({ body }) => (plainText(body)?.length ?? SHORT_WORDS + 1) <= SHORT_WORDS);
}

function renderColumns(columns: readonly Piece[]): TemplateResult {
  return html`<ol class="kt-columns">${columns.map((column, index) => html`<li>
    <b class="kt-label">${letter(index)}</b><div class="kt-text">${unsafeHTML(column.body)}</div></li>`)}</ol>`;
}

function renderRow(item: MatchItem, row: Piece, index: number, byWords: boolean, context: Context): TemplateResult {
  const name = `row-${item.ref}-${row.id}`;
  const isOne = row.most === 1;
  return html`
    <li class="kt-row">
      <div class="kt-say" id=${name}><b class="kt-label">${index + 1}.</b>
        <div class="kt-text">${unsafeHTML(row.body)}</div></div>
      <div class="kt-chips" role=${isOne ? "radiogroup" : "group"} aria-labelledby=${name}>
        ${item.columns.map((column, at) => renderChip(item, row, column, at, byWords, context))}
      </div>
    </li>
  `;
}

function renderChip(
  item: MatchItem, row: Piece, column: Piece, at: number, byWords: boolean, context: Context,
): TemplateResult {
  const pairs = context.value ?? [];
  const chosen = pairs.includes(pairOf(row.id, column.id));
  const words = plainText(column.body) ?? letter(at);
  const choose = (event: Event) => {
    const next = chosen ? part(pairs, row.id, column.id) : join(pairs, row.id, column.id, limitsOf(item));
    if (next !== null) return context.change(next);
    (event.target as HTMLInputElement).checked = chosen;
    context.say(full(item.most));
  };
  // A radio button that is pressed again lets go: a pair can be taken back.
  const clear = () => (chosen && row.most === 1 ? context.change(part(pairs, row.id, column.id)) : undefined);
  return html`<label class="kt-side kt-chip ${chosen ? "is-chosen" : ""}">
    <input type=${row.most === 1 ? "radio" : "checkbox"} name="${item.ref}-${row.id}"
      aria-label=${byWords ? words : `${letter(at)}: ${words}`}
      .checked=${live(chosen)} ?disabled=${!context.isOpen} @change=${choose} @click=${clear} />
    <span aria-hidden="true">${byWords ? words : letter(at)}</span>
  </label>`;
}

function limitsOf(item: MatchItem): Limits {
  const most = (pieces: readonly Piece[]) => (id: string) => pieces.find((one) => one.id === id)?.most ?? 0;
  return { left: most(item.rows), right: most(item.columns), all: item.most };
}
