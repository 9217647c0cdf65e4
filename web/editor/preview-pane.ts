/** What becomes of the item: on the candidate's screen, on paper, and as a screen reader tells it. */
import { type TemplateResult, html } from "lit";
import type { Heard } from "./contract.ts";
import { t } from "./words.ts";

export type View = "computer" | "phone" | "contrast" | "paper" | "heard";

const STYLES = ["/static/dist/fonts/fonts.css", "/static/tokens.css", "/static/dist/player.css", "/static/dist/item.css", "/static/dist/editor.css"];
const SHELL = `<!doctype html><html lang="vi"><head><meta charset="utf-8">${STYLES.map((href) => `<link rel="stylesheet" href="${href}">`).join("")}</head><body class="preview-body"></body></html>`;

/** The server's HTML in a document of its own, as the player shows it. */
export class PreviewPane extends HTMLElement {
  private readonly frame = document.createElement("iframe");
  private shown = "";
  private as: View = "computer";

  connectedCallback(): void {
    if (this.frame.isConnected) return;
    this.frame.title = t("Bản thí sinh thấy");
    this.frame.setAttribute("sandbox", "allow-same-origin");
    this.frame.addEventListener("load", () => this.begin());
    this.frame.srcdoc = SHELL;
    this.append(this.frame);
  }

  set markup(markup: string) {
    if (markup === this.shown) return;
    this.shown = markup;
    this.draw();
  }

  set view(view: View) {
    this.as = view;
    this.dataset.device = view;
    this.draw();
  }

  private get page(): Document | null {
    return this.frame.contentDocument;
  }

  private begin(): void {
    const { page } = this;
    if (page === null) return;
    this.draw();
    new ResizeObserver(() => this.fit()).observe(page.body);
  }

  /** Radio buttons in it may be tried; nothing is recorded. */
  private draw(): void {
    const { page } = this;
    if (page?.body === null || page?.body === undefined) return;
    page.documentElement.toggleAttribute("data-preview", true);
    if (this.as === "contrast") page.documentElement.dataset.contrast = "high";
    else delete page.documentElement.dataset.contrast;
    page.body.classList.toggle("is-paper", this.as === "paper");
    if (page.body.dataset.shown !== this.shown) {
      page.body.innerHTML = this.shown === "" ? `<p class="preview-empty">${t("Chưa có nội dung")}</p>` : this.shown;
      page.body.dataset.shown = this.shown;
      for (const input of page.querySelectorAll("input, textarea, select")) input.removeAttribute("disabled");
    }
    this.fit();
  }

  private fit(): void {
    const { page } = this;
    if (page !== null) this.frame.style.height = `${page.body.offsetHeight}px`;
  }
}

customElements.define("preview-pane", PreviewPane);

export interface Views {
  readonly screen: string;
  readonly paper: string;
  readonly heard: readonly Heard[];
  readonly isStale: boolean;
}

export function renderPreview(views: Views, view: View, choose: (view: View) => void): TemplateResult {
  const names = [
    ["computer", t("Máy tính")], ["phone", t("Điện thoại")], ["contrast", t("Tương phản")], ["paper", t("Trên giấy")], ["heard", t("Đọc thành tiếng")],
  ] as const;
  return html`<section aria-labelledby="h-preview">
    <div class="part-head"><h2 id="h-preview">${t("Thí sinh sẽ thấy")}</h2>
      <fieldset class="segmented devices"><legend class="sr-only">${t("Cách xem")}</legend>${names.map(([value, name]) =>
        html`<label><input type="radio" name="cach-xem" .checked=${view === value} @change=${() => choose(value)} />${name}</label>`)}</fieldset></div>
    ${view === "heard"
      ? renderHeard(views.heard)
      : html`<preview-pane .markup=${view === "paper" ? views.paper : views.screen} .view=${view}></preview-pane>`}
    ${views.isStale ? html`<p class="meta" role="status">${t("Chưa cập nhật được bản xem vì mất mạng; đang hiện lần gần nhất.")}</p>` : ""}
  </section>`;
}

/** Line by line what a screen reader announces; what candidates hear is Vietnamese in any language of the page. */
function renderHeard(lines: readonly Heard[]): TemplateResult {
  return html`<div class="heard" lang="vi" role="region" aria-label=${t("Trình đọc màn hình đọc câu này như sau")} tabindex="0">
    <ol>${lines.map(({ role, words }) => html`<li>${role === "" ? "" : html`<span class="heard-role">${role}</span>`} <span>${words}</span></li>`)}</ol>
    ${lines.length === 0 ? html`<p class="preview-empty">${t("Chưa có nội dung")}</p>` : ""}</div>`;
}
