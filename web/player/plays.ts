/**
 * How often each recording was started. A play is a fact, named by its writer and its number: what
 * this machine kept and what the server was told are put together as a set, so that a reload, a
 * repeated message and a second machine count every play once. A machine that is offline counts
 * what it knows; what it could not tell before another took over stays on it.
 */
import type { Heard, HeardKind, ProcessEvent } from "./contract.ts";
import type { Timers } from "./queue.ts";
import type { RoomServer } from "./server.ts";

const RETRY_MS = 5000;

interface Kept extends Heard {
  client_at: string;
  isTold: boolean;
}

export interface PlaysOptions {
  attempt: string;
  writer: string;
  server: Pick<RoomServer, "process">;
  store: Pick<Storage, "getItem" | "setItem">;
  timers: Timers;
  /** The next number under which something is told of how the candidate works. */
  nextSeq: () => number;
  now: () => number;
}

export class Plays {
  private readonly kept: Kept[];
  private isTelling = false;

  constructor(private readonly options: PlaysOptions, private readonly told: readonly Heard[]) {
    this.kept = this.read();
    void this.tell();
  }

  count(item: string, kind: HeardKind): number {
    const names = [...this.told, ...this.kept]
      .filter((play) => play.item === item && play.kind === kind)
      .map(({ writer, seq }) => `${writer} ${seq}`);
    return new Set(names).size;
  }

  add(item: string, kind: HeardKind): void {
    const { writer, nextSeq, now } = this.options;
    this.kept.push({ item, kind, writer, seq: nextSeq(), client_at: new Date(now()).toISOString(), isTold: false });
    this.write();
    void this.tell();
  }

  /** Tells what the server does not know yet, under the same numbers each time. */
  private async tell(): Promise<void> {
    const waiting = this.kept.filter(({ writer, isTold }) => writer === this.options.writer && !isTold);
    if (this.isTelling || waiting.length === 0) return;
    this.isTelling = true;
    const answer = await this.options.server.process(this.options.writer, waiting.map(eventOf));
    this.isTelling = false;
    if (answer.kind === "unreachable") return void this.options.timers.after(RETRY_MS, () => void this.tell());
    for (const play of waiting) play.isTold = true; // a refusal is final: it would be refused again
    this.write();
    void this.tell();
  }

  private get key(): string {
    return `khaothi.heard.${this.options.attempt}`;
  }

  private read(): Kept[] {
    try {
      return JSON.parse(this.options.store.getItem(this.key) ?? "[]") as Kept[];
    } catch {
      return [];
    }
  }

  private write(): void {
    try {
      this.options.store.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      // Kept in the page, and told to the server.
    }
  }
}

function eventOf({ seq, kind, item, client_at }: Kept): ProcessEvent {
  return { seq, kind, item, ms: null, client_at };
}
