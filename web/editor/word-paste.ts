/** What Word puts on the clipboard, reduced to what an item may hold: text, lists, tables, formulas. */
import { editableHtml } from "./canonical-html.ts";
import { texOfOfficeMath } from "./office-math.ts";

export interface Pasted {
  readonly html: string;
  /** Pictures the clipboard only names: the author has to add them by hand. */
  readonly lostPictures: number;
}

const JUNK = "style, script, meta, link, title, xml, o\\:p:empty, colgroup";
const OFFICE_MATH = /<!--\[if gte msEquation 12\]>([\s\S]*?)<!\[endif\]-->(?:<!\[if !msEquation\]>[\s\S]*?<!\[endif\]>)?/g;

export function cleanPasted(raw: string): Pasted {
  const holder = document.createElement("template");
  holder.innerHTML = raw.replace(OFFICE_MATH, (_whole, xml: string) => formula(xml)).replace(/<!--[\s\S]*?-->|<!\[[^>]*>/g, "");
  const root = holder.content;
  for (const junk of root.querySelectorAll(JUNK)) junk.remove();
  for (const paragraph of root.querySelectorAll("p")) dropIfBlank(paragraph);
  const lost = [...root.querySelectorAll("img")].filter((image) => !(image.getAttribute("src") ?? "").startsWith("asset:"));
  for (const image of lost) image.remove();
  for (const element of root.querySelectorAll("*")) keepMeaning(element);
  return { html: editableHtml(holder.innerHTML), lostPictures: lost.length };
}

function formula(xml: string): string {
  const tex = texOfOfficeMath(xml);
  if (tex === "") return "";
  const span = document.createElement("span");
  span.setAttribute("data-tex", tex);
  return span.outerHTML;
}

function dropIfBlank(paragraph: Element): void {
  const blank = (paragraph.textContent ?? "").replaceAll("\u00a0", " ").trim() === "";
  if (blank && paragraph.querySelector("img, [data-tex], math") === null) paragraph.remove();
}

/** Bold, italic and underline written as styles become elements; every other style goes. */
function keepMeaning(element: Element): void {
  const style = (element as HTMLElement).style;
  if (style === undefined) return;
  const meant = [
    [/^(bold|[6-9]00)$/.test(style.fontWeight), "strong"],
    [style.fontStyle === "italic", "em"],
    [style.textDecoration.includes("underline") || style.textDecorationLine === "underline", "u"],
    [style.verticalAlign === "super", "sup"],
    [style.verticalAlign === "sub", "sub"],
  ] as const;
  if (element.tagName === "SPAN") for (const [is, tag] of meant) if (is) wrapInside(element, tag);
  element.removeAttribute("style");
  element.removeAttribute("class");
}

function wrapInside(element: Element, tag: string): void {
  const inner = document.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}
