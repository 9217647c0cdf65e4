/** What Word puts on the clipboard, reduced to what an item may hold: text, lists, tables, formulas. */
import { editableHtml } from "./canonical-html.ts";
import { texOfOfficeMath } from "./office-math.ts";
import { type ClipboardPicture, pictureOfDataUri, picturesOfRtf } from "./rtf-pictures.ts";

export interface Pasted {
  readonly html: string;
  /** Pictures found on the clipboard, by the `pending:…` address that stands for each in the text. */
  readonly pictures: ReadonlyMap<string, ClipboardPicture>;
  /** Pictures the clipboard only names: the author has to add them by hand. */
  readonly lostPictures: number;
}

const JUNK = "style, script, meta, link, title, xml, o\\:p:empty, colgroup";
const OFFICE_MATH = /<!--\[if gte msEquation 12\]>([\s\S]*?)<!\[endif\]-->(?:<!\[if !msEquation\]>[\s\S]*?<!\[endif\]>)?/g;

/** `rtf` is what the clipboard has beside the HTML. */
export function cleanPasted(raw: string, rtf: string): Pasted {
  const holder = document.createElement("template");
  holder.innerHTML = raw.replace(OFFICE_MATH, (_whole, xml: string) => formula(xml)).replace(/<!--[\s\S]*?-->|<!\[[^>]*>/g, "");
  const root = holder.content;
  for (const junk of root.querySelectorAll(JUNK)) junk.remove();
  for (const paragraph of root.querySelectorAll("p")) dropIfBlank(paragraph);
  const { pictures, lost } = takePictures(root, rtf);
  for (const element of root.querySelectorAll("*")) keepMeaning(element);
  return { html: editableHtml(holder.innerHTML), pictures, lostPictures: lost };
}

let pastes = 0;

/** Each picture keeps its place: it stands there under an address of its own until it is stored. */
function takePictures(root: DocumentFragment, rtf: string): { pictures: Map<string, ClipboardPicture>; lost: number } {
  const images = [...root.querySelectorAll("img")].filter((image) => !(image.getAttribute("src") ?? "").startsWith("asset:"));
  const named = images.filter((image) => !(image.getAttribute("src") ?? "").startsWith("data:"));
  const carried = named.length === 0 ? [] : picturesOfRtf(rtf);
  const pictures = new Map<string, ClipboardPicture>();
  for (const image of images) {
    const found = named.includes(image) ? carried[named.indexOf(image)] : pictureOfDataUri(image.getAttribute("src") ?? "");
    if (found === undefined || found === null) {
      image.remove();
      continue;
    }
    pastes += 1;
    const address = `pending:${pastes}`;
    pictures.set(address, found);
    image.setAttribute("src", address);
    for (const name of ["width", "height", "style"]) image.removeAttribute(name);
  }
  return { pictures, lost: images.length - pictures.size };
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
