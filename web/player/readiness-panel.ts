/** The panel beside the sign-in form that tries the machine out and says what it found. */
import { type TemplateResult, html, nothing, render } from "lit";
import { formatTimeOfDay } from "./clock.ts";
import { icon } from "./icons.ts";
import { t } from "./language.ts";
import { SAMPLE, askServer, loadFont, mathWorks, storagePlace } from "./machine.ts";
import { type Finding, type Measured, isUsable, judge, summary, verdictWord } from "./readiness.ts";

export async function showReadiness(panel: HTMLElement): Promise<void> {
  if (panel.dataset["readiness"] === "") panel.replaceChildren(); // the words for a page without scripts
  panel.dataset["readiness"] = "shown";
  render(renderHead(t("Đang kiểm tra máy"), t("Chờ vài giây."), null), panel);
  const findings = judge(await measure());
  const again = () => void showReadiness(panel);
  render(renderPanel(findings, again), panel);
  lockForm(!isUsable(findings));
}

async function measure(): Promise<Measured> {
  const [server, fontLoaded] = await Promise.all([askServer(), loadFont()]);
  return {
    ...server,
    storageWorks: (await storagePlace()) !== "none",
    width: window.innerWidth,
    height: window.innerHeight,
    fontLoaded,
    mathWorks: mathWorks(),
  };
}

/** The last check found what would spoil the examination: the form waits for another machine. */
function lockForm(isLocked: boolean): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("form[data-needs-ready] button")) {
    button.disabled = isLocked;
  }
}

function renderPanel(findings: readonly Finding[], again: () => void): TemplateResult {
  const usable = isUsable(findings);
  const line = t("{summary}. Kiểm tra lúc {time}", { summary: summary(findings), time: formatTimeOfDay(Date.now()) });
  return html`${renderHead(usable ? t("Máy này sẵn sàng") : t("Máy này chưa dùng được, giơ tay báo giám thị"), line, again)}
    <ul>${findings.map(renderFinding)}</ul>`;
}

function renderHead(head: string, line: string, again: (() => void) | null): TemplateResult {
  return html`<div class="ready-head"><div><h2>${head}</h2><p role="status">${line}</p></div>
    ${again === null ? nothing : html`<button class="button" type="button" @click=${again}>${t("Kiểm tra lại")}</button>`}</div>`;
}

function renderFinding(finding: Finding): TemplateResult {
  return html`<li class="is-${finding.verdict}">
    ${icon(finding.verdict === "ok" ? "check" : "alert")}<b>${finding.name}</b>
    <div class="what">${finding.what}${finding.isSample ? renderSample() : nothing}</div>
    <span class="verdict">${verdictWord(finding.verdict)}</span>
  </li>`;
}

function renderSample(): TemplateResult {
  return html`<div class="sample">${SAMPLE}
    <math display="block"><msubsup><mo>∫</mo><mn>1</mn><mn>2</mn></msubsup><mo stretchy="false">(</mo><mn>3</mn><msup><mi>x</mi><mn>2</mn></msup><mo>−</mo><mn>1</mn><mo stretchy="false">)</mo><mspace width=".17em"></mspace><mi mathvariant="normal">d</mi><mi>x</mi><mo>=</mo><mn>6</mn></math></div>`;
}
