/** The document's HTML in the form the bank stores: no classes, no styles, no idle attributes. */

const IDLE = /^(style|class|colwidth|data-colwidth)$/;

export function canonicalHtml(html: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const root = holder.content;
  for (const element of root.querySelectorAll("*")) dropIdleAttributes(element);
  for (const columns of root.querySelectorAll("colgroup")) columns.remove();
  for (const cell of root.querySelectorAll("li, td, th")) unwrapOnlyParagraph(cell);
  for (const table of root.querySelectorAll("table")) raiseHead(table);
  dropEmptyEnd(root);
  return holder.innerHTML;
}

function dropIdleAttributes(element: Element): void {
  if (element.closest("math") !== null) return;
  for (const { name, value } of [...element.attributes]) {
    const idle = IDLE.test(name) || (/^(col|row)span$/.test(name) && value === "1") || (name === "start" && value === "1");
    if (idle) element.removeAttribute(name);
  }
}

function unwrapOnlyParagraph(cell: Element): void {
  const only = cell.children.length === 1 ? cell.firstElementChild : null;
  if (only?.tagName === "P" && cell.childNodes.length === 1) only.replaceWith(...only.childNodes);
}

/** Rows of headings at the top become the table's head, which screen readers announce. */
function raiseHead(table: Element): void {
  const body = table.querySelector("tbody");
  const rows = body === null ? [] : [...body.children];
  const below = rows.findIndex((row) => [...row.children].some((cell) => cell.tagName !== "TH"));
  const heads = rows.slice(0, below === -1 ? 0 : below);
  if (heads.length === 0 || body === null) return;
  const head = document.createElement("thead");
  for (const cell of heads.flatMap((row) => [...row.children])) cell.setAttribute("scope", "col");
  head.append(...heads);
  body.before(head);
}

/** The editor keeps an empty line below a formula or a picture to write on; nobody else needs it. */
function dropEmptyEnd(root: DocumentFragment): void {
  for (let last = root.lastElementChild; last?.tagName === "P" && last.childNodes.length === 0; last = root.lastElementChild) {
    last.remove();
  }
}
