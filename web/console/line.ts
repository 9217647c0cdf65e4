/**
 * The line to the server: an event stream, and asking every few seconds where no stream comes through.
 * It says how old the newest sign of the server is; it never shows a figure itself.
 */
import type { SignOfLife, Told } from "./contract";

export interface Listener {
  everything(told: Told): void;
  seats(told: Told): void;
  layout(): void;
  alive(sign: SignOfLife): void;
}

const SILENT_MS = 7000; // three missed signs of life
const ASK_MS = 3000;
const LONGEST_WAIT_MS = 20000;
const TYPES = { phong: "everything", ghe: "seats" } as const;

export class Line {
  private source: EventSource | null = null;
  private heardAt = performance.now();
  private openedAt = 0;
  private wait = ASK_MS;
  private askAgainAt = 0;
  private openAgainAt = 0;
  private asking = false;

  constructor(private readonly base: string, private readonly room: string, private readonly listener: Listener) {
    this.open();
  }

  /** Milliseconds since anything came. */
  get silence(): number {
    return performance.now() - this.heardAt;
  }

  /** Called every second: an old stream is thrown away, and asked beside it. */
  tend(): void {
    const now = performance.now();
    if (this.silence < SILENT_MS) return;
    const isDead = !this.source || this.source.readyState === EventSource.CLOSED;
    if ((isDead || now - this.openedAt > SILENT_MS) && now > this.openAgainAt) {
      this.open();
      this.openAgainAt = now + this.wait * (0.75 + Math.random() / 2);
    }
    if (!this.asking && now > this.askAgainAt) void this.ask();
  }

  /** At once, such as when the machine finds its network again. */
  now(): void {
    this.wait = ASK_MS;
    this.askAgainAt = this.openAgainAt = 0;
    if (this.silence > SILENT_MS) this.open();
  }

  private open(): void {
    this.source?.close();
    this.openedAt = performance.now();
    const source = new EventSource(`${this.base}/dong-su-kien?phong=${encodeURIComponent(this.room)}`);
    for (const [name, what] of Object.entries(TYPES)) {
      source.addEventListener(name, (event) => {
        this.heard();
        this.listener[what](JSON.parse((event as MessageEvent<string>).data) as Told);
      });
    }
    source.addEventListener("bo-cuc", () => this.listener.layout());
    source.addEventListener("nhip", (event) => {
      this.heard();
      this.listener.alive(JSON.parse((event as MessageEvent<string>).data) as SignOfLife);
    });
    this.source = source;
  }

  private async ask(): Promise<void> {
    this.asking = true;
    try {
      const answer = await fetch(`${this.base}/so-do?phong=${encodeURIComponent(this.room)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const told = (await answer.json()) as Told;
      this.listener.everything(told);
      this.listener.alive({ now: told.now, read: told.now });
      this.heardAt = performance.now() - SILENT_MS + ASK_MS; // good until the next question
      this.wait = ASK_MS;
    } catch {
      this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 1.5);
    } finally {
      this.asking = false;
      this.askAgainAt = performance.now() + this.wait * (0.75 + Math.random() / 2);
    }
  }

  private heard(): void {
    this.heardAt = performance.now();
    this.wait = ASK_MS;
  }
}
