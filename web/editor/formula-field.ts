/**
 * A formula written as it looks. The library for it is large and loaded when the first such field
 * is opened; until then, and where it cannot be loaded, the TeX field beside it does the work.
 */
import { plainTex } from "./plain-tex.ts";
import { t } from "./words.ts";

const LIBRARY = "/static/dist/visual-formulas.js";

/** What is used of the library's element. */
interface MathField extends HTMLElement {
  value: string;
  insert(tex: string, options: { focus: boolean; selectionMode: "placeholder" }): boolean;
}

let loading: Promise<void> | null = null;

function load(): Promise<void> {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.addEventListener("load", () => done());
    script.addEventListener("error", () => {
      loading = null;
      failed(new Error(LIBRARY));
    });
    document.head.append(script);
  });
  return loading;
}

export class FormulaField extends HTMLElement {
  name = "";
  private tex = "";
  private field: MathField | null = null;
  private wantsFocus = false;

  set value(tex: string) {
    if (tex === this.tex) return;
    this.tex = tex;
    if (this.field !== null) this.field.value = tex;
  }

  connectedCallback(): void {
    if (this.field !== null) return;
    this.textContent = t("Đang mở phần soạn trực quan…");
    load().then(() => this.begin(), () => {
      this.textContent = t("Chưa mở được phần soạn trực quan; gõ công thức ở ô trên.");
    });
  }

  override focus(): void {
    this.wantsFocus = true;
    this.field?.focus();
  }

  insert(tex: string): void {
    this.field?.insert(tex, { focus: true, selectionMode: "placeholder" });
    this.tell();
  }

  private begin(): void {
    const field = document.createElement("math-field") as MathField;
    field.setAttribute("math-virtual-keyboard-policy", "manual");
    field.setAttribute("aria-label", this.name);
    field.textContent = this.tex;
    field.addEventListener("input", () => this.tell());
    field.addEventListener("keydown", (event) => this.keyDown(event), { capture: true });
    this.replaceChildren(field);
    this.field = field;
    if (this.wantsFocus) field.focus();
  }

  private tell(): void {
    this.tex = plainTex(this.field?.value ?? "");
    this.dispatchEvent(new CustomEvent("edit", { detail: this.tex }));
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    this.finishSoon();
  }

  /** The library takes in what was typed a moment after the key: the last sign must not be left behind. */
  private finishSoon(): void {
    requestAnimationFrame(() => setTimeout(() => {
      this.tell();
      this.dispatchEvent(new CustomEvent("finish"));
    }));
  }
}

customElements.define("formula-field", FormulaField);
