/**
 * How the candidate works: time on an item, changes, focus lost, ways through the paper. Sent when
 * there is time. A failure is nobody's business, and nothing here ever waits for or holds an answer.
 */
import type { ProcessEvent, ProcessKind } from "./contract.ts";
import type { Timers } from "./queue.ts";
import type { RoomServer } from "./server.ts";

const EVERY_MS = 30_000;
const BATCH = 200;
const MOST_WAITING = 2000;

type Numbers = Pick<Storage, "getItem" | "setItem">;

export class ProcessLog {
  private waiting: ProcessEvent[] = [];
  private lastSeq = 0;
  private shown: { items: readonly string[]; since: number } = { items: [], since: 0 };

  constructor(
    private readonly writer: string,
    private readonly server: Pick<RoomServer, "process">,
    private readonly numbers: Numbers,
    private readonly timers: Timers,
    private readonly now: () => number,
  ) {
    this.schedule();
  }

  note(kind: ProcessKind, item: string | null = null, ms: number | null = null): void {
    if (this.waiting.length >= MOST_WAITING) return;
    const client_at = new Date(this.now()).toISOString();
    this.waiting.push({ seq: this.nextSeq(), kind, item, ms, client_at });
  }

  /** The items on the screen now; those that were there before get the time they were looked at. */
  show(items: readonly string[]): void {
    const { items: before, since } = this.shown;
    if (before.join() === items.join()) return;
    for (const item of before) this.note("item_left", item, Math.round(this.now() - since));
    for (const item of items) this.note("item_shown", item);
    if (before.length > 0 && items.length > 0) this.note("navigated", items[0] ?? null);
    this.shown = { items: [...items], since: this.now() };
  }

  async send(): Promise<void> {
    const batch = this.waiting.slice(0, BATCH);
    if (batch.length === 0) return;
    const answer = await this.server.process(this.writer, batch);
    // A refusal is final: what was refused once would be refused again.
    if (answer.kind !== "unreachable") this.waiting = this.waiting.filter((event) => !batch.includes(event));
  }

  private schedule(): void {
    this.timers.after(EVERY_MS, () => void this.send().then(() => this.schedule()));
  }

  /** Numbers go on after a reload; two events under one number would be one. */
  nextSeq = (): number => {
    const key = `khaothi.process.${this.writer}`;
    this.lastSeq = Math.max(this.lastSeq, this.keptSeq(key)) + 1;
    try {
      this.numbers.setItem(key, String(this.lastSeq));
    } catch {
      // A full disk: the page counts on by itself.
    }
    return this.lastSeq;
  };

  private keptSeq(key: string): number {
    try {
      return Number(this.numbers.getItem(key) ?? "0") || 0;
    } catch {
      return 0;
    }
  }
}
