/**
 * Content as the candidate's screen shows it: with what they marked, and with a button to enlarge
 * each picture and each formula that stands alone. The content itself was cleaned by the server.
 */
import { t } from "./language.ts";

/** From and to, counted in characters of the content's own words (formulas count as nothing). */
export interface Marked {
  from: number;
  to: number;
}

const ALONE = "img, math[display='block']";

export function dressed(body: string, marks: readonly Marked[], withZoom = true): string {
  const template = document.createElement("template");
  template.innerHTML = body;
  for (const { from, to } of marks) mark(template.content, from, to);
  if (withZoom) for (const node of template.content.querySelectorAll(ALONE)) addZoom(node);
  return template.innerHTML;
}

/** The texts that can be marked, in order, each with where it starts. */
export function markable(root: Node): Array<{ node: Text; start: number }> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && (node.localName === "math" || node.matches("button, select"))
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT);
  const found: Array<{ node: Text; start: number }> = [];
  let start = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    found.push({ node, start });
    start += node.length;
  }
  return found;
}

function mark(root: Node, from: number, to: number): void {
  for (const { node, start } of markable(root)) {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, node.length);
    if (first >= last || node.data.slice(first, last).trim() === "") continue;
    const chosen = first > 0 ? node.splitText(first) : node;
    if (last - first < chosen.length) chosen.splitText(last - first);
    const marked = document.createElement("mark");
    chosen.replaceWith(marked);
    marked.append(chosen);
  }
}

function addZoom(node: Element): void {
  const name = node.localName === "img" ? t("Phóng to hình") : t("Phóng to công thức");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kt-zoom";
  button.setAttribute("aria-label", name);
  button.innerHTML =
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5"/>' +
    '<path d="M15.5 15.5L21 21M10.5 7.5v6M7.5 10.5h6"/></svg>';
  const frame = document.createElement("span");
  frame.className = `kt-zoomable is-${node.localName}`;
  node.replaceWith(frame);
  frame.append(node, button);
}
