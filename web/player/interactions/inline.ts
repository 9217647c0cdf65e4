/**
 * Controls inside running text. The content marks their places with `data-gap`; the text itself is
 * put into the page once, so that typing in one place redraws nothing around it.
 */
import { type TemplateResult, noChange, render } from "lit";
import { type ElementPart, Directive, PartType, type PartInfo, directive } from "lit/directive.js";

/** Draws the control of one place; `inner` is what the content has there. */
export type Control = (id: string, inner: string) => TemplateResult;

class InlineControls extends Directive {
  private body: string | null = null;
  private places: Array<{ span: HTMLElement; id: string; inner: string }> = [];

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("inlineControls stands on an element");
  }

  override render(_body: string, _control: Control): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [body, control]: [string, Control]): unknown {
    if (body !== this.body) this.put(element as HTMLElement, body);
    for (const { span, id, inner } of this.places) render(control(id, inner), span);
    return noChange;
  }

  private put(element: HTMLElement, body: string): void {
    this.body = body;
    element.innerHTML = body;
    for (const alone of element.querySelectorAll("p:has(> [data-gap]:only-child)")) {
      if (alone.textContent?.trim() === "") alone.replaceWith(blockOf(alone));
    }
    this.places = [...element.querySelectorAll<HTMLElement>("[data-gap]")].map((span) => {
      const inner = span.textContent ?? "";
      span.replaceChildren();
      return { span, id: span.dataset["gap"] ?? "", inner };
    });
  }
}

/** A place that is a paragraph of its own may hold more than words, which a paragraph may not. */
function blockOf(paragraph: Element): HTMLElement {
  const block = document.createElement("div");
  const place = document.createElement("div");
  place.dataset["gap"] = paragraph.querySelector<HTMLElement>("[data-gap]")?.dataset["gap"] ?? "";
  block.append(place);
  return block;
}

export const inlineControls = directive(InlineControls);
