/** Pictures of the bank: alone as a figure with its caption, or within a line. */
import { Node, type NodeViewRendererProps } from "@tiptap/core";
import type { DOMOutputSpec, Node as DocumentNode } from "@tiptap/pm/model";
import type { NodeView } from "@tiptap/pm/view";
import { inert } from "./inert-markup.ts";
import { t } from "./words.ts";

export const FIGURE = "figure";
export const INLINE_PICTURE = "inlinePicture";
export const WIDEST = 1200;
const NARROWEST = 24;
/** Pasted and not stored yet: shown as waiting, left out of what is saved. */
const PENDING = /^pending:\d+$/;
const ASSET = /^asset:([0-9a-f]{64})$/;

export interface PictureOptions {
  readonly pictureUrl: (sha256: string) => string;
}

export function isPicture(node: DocumentNode): boolean {
  return node.type.name === FIGURE || node.type.name === INLINE_PICTURE;
}

function attributesOf(image: Element | null): { src: string; alt: string; width: string } | false {
  const src = image?.getAttribute("src") ?? "";
  if (image === null || !(ASSET.test(src) || PENDING.test(src))) return false;
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
  private readonly handle = document.createElement("span");
  private readonly pictureUrl: (sha256: string) => string;
  private readonly resize: (width: number) => void;

  constructor(node: DocumentNode, pictureUrl: (sha256: string) => string, resize: (width: number) => void) {
    this.node = node;
    this.pictureUrl = pictureUrl;
    this.resize = resize;
    this.handle.className = "resize";
    this.handle.addEventListener("pointerdown", (event) => this.drag(event));
    const alone = node.type.name === FIGURE;
    this.dom = document.createElement(alone ? "figure" : "span");
    this.dom.className = "picture";
    this.dom.contentEditable = "false";
    this.warning.className = "tag bad";
    this.warning.textContent = t("Thiếu lời mô tả");
    this.dom.append(this.image, this.handle, ...(alone ? [this.caption] : []), this.warning);
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

  /** The corner is dragged; by keyboard the width is typed in the bar below. */
  private drag(event: PointerEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const [from, width] = [event.clientX, this.image.getBoundingClientRect().width];
    const to = (moved: PointerEvent) => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width + moved.clientX - from)));
    this.handle.setPointerCapture(event.pointerId);
    this.handle.onpointermove = (moved) => {
      this.image.style.width = `${to(moved)}px`;
    };
    this.handle.onpointerup = (moved) => {
      this.handle.onpointermove = null;
      this.resize(to(moved));
    };
  }

  private draw(): void {
    const { src, alt, width, caption } = this.node.attrs;
    const sha256 = ASSET.exec(String(src))?.[1];
    this.dom.classList.toggle("is-pending", sha256 === undefined);
    if (sha256 === undefined) this.image.removeAttribute("src");
    else if (this.image.getAttribute("src") !== this.pictureUrl(sha256)) this.image.src = this.pictureUrl(sha256);
    this.image.alt = String(alt);
    this.image.style.width = width === "" ? "" : `${Number(width)}px`;
    this.caption.innerHTML = String(caption ?? "");
    this.caption.hidden = !caption;
    this.warning.hidden = String(alt).trim() !== "";
  }
}

/** Puts the new width where the picture stands. */
function resizer({ editor, getPos }: NodeViewRendererProps): (width: number) => void {
  return (width) => {
    const place = getPos();
    if (place !== undefined) editor.view.dispatch(editor.state.tr.setNodeAttribute(place, "width", String(width)));
  };
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
    return (props) => new PictureView(props.node, pictureUrl, resizer(props));
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
    return (props) => new PictureView(props.node, pictureUrl, resizer(props));
  },
});
