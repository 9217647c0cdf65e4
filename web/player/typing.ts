/**
 * A hand that types makes one change a pause, not one a letter: the text is handed on after a
 * quarter of a second of rest, and at the latest after a second of typing without rest.
 */
import type { Timers } from "./queue.ts";

const REST_MS = 250;
const LONGEST_MS = 1000;

export class TypingBuffer {
  private waiting: { key: string; text: string; since: number } | null = null;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly now: () => number,
    private readonly commit: (key: string, text: string) => void,
  ) {}

  type(key: string, text: string): void {
    if (this.waiting !== null && this.waiting.key !== key) this.flush();
    this.waiting = { key, text, since: this.waiting?.since ?? this.now() };
    this.cancel?.();
    const left = Math.max(0, this.waiting.since + LONGEST_MS - this.now());
    this.cancel = this.timers.after(Math.min(REST_MS, left), () => this.flush());
  }

  /** The text as typed so far, when it has not been handed on yet. */
  textOf(key: string): string | null {
    return this.waiting?.key === key ? this.waiting.text : null;
  }

  flush(): void {
    this.cancel?.();
    this.cancel = null;
    const { waiting } = this;
    this.waiting = null;
    if (waiting !== null) this.commit(waiting.key, waiting.text);
  }
}
