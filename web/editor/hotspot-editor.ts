/** A picture and its areas: drawn with the pointer, or added and moved with the keyboard. */
import { type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { AreaBoard } from "./area-board.ts";
import type { Area, Asset, Hotspot, Shape } from "./contract.ts";
import type { Desk } from "./desk.ts";
import { removeButton, renderComplaint, renderHints } from "./fields.ts";
import { addArea, movedArea, removeArea, resizedArea, toggleArea, withArea } from "./further-edits.ts";
import { icon } from "./icons.ts";
import { letter } from "./letters.ts";
import { escaped } from "./plain-text.ts";
import { fieldId } from "./requirements.ts";
import { chooseFile } from "./choose-file.ts";
import { t } from "./words.ts";

const STEP = 4;
const BIG_STEP = 20;
const MOST_AREAS = 20;
const SHAPES = (): ReadonlyArray<readonly [Shape & ("rect" | "circle" | "poly"), string]> => [
  ["rect", t("Hình chữ nhật")], ["circle", t("Hình tròn")], ["poly", t("Đa giác")],
];

export function renderHotspot(desk: Desk, part: Hotspot): TemplateResult {
  const shown = pictureOf(part);
  return html`<fieldset class="parts">
    <legend class="part-head"><span class="h2">${t("Hình và các vùng")}</span>
      <span class="meta">${t("Vẽ vùng trên hình, đặt tên, rồi đánh dấu vùng đúng")}</span>${renderComplaint("o-areas", desk.complaint("areas"))}</legend>
    <div class="part-list pad">
      ${renderPicture(desk, shown)}
      ${shown === null ? nothing : renderBoard(desk, part, shown)}
    </div>
    ${renderHints(desk, "areas")}
  </fieldset>
  ${shown === null ? nothing : html`<fieldset class="parts"><legend class="part-head"><span class="h2">${t("Các vùng và đáp án")}</span>
      <span class="meta">${t("Đánh dấu mọi vùng đúng")}</span>${renderComplaint("o-keys", desk.complaint("keys"))}</legend>
    <ol class="part-list" id="o-keys" tabindex="-1">${repeat(part.areas, ({ id }) => id, (area, index) => renderArea(desk, part, area, index))}</ol>
    ${part.areas.length === 0 ? html`<p class="empty-parts">${t("Chưa có vùng nào. Chọn một dạng vùng ở trên rồi kéo trên hình, hoặc bấm Enter để thêm vào giữa hình.")}</p>` : nothing}
  </fieldset>`}`;
}

interface Shown {
  readonly sha256: string;
  readonly alt: string;
}

function pictureOf(part: Hotspot): Shown | null {
  const holder = document.createElement("template");
  holder.innerHTML = part.picture;
  const image = holder.content.querySelector("img");
  const sha256 = /^asset:([0-9a-f]{64})$/.exec(image?.getAttribute("src") ?? "")?.[1];
  return sha256 === undefined ? null : { sha256, alt: image?.getAttribute("alt") ?? "" };
}

function markup({ sha256, alt }: Shown): string {
  return `<img src="asset:${sha256}" alt="${escaped(alt).replaceAll('"', "&quot;")}">`;
}

function renderPicture(desk: Desk, shown: Shown | null): TemplateResult {
  const choose = () => chooseFile("image/png,image/jpeg,image/gif,image/webp,image/svg+xml", (file) =>
    void desk.workbench.upload(file, (asset) => place(desk, asset)));
  const complaint = desk.complaint("picture");
  return html`<div class="answer-row"><button type="button" class="button small" id="o-areas" @click=${choose}>${icon("picture")}${shown === null ? t("Chọn hình") : t("Đổi hình")}</button>
    ${shown === null ? nothing : html`<label for="o-picture">${t("Lời mô tả hình (bắt buộc)")}</label>
      <input type="text" id="o-picture" class="grow" aria-invalid=${String(complaint !== null)} aria-describedby="o-picture-note" .value=${live(shown.alt)}
        @input=${(event: Event) => desk.changeInteraction({ ...current(desk), picture: markup({ ...shown, alt: (event.target as HTMLInputElement).value }) })}
        @blur=${() => desk.touch("picture")} />${renderComplaint("o-picture", complaint)}`}</div>`;
}

/** Areas are kept where they were in the old picture's size. */
function place(desk: Desk, asset: Asset): void {
  const part = current(desk);
  const alt = pictureOf(part)?.alt ?? "";
  desk.changeInteraction({ ...part, picture: markup({ sha256: asset.sha256, alt }), width: Math.max(1, asset.width), height: Math.max(1, asset.height) });
}

function renderBoard(desk: Desk, part: Hotspot, { sha256 }: Shown): TemplateResult {
  const tool = AreaBoard.tool;
  const pick = (shape: typeof tool) => (event: Event) => {
    AreaBoard.tool = shape;
    // Enter or space on the button itself: the keyboard cannot drag, so the area is put in the middle.
    if ((event as MouseEvent).detail === 0 && part.areas.length < MOST_AREAS) desk.changeInteraction(addArea(current(desk), shape));
    desk.redraw();
  };
  return html`<div class="board-tools" role="group" aria-label=${t("Thêm vùng")}>${SHAPES().map(([shape, name]) => html`<button type="button" class="button small"
      aria-pressed=${String(tool === shape)} @click=${pick(shape)}>${icon(shape)}${name}</button>`)}
      <span class="meta">${tool === "poly" ? t("Bấm từng đỉnh; bấm lại đỉnh đầu để khép") : t("Kéo trên hình để vẽ")}</span></div>
    <area-board .task=${part} .url=${desk.workbench.server.pictureUrl(sha256)}
      @drawn=${(event: CustomEvent<{ shape: Shape; coords: number[] }>) => desk.changeInteraction(addArea(current(desk), event.detail.shape, event.detail.coords))}
      @moved=${(event: CustomEvent<Area>) => desk.changeInteraction(withArea(current(desk), event.detail.id, event.detail))}></area-board>`;
}

function renderArea(desk: Desk, part: Hotspot, area: Area, index: number): TemplateResult {
  const name = letter(index);
  const where = `areas.${area.id}`;
  const complaint = desk.complaint(where);
  const key = () => {
    desk.changeInteraction(toggleArea(current(desk), area.id));
    desk.touch("keys");
  };
  return html`<li class="part is-area">
    <label class="key"><input type="checkbox" .checked=${live(part.keys.includes(area.id))} aria-label=${t("Vùng {name} đúng", { name })} @change=${key} />${name}</label>
    <span class="with-tag"><input type="text" id=${fieldId(where)} maxlength="200" placeholder=${t("Tên vùng, ví dụ: nhân tế bào")} aria-label=${t("Tên vùng {name}", { name })}
      aria-invalid=${String(complaint !== null)} aria-describedby="${fieldId(where)}-note" .value=${live(area.label)}
      @input=${(event: Event) => desk.changeInteraction(withArea(current(desk), area.id, { label: (event.target as HTMLInputElement).value }))}
      @blur=${() => desk.touch(where)} />${renderComplaint(fieldId(where), complaint)}</span>
    <div class="part-tools"><button type="button" class="icon-button" title=${t("Phím mũi tên để dời, Shift và mũi tên để đổi cỡ")}
        aria-label=${t("Dời vùng {name}: phím mũi tên; đổi cỡ: Shift và mũi tên", { name })} @keydown=${(event: KeyboardEvent) => nudge(desk, area, event)}>${icon("move")}</button>
      ${removeButton(t("Xoá vùng {name}", { name }), () => desk.changeInteraction(removeArea(current(desk), area.id)))}</div>
    <p class="area-place meta">${t("Toạ độ")} <input type="text" class="coords" aria-label=${t("Toạ độ vùng {name}", { name })} .value=${live(area.coords.join(" "))}
      @change=${(event: Event) => writeCoords(desk, area, event.target as HTMLInputElement)} /> ${meaning(area)}</p>
  </li>`;
}

function meaning({ shape }: Area): string {
  if (shape === "circle") return t("tâm x, tâm y, bán kính");
  return shape === "rect" ? t("trái, trên, phải, dưới") : t("x y của từng đỉnh");
}

function writeCoords(desk: Desk, area: Area, field: HTMLInputElement): void {
  const coords = field.value.split(/[\s,;]+/).filter((piece) => piece !== "").map(Number);
  const count = area.shape === "circle" ? coords.length === 3 : area.shape === "rect" ? coords.length === 4 : coords.length >= 6 && coords.length % 2 === 0;
  if (count && coords.every((value) => Number.isFinite(value) && value >= 0)) desk.changeInteraction(withArea(current(desk), area.id, { coords }));
  else field.value = area.coords.join(" ");
}

function nudge(desk: Desk, area: Area, event: KeyboardEvent): void {
  const steps: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const size = event.ctrlKey ? BIG_STEP : STEP;
  const part = current(desk);
  const now = part.areas.find(({ id }) => id === area.id) ?? area;
  const change = event.shiftKey ? resizedArea : movedArea;
  desk.changeInteraction(withArea(part, area.id, change(now, step[0] * size, step[1] * size, part)));
}

function current(desk: Desk): Hotspot {
  return desk.content.interaction as Hotspot;
}
