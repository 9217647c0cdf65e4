/**
 * A hand that types makes few changes, not one a letter: the text is handed on a fifth of a second
 * after the first letter that waits, so nothing typed is ever longer than that outside the journal.
 */
import type { Timers } from "./queue.ts";

const WAIT_MS = 200;
/** Half a character, as some input methods leave for a moment: no text that can be sent may hold one. */
const HALF = /\p{Surrogate}/gu;

export class TypingBuffer {
  private waiting: { key: string; text: string } | null = null;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly commit: (key: string, text: string) => void,
  ) {}

  type(key: string, text: string): void {
    if (this.waiting !== null && this.waiting.key !== key) this.flush();
    this.waiting = { key, text: text.replace(HALF, "\ufffd") };
    this.cancel ??= this.timers.after(WAIT_MS, () => this.flush());
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
