/** From what is selected on the page to a stretch of one text, and the button that marks it. */
import { type TemplateResult, html, nothing } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { dressed, markable, type Marked } from "./content.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import type { Screen } from "./screen.ts";
import { selectSentence } from "./sentences.ts";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** What stands in an element with `data-text=${key}`: a text that can be marked. */
export function textOf(key: string, body: string, screen: Screen): unknown {
  return unsafeHTML(dressed(body, screen.marks.of(key)));
}

export interface Selected {
  text: string;
  stretch: Marked;
}

/** The part of the selection that lies in one text that can be marked. */
export function selectedStretch(selection: Selection | null): Selected | null {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const holder = elementOf(range.commonAncestorContainer)?.closest<HTMLElement>("[data-text]");
  if (!holder) return null;
  const inside = markable(holder).filter(({ node }) => range.intersectsNode(node));
  const first = inside[0];
  const last = inside.at(-1);
  if (first === undefined || last === undefined) return null;
  const from = first.start + (range.startContainer === first.node ? range.startOffset : 0);
  const to = last.start + (range.endContainer === last.node ? range.endOffset : last.node.length);
  return from < to ? { text: holder.dataset["text"] ?? "", stretch: { from, to } } : null;
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement;
}

/** The button appears where there is something to mark with; it never takes the selection away. */
export function renderMarker(screen: Screen, keys: readonly string[]): TemplateResult | typeof nothing {
  const has = keys.some((key) => screen.marks.of(key).length > 0);
  const press = () => {
    const selected = selectedStretch(document.getSelection());
    if (selected === null) return screen.say(t("Bôi đen đoạn chữ, hoặc bấm phím mũi tên để chọn từng câu, rồi bấm Tô sáng."));
    screen.marks.toggle(selected.text, selected.stretch);
    document.getSelection()?.removeAllRanges();
    screen.redraw();
  };
  const choose = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const holders = keys.flatMap((key) => [...document.querySelectorAll<HTMLElement>(`[data-text="${CSS.escape(key)}"]`)]);
    const chosen = selectSentence(holders, screen.sentence + step);
    if (chosen === null) return;
    screen.sentence = chosen.at;
    screen.say(chosen.words, false);
  };
  const clear = () => {
    for (const key of keys) screen.marks.forget(key);
    screen.redraw();
  };
  return html`<div class="marker">
    <button class="button" type="button" @keydown=${choose}
      @mousedown=${(event: Event) => event.preventDefault()} @click=${press}>
      ${icon("pen")}<span>${t("Tô sáng")}</span></button>
    ${has ? html`<button class="link-button" type="button" @click=${clear}>${t("Xoá tô sáng")}</button>` : nothing}
  </div>`;
}
