/** Content between its stored form (no classes, no styles, no idle attributes) and the editor's. */

const IDLE = /^(style|class|colwidth|data-colwidth)$/;

/** What the editor has no place for is put where it has one: a table's caption before the table. */
export function editableHtml(html: string): string {
  if (!html.includes("<caption")) return html;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const caption of holder.content.querySelectorAll("caption")) {
    const paragraph = document.createElement("p");
    paragraph.append(...caption.childNodes);
    caption.closest("table")?.before(paragraph);
    caption.remove();
  }
  return holder.innerHTML;
}

export function canonicalHtml(html: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const root = holder.content;
  for (const waiting of root.querySelectorAll('img[src^="pending:"]')) (waiting.closest("figure") ?? waiting).remove();
  for (const element of root.querySelectorAll("*")) dropIdleAttributes(element);
  for (const columns of root.querySelectorAll("colgroup")) columns.remove();
  for (const cell of root.querySelectorAll("li, td, th")) unwrapOnlyParagraph(cell);
  for (const table of root.querySelectorAll("table")) raiseHead(table);
  for (const head of root.querySelectorAll("th")) head.setAttribute("scope", head.closest("thead") === null ? "row" : "col");
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
  head.append(...heads);
  body.before(head);
}

/** The editor keeps an empty line below a formula or a picture to write on; nobody else needs it. */
function dropEmptyEnd(root: DocumentFragment): void {
  for (let last = root.lastElementChild; last?.tagName === "P" && last.childNodes.length === 0; last = root.lastElementChild) {
    last.remove();
  }
}
