/** The panel beside the map: fetched for the seat that is chosen, and what is done there sent without leaving. */
import { fill, type SeatNow, type Words } from "./contract";
import { text } from "./seat-map";
import { span, timeOfDay } from "./server-clock";

const PATIENCE_MS = 15_000;

interface Undo {
  url: string;
  fields: [string, string][];
}

export class Panel {
  private asked = 0;
  private fetching = 0;
  private isOld = false;
  private untold = ""; // what went wrong at a seat the person has left
  private going: string | null = null; // the seat that was chosen last, until its panel stands

  constructor(
    private readonly base: string,
    private readonly room: string,
    private readonly words: Words,
    private readonly isCut: () => boolean,
    private readonly back: (id: string) => void,
  ) {
    document.addEventListener("submit", (event) => void this.submit(event));
    document.addEventListener("toggle", (event) => this.toggled(event), true);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("click", (event) => this.click(event));
  }

  get chosen(): string {
    return document.querySelector<HTMLElement>("#ghe [data-facts]")?.dataset.facts ?? "";
  }

  /** The seat the person wants to see, whether its panel stands already or not. */
  get wanted(): string {
    return this.going ?? this.chosen;
  }

  /** Another seat, or none for the whole room. */
  async choose(id: string): Promise<void> {
    history.replaceState(null, "", `${this.base}?${this.query(id)}`);
    this.going = id;
    this.mark();
    if ((await this.fetch(id)) && isFrom(document.activeElement, id)) document.getElementById("ghe")?.focus();
  }

  /** The seat that is wanted looks it. */
  mark(): void {
    for (const tile of document.querySelectorAll("[data-seat][aria-current]")) tile.removeAttribute("aria-current");
    document.querySelector(`[data-seat="${CSS.escape(this.wanted)}"]`)?.setAttribute("aria-current", "true");
  }

  /** What is known of the chosen seat has changed: fetched again when nobody is at work in the panel. */
  outdate(): void {
    this.isOld = true;
  }

  /** Called every second. A choice goes before news of the seat that was there, and is tried again until it stands. */
  tick(): void {
    if (this.fetching) return;
    if (this.going !== null) void this.fetch(this.going);
    else if (this.isOld && !this.isBusy()) void this.fetch(this.chosen, () => !this.isBusy());
  }

  show(seat: SeatNow | undefined, stateName: string, now: number): void {
    if (!seat || seat.id !== this.chosen) return;
    text(document, "[data-panel-state]", stateName);
    text(document, '[data-fact="answered"]', fill(this.words.progress, { n: seat.answered, total: seat.total }));
    text(document, '[data-fact="saved"]', seat.saved === null ? "–" : timeOfDay(seat.saved, true));
    if (seat.end === null) return;
    text(document, '[data-fact="end"]', timeOfDay(seat.end));
    text(document, '[data-fact="left"]', span(seat.end - (seat.held ?? now)));
  }

  private query(id: string): string {
    return new URLSearchParams({ phong: this.room, ...(id ? { ghe: id } : {}) }).toString();
  }

  private async fetch(id: string, isWanted: () => boolean = () => true): Promise<boolean> {
    const mine = ++this.asked;
    const wasOld = this.isOld;
    this.fetching++;
    this.isOld = false; // what changes from here on may not be in the answer
    try {
      const answer = await fetch(`${this.base}/bang?${this.query(id)}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const made = page.getElementById("ghe");
      if (mine !== this.asked) return false;
      if (!answer.ok || !made || !isWanted()) throw new Error(String(answer.status));
      this.replace(made, id);
      return true;
    } catch {
      this.isOld ||= wasOld;
      return false;
    } finally {
      this.fetching--;
    }
  }

  /** What was said of the last act stays while the same seat is shown; so does the place of the keyboard. */
  private replace(made: HTMLElement, id: string): void {
    const before = document.getElementById("ghe");
    const said = before?.querySelector("#viec-da-lam");
    const hadFocus = before !== null && before.contains(document.activeElement);
    if (said && id === this.chosen) made.querySelector("#viec-da-lam")?.replaceWith(said);
    before?.replaceWith(made);
    if (hadFocus) made.focus();
    if (id === this.going) this.going = null;
    this.tellLeft();
  }

  private isBusy(): boolean {
    if (document.querySelector("#ghe details.act[open]")) return true;
    return !!document.activeElement?.closest("#ghe a, #ghe button, #ghe summary, #ghe input");
  }

  /** One thing at a time: opening one closes the others and goes to its first reason. */
  private toggled(event: Event): void {
    const opened = event.target as HTMLDetailsElement;
    if (!opened.matches?.("#ghe details.act") || !opened.open) return;
    for (const other of document.querySelectorAll<HTMLDetailsElement>("#ghe details.act[open]")) other.open = other === opened;
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    const from = (event.target as Element).closest("#ghe");
    if (!from) return;
    const open = from.querySelector<HTMLDetailsElement>("details.act[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    } else if (this.chosen) this.back(this.chosen);
  }

  private click(event: MouseEvent): void {
    const link = (event.target as Element).closest("[data-whole-room]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.choose("");
  }

  private async submit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    if (form.dataset.act === undefined) return;
    event.preventDefault();
    if (form.dataset.sending !== undefined) return;
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    const pressed = event.submitter as HTMLButtonElement | null;
    if (pressed?.name) body.set(pressed.name, pressed.value);
    form.dataset.sending = "";
    const seat = this.chosen;
    const wrong = await this.send(form.action, body);
    delete form.dataset.sending;
    if (wrong) this.tell(form, wrong);
    else await this.done(form, seat);
  }

  /** What is wrong, or nothing when it is done. */
  private async send(url: string, body: URLSearchParams): Promise<string> {
    if (this.isCut()) return this.words.waits;
    try {
      const answer = await fetch(url, { method: "POST", body, redirect: "manual", headers: { Accept: "text/html" } });
      return answer.type === "opaqueredirect" ? "" : refusal(await answer.text()) || this.words.failed;
    } catch {
      return this.words.failed;
    }
  }

  /** Beside what was typed; at another seat by then, the person is told there what was not done. */
  private tell(form: HTMLFormElement, wrong: string): void {
    if (this.going !== null || !form.isConnected) {
      this.untold = `${form.dataset.act ?? ""}: ${wrong}`;
      return this.tellLeft();
    }
    text(form, ".act-error", wrong);
    if (!isAtWorkBeside(form)) form.querySelector<HTMLElement>("textarea, input[type=text]")?.focus();
  }

  private tellLeft(): void {
    if (!this.untold || this.going !== null) return;
    this.say(this.untold);
    this.untold = "";
  }

  private done(form: HTMLFormElement, seat: string): Promise<void> {
    const own = form.closest<HTMLDetailsElement>("#ghe details.act");
    if (own) own.open = false;
    const what = form.dataset.act ?? "";
    return this.finished(seat, fill(this.words.done, { what }), what, undoOf(form));
  }

  /** Nothing that is being written meanwhile is taken away; of another seat the map shows what was done. */
  private async finished(seat: string, said: string, what: string, undo: Undo | null): Promise<void> {
    const isFree = () => !document.querySelector("#ghe details.act[open]");
    if (this.wanted !== seat) return;
    this.isOld = true;
    const isNew = isFree() && (await this.fetch(seat, isFree));
    if (this.wanted !== seat) return;
    this.say(said, undo ? [" ", this.undoButton(seat, what, undo)] : []);
    if (isNew || isFree()) document.getElementById("ghe")?.focus();
  }

  private say(said: string, further: (string | Node)[] = []): void {
    const line = document.getElementById("viec-da-lam");
    if (!line) return;
    line.hidden = false;
    line.replaceChildren(said, ...further);
  }

  private undoButton(seat: string, what: string, undo: Undo): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "linklike";
    button.textContent = this.words.undo;
    button.addEventListener("click", () => void this.takeBack(button, seat, what, undo));
    return button;
  }

  private async takeBack(button: HTMLButtonElement, seat: string, what: string, undo: Undo): Promise<void> {
    if (button.dataset.sending !== undefined) return;
    button.dataset.sending = "";
    const wrong = await this.send(undo.url, new URLSearchParams(undo.fields));
    delete button.dataset.sending;
    if (wrong) this.say(wrong, [" ", button]);
    else await this.finished(seat, fill(this.words.undone, { what }), what, null);
  }
}

/** Whether the keyboard is still where the seat was chosen, or nowhere. */
function isFrom(active: Element | null, id: string): boolean {
  return !active || active === document.body || active.matches(`[data-seat="${CSS.escape(id)}"], #ghe, #ghe *`);
}

/** Another form is being filled in. */
function isAtWorkBeside(form: HTMLFormElement): boolean {
  const active = document.activeElement;
  return !!active?.matches("input, textarea, select") && !form.contains(active);
}

/** What takes it back: the verb beside the form, with the values the form began with. */
function undoOf(form: HTMLFormElement): Undo | null {
  if (!form.dataset.undo) return null;
  const kept = [...form.querySelectorAll<HTMLInputElement>("input[type=hidden], input[type=text]")];
  const fields = kept.map((input): [string, string] => [input.name, input.defaultValue]);
  return { url: form.dataset.undo, fields: [...fields, ["reason", form.dataset.undoReason ?? ""]] };
}

/** The words of a page that refuses. */
function refusal(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const told = page.querySelector(".error-summary") ?? page.querySelector("main");
  const lines = [...(told?.querySelectorAll("li, p, h1") ?? [])].map((one) => one.textContent?.trim() ?? "");
  return [...new Set(lines.filter(Boolean))].slice(0, 2).join(" ");
}
