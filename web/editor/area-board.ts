/**
 * The picture to draw areas on. Pointer only, and hidden from screen readers: everything it does can
 * be done in the list of areas beside it.
 */
import { svg, render } from "lit";
import type { Area, Hotspot } from "./contract.ts";
import { movedArea } from "./further-edits.ts";
import { letter } from "./letters.ts";
import { middleOf, pathOf } from "../player/shapes.ts";

type Point = readonly [number, number];
const SMALLEST_DRAG = 6;
const CLOSING_SHARE = 0.02;

export class AreaBoard extends HTMLElement {
  static tool: "rect" | "circle" | "poly" = "rect";
  private shown!: Hotspot;
  private readonly image = document.createElement("img");
  private readonly layer = document.createElement("div");
  private from: Point | null = null;
  private at: Point | null = null;
  private grabbed: Area | null = null;
  private corners: Point[] = [];

  set task(task: Hotspot) {
    this.shown = task;
    this.draw();
  }

  set url(url: string) {
    if (this.image.getAttribute("src") !== url) this.image.src = url;
  }

  connectedCallback(): void {
    this.setAttribute("aria-hidden", "true");
    this.image.alt = "";
    this.image.draggable = false;
    this.layer.className = "board-layer";
    this.append(this.image, this.layer);
    this.addEventListener("pointerdown", (event) => this.begin(event));
    this.addEventListener("pointermove", (event) => this.follow(event));
    this.addEventListener("pointerup", (event) => this.end(event));
    this.draw();
  }

  private place(event: PointerEvent): Point {
    const box = this.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const within = (share: number, size: number) => Math.round(Math.max(0, Math.min(1, share)) * size);
    return [within(x, this.shown.width), within(y, this.shown.height)];
  }

  private begin(event: PointerEvent): void {
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    const id = event.target instanceof Element ? event.target.closest<SVGGElement>("[data-area]")?.dataset.area : undefined;
    this.grabbed = this.corners.length > 0 ? null : (this.shown.areas.find((area) => area.id === id) ?? null);
  }

  private follow(event: PointerEvent): void {
    this.at = this.place(event);
    if (this.from !== null || this.corners.length > 0) this.draw();
  }

  private end(event: PointerEvent): void {
    const [from, to, grabbed] = [this.from, this.place(event), this.grabbed];
    this.from = null;
    this.grabbed = null;
    if (from === null) return;
    if (grabbed !== null) this.tell("moved", movedArea(grabbed, to[0] - from[0], to[1] - from[1], this.shown));
    else if (AreaBoard.tool === "poly") this.corner(to);
    else if (distance(from, to) >= SMALLEST_DRAG) this.tell("drawn", { shape: AreaBoard.tool, coords: coordsOf(AreaBoard.tool, from, to) });
    this.draw();
  }

  /** A polygon is closed by pressing its first corner again. */
  private corner(point: Point): void {
    const [first] = this.corners;
    const near = Math.max(this.shown.width, this.shown.height) * CLOSING_SHARE;
    if (first !== undefined && this.corners.length >= 3 && distance(first, point) <= near) {
      this.tell("drawn", { shape: "poly", coords: this.corners.flat() });
      this.corners = [];
    } else {
      this.corners = [...this.corners, point];
    }
  }

  private tell(name: "drawn" | "moved", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private draw(): void {
    if (!this.isConnected || this.shown === undefined) return;
    const { width, height, areas, keys } = this.shown;
    render(svg`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
      ${areas.map((area, index) => this.drawArea(area, index, keys.includes(area.id)))}${this.drawNew()}</svg>`, this.layer);
  }

  private drawArea(area: Area, index: number, isKey: boolean) {
    const { width, height } = this.shown;
    const shown = area.id === this.grabbed?.id && this.from !== null && this.at !== null
      ? movedArea(area, this.at[0] - this.from[0], this.at[1] - this.from[1], this.shown) : area;
    const plain = { ...shown, coords: [...shown.coords] };
    const { x, y } = middleOf(plain, width, height);
    const unit = Math.max(width, height) / 40;
    return svg`<g class=${isKey ? "board-area is-key" : "board-area"} data-area=${area.id}>
      <path d=${pathOf(plain, width, height)} vector-effect="non-scaling-stroke"></path>
      <circle cx=${x} cy=${y} r=${unit}></circle>
      <text x=${x} y=${y} font-size=${unit * 1.2} text-anchor="middle" dominant-baseline="central">${letter(index)}</text></g>`;
  }

  private drawNew() {
    const { from, at, corners } = this;
    if (corners.length > 0) {
      const line = [...corners, ...(at === null ? [] : [at])].map((point) => point.join(" ")).join("L");
      const radius = Math.max(this.shown.width, this.shown.height) / 90;
      return svg`<path class="board-new" d="M${line}" vector-effect="non-scaling-stroke"></path>
        ${corners.map(([x, y]) => svg`<circle class="board-corner" cx=${x} cy=${y} r=${radius}></circle>`)}`;
    }
    if (from === null || at === null || this.grabbed !== null || AreaBoard.tool === "poly") return svg``;
    const area = { id: "", label: "", shape: AreaBoard.tool, coords: coordsOf(AreaBoard.tool, from, at) };
    return svg`<path class="board-new" d=${pathOf(area, this.shown.width, this.shown.height)} vector-effect="non-scaling-stroke"></path>`;
  }
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function coordsOf(shape: "rect" | "circle", from: Point, to: Point): number[] {
  if (shape === "circle") return [from[0], from[1], Math.max(1, Math.round(distance(from, to)))];
  return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
}

customElements.define("area-board", AreaBoard);
