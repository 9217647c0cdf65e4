/** The invigilator's console: the plain page of the desk, kept up to date and worked without leaving it. */
import { fill, type Told, type Words } from "./contract";
import { Drawn } from "./drawn";
import { Line } from "./line";
import { Panel } from "./panel";
import { Part } from "./part";
import { SeatMap, text } from "./seat-map";
import { ServerClock, span, timeOfDay } from "./server-clock";
import { Spoken } from "./spoken";
import { Walking } from "./walking";

const STALE_MS = 5000;

class Console {
  private readonly clock: ServerClock;
  private readonly map: SeatMap;
  private readonly panel: Panel;
  private readonly walking: Walking;
  private readonly spoken: Spoken;
  private readonly line: Line;
  private readonly drawn: Drawn;
  private readonly seats: Part;
  private readonly log: Part;
  private readAt: number;
  private noted: number;
  private wasStale = false;

  constructor(desk: HTMLElement, first: Told, private readonly words: Words) {
    const [base, room] = [desk.dataset.base ?? "", desk.dataset.room ?? ""];
    this.clock = new ServerClock(first.now);
    this.drawn = new Drawn(first);
    this.readAt = first.now;
    this.noted = first.room.noted;
    this.map = new SeatMap(words, first, (before, seat) => {
      if (before && before.state !== seat.state) this.spoken.changed(this.map.tile(seat.id)?.dataset.name ?? "", seat.state);
      if (seat.id === this.panel.chosen) this.panel.outdate();
    });
    this.spoken = new Spoken((sentence) => text(document, "#doc-to", sentence), words, (state) => this.map.nameOf(state));
    this.panel = new Panel(base, room, words, () => this.isCut, (id) => this.walking.back(id));
    this.walking = new Walking((seat) => void this.panel.choose(seat.dataset.seat ?? ""));
    this.walking.settle();
    const query = () => new URLSearchParams({ phong: room, ...(this.panel.wanted ? { ghe: this.panel.wanted } : {}) }).toString();
    this.seats = new Part("phong", () => `${base}/so-do?${query()}`, (put) => this.drawnAnew(put));
    this.log = new Part("cac-dong", () => `${base}/nhat-ki`);
    this.line = new Line(base, room, {
      everything: (told) => this.told(told),
      seats: (told) => this.told(told),
      layout: () => this.seats.outdate(),
      alive: (sign) => this.alive(sign.now, sign.read),
    });
    addEventListener("online", () => this.line.now());
    setInterval(() => this.tick(), 1000);
    this.tick();
  }

  private get isCut(): boolean {
    return this.line.silence > STALE_MS + 2000;
  }

  private told(told: Told): void {
    if (this.drawn.isNewerThan(told)) return;
    this.alive(told.now, told.now);
    if (this.drawn.isOutdatedBy(told) && !document.querySelector("details.act[open], .close-box[open]")) location.reload();
    this.map.show(told, this.clock.now());
  }

  private alive(now: number, read: number | null): void {
    this.clock.set(now);
    if (read !== null) this.readAt = Math.max(this.readAt, read);
  }

  private tick(): void {
    const now = this.clock.now();
    this.line.tend();
    this.map.tick(now);
    this.spoken.tick(performance.now());
    this.panel.tick();
    this.seats.tick();
    this.log.tick();
    this.panel.show(this.map.seats.get(this.panel.chosen), this.map.nameOf(this.map.seats.get(this.panel.chosen)?.state ?? ""), now);
    this.roomClock(now);
    this.age(now);
    if (this.map.room.noted !== this.noted) {
      this.noted = this.map.room.noted;
      this.log.outdate();
    }
  }

  private roomClock(now: number): void {
    const { end, ownEnds } = this.map.room;
    text(document, "[data-room-clock]", end === null ? timeOfDay(now, true) : span(end - now));
    if (end !== null) text(document, "[data-room-end]", fill(this.words.until, { time: timeOfDay(end) }));
    text(document, "[data-own-ends]", ownEnds.map(([seat, until]) => fill(this.words.own, { seat, time: timeOfDay(until) })).join(" · "));
  }

  /** Old figures are said to be old, and look it. */
  private age(now: number): void {
    const old = Math.floor((now - this.readAt) / 1000);
    const isStale = this.isCut || now - this.readAt > STALE_MS + 5000;
    const said = document.getElementById("cu");
    if (said) {
      said.hidden = !isStale;
      if (isStale) text(document, "#cu", fill(this.isCut ? this.words.stale : this.words.held, { n: isStale ? old : 0 }));
    }
    if (this.wasStale && !isStale) text(document, "#doc-to", this.words.back);
    this.wasStale = isStale;
    document.body.classList.toggle("is-stale", isStale);
    const updated = isStale ? fill(this.words.old, { time: timeOfDay(this.readAt, true) }) : fill(this.words.live, { time: timeOfDay(now, true) });
    text(document, "[data-updated]", updated);
  }

  /** Somebody changed seats: the map is drawn by the server again, and the person stays where they are by then. */
  private drawnAnew(put: () => void): void {
    const here = document.activeElement?.closest<HTMLElement>("#ghe-trong-phong [data-seat]")?.dataset.seat;
    put();
    this.map.redraw(this.clock.now());
    this.panel.mark();
    this.walking.settle();
    if (here) this.walking.back(here);
  }
}

const desk = document.getElementById("ban-theo-doi");
const beginning = document.getElementById("ban-dau");
if (desk && beginning) {
  const { first, words } = JSON.parse(beginning.textContent ?? "") as { first: Told; words: Words };
  document.body.classList.add("has-script");
  new Console(desk, first, words);
}
