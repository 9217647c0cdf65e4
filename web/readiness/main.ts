/** The page that tries one machine out before the day: measures, asks, sends; the server judges. */
import type { Measured, Told } from "./contract.ts";
import { type Pressed, keysAre } from "./keys.ts";
import { measure } from "./measure.ts";
import { playTone } from "./tone.ts";

const MOST_KEYS = 200;

class MachineCheck {
  private measured: Measured | null = null;
  private readonly pressed: Pressed[] = [];

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.on("[data-again]", "click", () => void this.look());
    this.on("[data-tone]", "click", () => this.sound());
    this.on("#typed", "keydown", (event) => this.note(event as KeyboardEvent));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.keep();
    });
    void this.look();
  }

  /** Measure, and show what it means; nothing is written down yet. */
  private async look(): Promise<void> {
    this.enable(false);
    this.measured = await measure(this.form.dataset["probe"] ?? "");
    const html = await this.send("/xem", this.measured);
    if (html !== null) this.part("[data-findings]").innerHTML = html;
    this.enable(true);
  }

  private async keep(): Promise<void> {
    if (this.measured === null) return;
    this.enable(false);
    const told = { ...this.measured, ...this.told() };
    const judged = await this.send("/xem", told);
    const kept = judged === null ? null : await this.send("", told);
    if (judged !== null && kept !== null) {
      this.part("[data-findings]").innerHTML = judged;
      const place = this.part("[data-kept]");
      place.innerHTML = kept;
      place.scrollIntoView({ block: "nearest" });
      place.focus({ preventScroll: true });
    }
    this.enable(true);
  }

  /** The server's words as HTML; null when there are none, which the page says by itself. */
  private async send(where: string, body: object): Promise<string | null> {
    const [unreachable, refused] = [this.part("[data-unreachable]"), this.part("[data-refused]")];
    unreachable.hidden = refused.hidden = true;
    try {
      const headers = { "content-type": "application/json", accept: "application/json", "x-requested-with": "khaothi" };
      const answer = await fetch(`${this.form.dataset["readiness"] ?? ""}${where}`, {
        method: "POST", headers, body: JSON.stringify(body),
      });
      if (answer.ok) return await answer.text();
      const { error } = (await answer.json()) as { error: { message: string } };
      this.part("[data-refused] p").textContent = error.message;
      refused.hidden = false;
    } catch {
      unreachable.hidden = false;
    }
    return null;
  }

  private told(): Told {
    const typed = this.form.querySelector<HTMLInputElement>("#typed")?.value ?? "";
    return {
      was_heard: this.answer("was_heard"),
      looks_right: this.answer("looks_right"),
      typed: typed === "" ? null : typed,
      keys: keysAre(this.pressed),
    };
  }

  private answer(name: string): boolean | null {
    const chosen = this.form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`);
    return chosen === null ? null : chosen.value === "yes";
  }

  private sound(): void {
    try {
      playTone();
    } catch {
      // A machine without a sound card: the person answers that nothing was heard.
    }
  }

  private note({ code, key }: KeyboardEvent): void {
    if (this.pressed.length < MOST_KEYS) this.pressed.push({ code, key });
  }

  private enable(isReady: boolean): void {
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-again], [data-keep]")) {
      button.disabled = !isReady;
    }
    this.part("[data-findings]").setAttribute("aria-busy", String(!isReady));
  }

  private part(selector: string): HTMLElement {
    const found = this.form.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`the page has no ${selector}`);
    return found;
  }

  private on(selector: string, event: string, act: (event: Event) => void): void {
    this.part(selector).addEventListener(event, act);
  }
}

const form = document.querySelector<HTMLFormElement>("form[data-readiness]");
if (form !== null) new MachineCheck(form).start();
