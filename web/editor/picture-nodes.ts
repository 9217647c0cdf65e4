/** Pictures of the bank: alone as a figure with its caption, or within a line. */
import { Node } from "@tiptap/core";
import type { DOMOutputSpec, Node as DocumentNode } from "@tiptap/pm/model";
import type { NodeView } from "@tiptap/pm/view";
import { inert } from "./inert-markup.ts";
import { t } from "./words.ts";

export const FIGURE = "figure";
export const INLINE_PICTURE = "inlinePicture";
const ASSET = /^asset:([0-9a-f]{64})$/;

export interface PictureOptions {
  readonly pictureUrl: (sha256: string) => string;
}

export function isPicture(node: DocumentNode): boolean {
  return node.type.name === FIGURE || node.type.name === INLINE_PICTURE;
}

function attributesOf(image: Element | null): { src: string; alt: string; width: string } | false {
  const src = image?.getAttribute("src") ?? "";
  if (image === null || !ASSET.test(src)) return false;
  return { src, alt: image.getAttribute("alt") ?? "", width: image.getAttribute("width") ?? "" };
}

function imageOf(node: DocumentNode): HTMLImageElement {
  const image = document.createElement("img");
  // Set as an attribute of a template's document: the address is not one a browser can load.
  image.setAttribute("src", String(node.attrs.src));
  image.setAttribute("alt", String(node.attrs.alt));
  if (node.attrs.width !== "") image.setAttribute("width", String(node.attrs.width));
  return image;
}

class PictureView implements NodeView {
  readonly dom: HTMLElement;
  private node: DocumentNode;
  private readonly image = document.createElement("img");
  private readonly caption = document.createElement("figcaption");
  private readonly warning = document.createElement("span");
  private readonly pictureUrl: (sha256: string) => string;

  constructor(node: DocumentNode, pictureUrl: (sha256: string) => string) {
    this.node = node;
    this.pictureUrl = pictureUrl;
    const alone = node.type.name === FIGURE;
    this.dom = document.createElement(alone ? "figure" : "span");
    this.dom.className = "picture";
    this.dom.contentEditable = "false";
    this.warning.className = "tag bad";
    this.warning.textContent = t("Thiếu lời mô tả");
    this.dom.append(this.image, ...(alone ? [this.caption] : []), this.warning);
    this.draw();
  }

  update(node: DocumentNode): boolean {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.draw();
    return true;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private draw(): void {
    const { src, alt, width, caption } = this.node.attrs;
    const url = this.pictureUrl(ASSET.exec(String(src))?.[1] ?? "");
    if (this.image.getAttribute("src") !== url) this.image.src = url;
    this.image.alt = String(alt);
    this.image.style.width = width === "" ? "" : `${Number(width)}px`;
    this.caption.innerHTML = String(caption ?? "");
    this.caption.hidden = !caption;
    this.warning.hidden = String(alt).trim() !== "";
  }
}

const shared = { src: { default: "" }, alt: { default: "" }, width: { default: "" } };

export const Figure = Node.create<PictureOptions>({
  name: FIGURE,
  group: "block",
  atom: true,
  draggable: true,
  addOptions: () => ({ pictureUrl: (sha256: string) => sha256 }),
  addAttributes: () => ({ ...shared, caption: { default: "" } }),
  parseHTML: () => [
    {
      tag: "figure",
      getAttrs: (element) => {
        const found = attributesOf(element.querySelector("img"));
        if (found === false) return false;
        return { ...found, caption: inert(element.querySelector("figcaption")?.innerHTML ?? "") };
      },
    },
  ],
  renderHTML({ node }): DOMOutputSpec {
    const figure = document.createElement("figure");
    figure.append(imageOf(node));
    if (node.attrs.caption !== "") {
      const caption = document.createElement("figcaption");
      caption.innerHTML = String(node.attrs.caption);
      figure.append(caption);
    }
    return { dom: figure };
  },
  addNodeView() {
    const { pictureUrl } = this.options;
    return ({ node }) => new PictureView(node, pictureUrl);
  },
});

export const InlinePicture = Node.create<PictureOptions>({
  name: INLINE_PICTURE,
  group: "inline",
  inline: true,
  atom: true,
  addOptions: () => ({ pictureUrl: (sha256: string) => sha256 }),
  addAttributes: () => shared,
  parseHTML: () => [{ tag: "img", getAttrs: (element) => attributesOf(element) }],
  renderHTML: ({ node }) => ({ dom: imageOf(node) }),
  addNodeView() {
    const { pictureUrl } = this.options;
    return ({ node }) => new PictureView(node, pictureUrl);
  },
});
