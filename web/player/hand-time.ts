/** For tests: time that passes only when told to. */
import type { Timers } from "./queue.ts";

export class HandTime implements Timers {
  now = 0;
  private tasks: Array<{ at: number; task: () => void }> = [];

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.now + ms, task };
    this.tasks.push(entry);
    return () => {
      this.tasks = this.tasks.filter((kept) => kept !== entry);
    };
  }

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const next = this.tasks.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.tasks = this.tasks.filter((kept) => kept !== next);
      this.now = Math.max(this.now, next.at);
      next.task();
    }
    this.now = end;
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
