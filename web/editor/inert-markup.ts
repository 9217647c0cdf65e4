/** Markup from a clipboard or a draft, without anything that loads or runs. The server sanitises again. */
const ACTIVE = "script, style, iframe, object, embed, link, meta, form, input, button, svg, video, audio, template, img";
const ACTING = /^(on|href$|xlink:href$|src|style$|action$|formaction$)/i;

export function inert(markup: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  for (const element of holder.content.querySelectorAll(ACTIVE)) element.remove();
  for (const element of holder.content.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (ACTING.test(name)) element.removeAttribute(name);
  }
  return holder.innerHTML;
}
