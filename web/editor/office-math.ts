/** Word's own formula language (OMML) into TeX, for formulas that come by the clipboard. */

type Writer = (element: Element) => string;

const SIGNS: Readonly<Record<string, string>> = {
  "∫": "\\int", "∬": "\\iint", "∑": "\\sum", "∏": "\\prod", "⋃": "\\bigcup", "⋂": "\\bigcap",
};
const CHARACTERS: Readonly<Record<string, string>> = {
  "≤": "\\le ", "≥": "\\ge ", "≠": "\\ne ", "≈": "\\approx ", "±": "\\pm ", "×": "\\times ", "÷": "\\div ", "⋅": "\\cdot ",
  "∙": "\\cdot ", "→": "\\to ", "⇒": "\\Rightarrow ", "⇔": "\\Leftrightarrow ", "∞": "\\infty ", "∈": "\\in ", "∉": "\\notin ",
  "⊂": "\\subset ", "∪": "\\cup ", "∩": "\\cap ", "∅": "\\varnothing ", "∀": "\\forall ", "∃": "\\exists ", "⊥": "\\perp ",
  "∥": "\\parallel ", "∠": "\\angle ", "°": "^{\\circ}", "′": "'", "−": "-", "π": "\\pi ", "α": "\\alpha ", "β": "\\beta ",
  "γ": "\\gamma ", "δ": "\\delta ", "Δ": "\\Delta ", "ε": "\\varepsilon ", "θ": "\\theta ", "λ": "\\lambda ", "μ": "\\mu ",
  "ρ": "\\rho ", "σ": "\\sigma ", "φ": "\\varphi ", "ω": "\\omega ", "Ω": "\\Omega ", "ℝ": "\\mathbb{R}", "ℕ": "\\mathbb{N}",
  "ℤ": "\\mathbb{Z}", "{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "&": "\\&", "_": "\\_", "\u2061": "", "\u200b": "",
};
const ACCENTS: Readonly<Record<string, string>> = {
  "\u20d7": "\\overrightarrow", "→": "\\overrightarrow", "\u0302": "\\widehat", "\u0305": "\\overline", "¯": "\\overline", "\u0303": "\\widetilde", "\u0307": "\\dot",
};
// In HTML an element that closes itself stays open and would swallow what follows it.
const SELF_CLOSED = /<(m:\w+)([^<>]*)\/>/g;
const FUNCTIONS = /^(sin|cos|tan|cot|ln|log|lim|max|min|exp|det)$/;

export function texOfOfficeMath(xml: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = xml.replace(SELF_CLOSED, "<$1$2></$1>");
  return inside(holder.content).replace(/\s+/g, " ").trim();
}

/** Prefixes depend on the document that was copied; the local name is what counts. */
function nameOf(element: Element): string {
  return element.tagName.toLowerCase().replace(/^.*:/, "");
}

function child(element: Element, name: string): Element | null {
  return [...element.children].find((found) => nameOf(found) === name) ?? null;
}

function part(element: Element, name: string): string {
  const found = child(element, name);
  return found === null ? "" : inside(found);
}

function property(element: Element, name: string): string | null {
  const found = [...element.querySelectorAll("*")].find((inner) => nameOf(inner) === name);
  if (found === undefined) return null;
  return [...found.attributes].find((attribute) => attribute.name.replace(/^.*:/, "") === "val")?.value ?? "";
}

function inside(parent: ParentNode): string {
  return [...parent.childNodes].map((node) => (node instanceof Element ? write(node) : "")).join("");
}

function write(element: Element): string {
  const name = nameOf(element);
  if (name.endsWith("pr")) return "";
  const writer = WRITERS[name];
  return writer === undefined ? inside(element) : writer(element);
}

function run(element: Element): string {
  const hasText = [...element.querySelectorAll("*")].some((inner) => nameOf(inner) === "t");
  return hasText ? inside(element) : text(element);
}

function text(element: Element): string {
  const said = (element.textContent ?? "").trim();
  if (FUNCTIONS.test(said)) return `\\${said} `;
  return [...(element.textContent ?? "")].map((sign) => CHARACTERS[sign] ?? sign).join("");
}

function delimited(element: Element): string {
  const properties = child(element, "dpr");
  const [open, close] = [properties && property(properties, "begchr"), properties && property(properties, "endchr")];
  const body = [...element.children].filter((found) => nameOf(found) === "e").map(inside).join(";");
  return `\\left${bracket(open ?? "(")}${body}\\right${bracket(close ?? ")")}`;
}

function bracket(sign: string): string {
  return sign === "" ? "." : sign === "{" || sign === "}" ? `\\${sign}` : sign;
}

function nary(element: Element): string {
  const properties = child(element, "narypr");
  const sign = SIGNS[(properties && property(properties, "chr")) ?? "∫"] ?? "\\int";
  const [low, high] = [part(element, "sub"), part(element, "sup")];
  return `${sign}${low && `_{${low}}`}${high && `^{${high}}`} ${part(element, "e")}`;
}

function rows(element: Element, row: string, cell: (found: Element) => string): string {
  return [...element.children].filter((found) => nameOf(found) === row).map(cell).join(" \\\\ ");
}

function cells(row: Element): string {
  return [...row.children].filter((found) => nameOf(found) === "e").map(inside).join(" & ");
}

function accent(element: Element): string {
  const properties = child(element, "accpr");
  const mark = (properties && property(properties, "chr")) ?? "\u0302";
  return `${ACCENTS[mark] ?? "\\widehat"}{${part(element, "e")}}`;
}

const WRITERS: Readonly<Record<string, Writer>> = {
  t: text,
  r: run,
  f: (found) => `\\frac{${part(found, "num")}}{${part(found, "den")}}`,
  ssup: (found) => `{${part(found, "e")}}^{${part(found, "sup")}}`,
  ssub: (found) => `{${part(found, "e")}}_{${part(found, "sub")}}`,
  ssubsup: (found) => `{${part(found, "e")}}_{${part(found, "sub")}}^{${part(found, "sup")}}`,
  rad: (found) => (part(found, "deg") === "" ? `\\sqrt{${part(found, "e")}}` : `\\sqrt[${part(found, "deg")}]{${part(found, "e")}}`),
  d: delimited,
  nary,
  func: (found) => `${part(found, "fname")}${part(found, "e")}`,
  limlow: (found) => `${part(found, "e").trim()}_{${part(found, "lim")}} `,
  limupp: (found) => `\\overset{${part(found, "lim")}}{${part(found, "e")}}`,
  bar: (found) => `\\overline{${part(found, "e")}}`,
  acc: accent,
  eqarr: (found) => `\\begin{array}{l}${rows(found, "e", inside)}\\end{array}`,
  m: (found) => `\\begin{matrix}${rows(found, "mr", cells)}\\end{matrix}`,
};
