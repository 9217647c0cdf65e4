/** Content as bare words, for hints and comparing two drafts; and its beginning, as a title. */
import { drawTex } from "./tex.ts";

const BLOCK_END = /<\/(p|li|td|th|div|figure)>|<br>/g;

/** Formulas as their TeX between dollars. */
export function plainText(html: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = html.replace(BLOCK_END, " $&");
  for (const formula of holder.content.querySelectorAll("[data-tex]")) formula.textContent = `$${formula.getAttribute("data-tex") ?? ""}$`;
  for (const gap of holder.content.querySelectorAll("[data-gap]")) gap.textContent = "___";
  for (const image of holder.content.querySelectorAll("img")) image.replaceWith(`[${image.getAttribute("alt") ?? ""}]`);
  return (holder.content.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** The beginning of a content, formulas drawn, cut between two words. */
export function beginning(html: string, longest: number): DocumentFragment {
  const holder = document.createElement("template");
  holder.innerHTML = html.replace(BLOCK_END, " $&");
  const title = document.createDocumentFragment();
  const walk = document.createTreeWalker(holder.content, NodeFilter.SHOW_ALL);
  let length = 0;
  for (let node = walk.nextNode(); node !== null && length < longest; node = walk.nextNode()) {
    const isGap = node instanceof HTMLElement && node.hasAttribute("data-gap");
    if (isGap) title.append("___");
    const tex = node instanceof HTMLElement ? node.getAttribute("data-tex") : null;
    if (tex === null && node.nodeType !== Node.TEXT_NODE) continue;
    const piece = tex === null ? cut(node.textContent ?? "", longest - length) : drawn(tex);
    length += tex === null ? (node.textContent ?? "").length : tex.length;
    title.append(piece);
  }
  if (length >= longest) title.append("…");
  return title;
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = text.lastIndexOf(" ", longest);
  return text.slice(0, end === -1 ? longest : end);
}

function drawn(tex: string): Node {
  const found = drawTex(tex, false);
  const holder = document.createElement("template");
  holder.innerHTML = "mathml" in found ? found.mathml : "";
  return holder.content;
}

/** Plain words as content: nothing in them is markup. */
export function escaped(text: string): string {
  const holder = document.createElement("i");
  holder.textContent = text;
  return holder.innerHTML;
}
