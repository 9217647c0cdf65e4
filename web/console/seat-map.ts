/** The seats, the counts and the sum on the page, changed in place: nothing a person has chosen moves. */
import { fill, type RoomNow, type SeatNow, type Told, type Words } from "./contract";
import { span, timeOfDay } from "./server-clock";

const MOMENTS = ["submitted", "suspended"];

export class SeatMap {
  readonly seats = new Map<string, SeatNow>();
  room: RoomNow;

  constructor(private readonly words: Words, first: Told, private readonly changed: (before: SeatNow | undefined, seat: SeatNow) => void) {
    this.room = first.room;
    for (const seat of first.seats) this.seats.set(seat.id, seat);
  }

  show(told: Told, now: number): void {
    this.room = told.room;
    for (const seat of told.seats) {
      const before = this.seats.get(seat.id);
      this.seats.set(seat.id, seat);
      this.draw(seat, now);
      if (before?.state !== seat.state || before.acts !== seat.acts) this.changed(before, seat);
    }
    this.count();
    this.sum();
  }

  /** After the server drew the seats anew: what was told since it did is newer. */
  redraw(now: number): void {
    for (const seat of this.seats.values()) this.draw(seat, now);
  }

  /** Durations go on by themselves. */
  tick(now: number): void {
    for (const seat of this.seats.values()) {
      if (seat.since !== null && !MOMENTS.includes(seat.state)) this.note(seat, now);
    }
  }

  tile(id: string): HTMLAnchorElement | null {
    return document.querySelector(`[data-seat="${CSS.escape(id)}"]`);
  }

  nameOf(state: string): string {
    return document.querySelector(`[data-word="${state}"]`)?.textContent ?? state;
  }

  private draw(seat: SeatNow, now: number): void {
    const tile = this.tile(seat.id);
    if (!tile) return;
    tile.className = `seat is-${seat.state}`;
    const state = tile.querySelector(".seat-state");
    const picture = document.querySelector(`.swatch.is-${seat.state} svg`)?.cloneNode(true);
    const word = document.createElement("span");
    word.textContent = this.nameOf(seat.state);
    state?.replaceChildren(...(picture ? [picture, word] : [word]));
    text(tile, "b", `${seat.answered}/${seat.total}`);
    const tenths = seat.total ? Math.round((10 * seat.answered) / seat.total) : 0;
    const bar = tile.querySelector(".seat-bar");
    if (bar) bar.className = `seat-bar w${tenths}`;
    this.note(seat, now);
  }

  private note(seat: SeatNow, now: number): void {
    const note = this.tile(seat.id)?.querySelector("em");
    if (!note) return;
    const told = this.noteOf(seat, now);
    if (note.textContent !== told) note.textContent = told;
    note.className = seat.finding ? "seat-alert" : "";
  }

  private noteOf(seat: SeatNow, now: number): string {
    if (seat.finding) return this.words[seat.finding];
    if (seat.asked) return this.words.asked;
    if (seat.since === null) return seat.given ? fill(this.words.given, { n: seat.given }) : "";
    return MOMENTS.includes(seat.state) ? fill(this.words.at, { time: timeOfDay(seat.since) }) : fill(this.words.lasts, { time: span(now - seat.since) });
  }

  private count(): void {
    for (const cell of document.querySelectorAll<HTMLElement>("[data-count]")) {
      const n = this.room.counts[cell.dataset.count ?? ""] ?? 0;
      cell.textContent = String(n);
      cell.parentElement?.classList.toggle("is-none", n === 0);
    }
    text(document, "[data-signed-in]", String(this.room.signedIn));
  }

  private sum(): void {
    const { present, suspended, submitted, even, unfinished, wrongBrowsers } = this.room;
    const line = document.getElementById("doi-chieu");
    if (!line) return;
    line.className = `check-line ${even ? "ok" : present ? "bad" : ""}`;
    hide(line, '[data-sign="equal"]', !even);
    hide(line, '[data-sign="not_equal"]', even || !present);
    const sign = even ? "=" : "≠";
    const label = suspended ? this.words.suspended : even ? this.words.equal : this.words.unequal;
    const figures = document.createElement("strong");
    figures.textContent = suspended ? `${submitted} ${sign} ${present} − ${suspended}` : `${submitted} ${sign} ${present}`;
    const said = line.querySelector("[data-sum]");
    if (present) said?.replaceChildren(`${label} `, figures);
    else said?.replaceChildren(this.words.none);
    const left = unfinished > 0 ? fill(this.words.unfinished, { n: unfinished }) : "";
    text(document, "[data-unfinished]", left);
    text(document, "[data-unfinished-close]", left);
    hide(document, "#trinh-duyet", wrongBrowsers === 0);
    text(document, "[data-browsers]", fill(this.words.browsers, { n: wrongBrowsers }));
  }
}

export function text(within: ParentNode, where: string, what: string): void {
  const found = within.querySelector(where);
  if (found && found.textContent !== what) found.textContent = what;
}

export function hide(within: ParentNode, where: string, hidden: boolean): void {
  const found = within.querySelector<HTMLElement>(where);
  if (found) found.hidden = hidden;
}
