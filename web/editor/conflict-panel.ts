/** Two people wrote the same draft: both are shown, one is chosen, nothing is lost unasked. */
import { type TemplateResult, html } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ItemContent, Theirs } from "./contract.ts";
import { differences } from "./differences.ts";
import { piecesOf } from "./note-text.ts";
import { plainText } from "./plain-text.ts";
import { drawTex } from "./tex.ts";
import { t, timeOfDay } from "./words.ts";

export interface ConflictChoices {
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
}

export function renderConflict(mine: ItemContent, theirs: Theirs, choices: ConflictChoices): TemplateResult {
  const { name } = theirs;
  return html`<section class="note bad conflict" role="alert" aria-labelledby="h-conflict">
    <h2 id="h-conflict">${t("Hai người cùng sửa câu này")}</h2>
    <p>${t("{name} đã lưu lúc {time}, sau khi bạn mở câu hỏi. Phần bạn viết vẫn còn trên máy này; chưa có gì bị ghi đè.", { name, time: timeOfDay(theirs.saved_at) })}</p>
    ${theirs.content === undefined ? html`` : renderTable(mine, theirs.content, name)}
    <div class="button-row">
      <button type="button" class="button" @click=${choices.keepMine}>${t("Giữ bản của tôi, ghi đè bản kia")}</button>
      <button type="button" class="button" @click=${choices.takeTheirs}>${t("Bỏ phần tôi viết, mở bản của {name}", { name })}</button>
    </div>
  </section>`;
}

function renderTable(mine: ItemContent, theirs: ItemContent, name: string): TemplateResult {
  const found = differences(mine, theirs, plainText);
  if (found.length === 0) return html`<p>${t("Hai bản có nội dung như nhau.")}</p>`;
  return html`<div class="scroll-x" role="region" tabindex="0" aria-label=${t("Chỗ khác nhau giữa hai bản")}>
    <table class="table"><thead><tr><th scope="col">${t("Mục")}</th><th scope="col">${t("Bản của bạn")}</th><th scope="col">${t("Bản của {name}", { name })}</th></tr></thead>
    <tbody>${found.map((row) => html`<tr><th scope="row">${row.label}</th><td>${renderNote(row.mine)}</td><td>${renderNote(row.theirs)}</td></tr>`)}</tbody></table></div>`;
}

function renderNote(note: string): unknown {
  if (note === "") return html`<span class="meta">${t("(trống)")}</span>`;
  return piecesOf(note).map((piece) => {
    if (piece.kind === "text") return piece.text;
    const drawn = drawTex(piece.tex, false);
    return "mathml" in drawn ? unsafeHTML(drawn.mathml) : `$${piece.tex}$`;
  });
}
