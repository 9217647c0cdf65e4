/** What the candidate will see: the server's HTML in a document of its own, as the player shows it. */
import { type TemplateResult, html } from "lit";
import { t } from "./words.ts";

export type Device = "computer" | "phone" | "contrast";

const STYLES = ["/static/dist/fonts/fonts.css", "/static/tokens.css", "/static/dist/player.css", "/static/dist/item.css", "/static/dist/editor.css"];
const SHELL = `<!doctype html><html lang="vi"><head><meta charset="utf-8">${STYLES.map((href) => `<link rel="stylesheet" href="${href}">`).join("")}</head><body class="preview-body"></body></html>`;

export class PreviewPane extends HTMLElement {
  private readonly frame = document.createElement("iframe");
  private shown = "";
  private view: Device = "computer";

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

  set device(device: Device) {
    this.view = device;
    this.dataset.device = device;
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
    if (this.view === "contrast") page.documentElement.dataset.contrast = "high";
    else delete page.documentElement.dataset.contrast;
    if (page.body.dataset.shown !== this.shown) {
      page.body.innerHTML = this.shown === "" ? `<p class="preview-empty">${t("Chưa có nội dung")}</p>` : this.shown;
      page.body.dataset.shown = this.shown;
      for (const input of page.querySelectorAll("input, textarea")) input.removeAttribute("disabled");
    }
    this.fit();
  }

  private fit(): void {
    const { page } = this;
    if (page !== null) this.frame.style.height = `${page.body.offsetHeight}px`;
  }
}

customElements.define("preview-pane", PreviewPane);

export function renderPreview(markup: string, device: Device, choose: (device: Device) => void, isStale: boolean): TemplateResult {
  const devices = [["computer", t("Máy tính")], ["phone", t("Điện thoại")], ["contrast", t("Tương phản")]] as const;
  return html`<section aria-labelledby="h-preview">
    <div class="part-head"><h2 id="h-preview">${t("Thí sinh sẽ thấy")}</h2>
      <fieldset class="segmented devices"><legend class="sr-only">${t("Cách xem")}</legend>${devices.map(([value, name]) =>
        html`<label><input type="radio" name="cach-xem" .checked=${device === value} @change=${() => choose(value)} />${name}</label>`)}</fieldset></div>
    <preview-pane .markup=${markup} .device=${device}></preview-pane>
    ${isStale ? html`<p class="meta" role="status">${t("Chưa cập nhật được bản xem vì mất mạng; đang hiện lần gần nhất.")}</p>` : ""}
  </section>`;
}
