/** Statements, each true or false. The two buttons stand in one column so that a gap is seen at once. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ClusterItem, ClusterValue, Option } from "../contract.ts";
import { icon } from "../icons.ts";
import { t } from "../language.ts";
import type { InteractionContext } from "./interaction.ts";

type Context = InteractionContext<ClusterValue>;

export function renderCluster(item: ClusterItem, context: Context): TemplateResult {
  return html`
    <ol class="kt-statements">
      ${repeat(item.statements, ({ id }) => item.ref + id, (statement) =>
        renderStatement(item, statement, context))}
    </ol>
    ${context.isOpen && Object.keys(context.value ?? {}).length > 0 ? renderUndo(context) : nothing}
  `;
}

function renderStatement(item: ClusterItem, statement: Option, context: Context): TemplateResult {
  const chosen = context.value?.[statement.id];
  const name = `${item.ref}-${statement.id}`;
  return html`
    <li class="kt-statement">
      <div class="kt-say" id="say-${name}">
        <b class="kt-label">${statement.id})</b>
        <div class="kt-text">${unsafeHTML(statement.body)}</div>
        ${chosen === undefined ? html`<span class="kt-none">${icon("empty")}${t("Chưa chọn")}</span>` : nothing}
      </div>
      <div class="kt-tf" role="radiogroup" aria-labelledby="say-${name}">
        ${renderSide(name, t("Đúng"), chosen === true, context, () => choose(statement.id, true, context))}
        ${renderSide(name, t("Sai"), chosen === false, context, () => choose(statement.id, false, context))}
      </div>
    </li>
  `;
}

function renderSide(
  name: string, word: string, chosen: boolean, context: Context, pick: () => void,
): TemplateResult {
  return html`<label class="kt-side ${chosen ? "is-chosen" : ""}">
    <input type="radio" name=${name} .checked=${live(chosen)} ?disabled=${!context.isOpen} @change=${pick} />${word}
  </label>`;
}

function choose(statement: string, isTrue: boolean, context: Context): void {
  context.change({ ...context.value, [statement]: isTrue });
}

function renderUndo(context: Context): TemplateResult {
  return html`<p class="kt-undo">
    <button class="link-button" type="button" @click=${() => context.change({})}>${t("Bỏ chọn các ý")}</button>
  </p>`;
}
