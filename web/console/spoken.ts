/** What is read aloud: lost, idle, waiting for a machine. One sentence at a time, many seats in one. */
import { fill, type Words } from "./contract";

const SPOKEN = ["lost", "idle", "asks_device"];
export const GAP_MS = 4000;
const ONE_BY_ONE = 2;

export class Spoken {
  private readonly waiting = new Map<string, string[]>();
  private quietUntil = 0;

  constructor(
    private readonly say: (sentence: string) => void,
    private readonly words: Words,
    private readonly nameOf: (state: string) => string,
  ) {}

  changed(seat: string, state: string): void {
    for (const seats of this.waiting.values()) {
      const at = seats.indexOf(seat);
      if (at >= 0) seats.splice(at, 1);
    }
    if (SPOKEN.includes(state)) this.waiting.set(state, [...(this.waiting.get(state) ?? []), seat]);
  }

  /** Called every second. */
  tick(now: number): void {
    if (now < this.quietUntil) return;
    for (const state of SPOKEN) {
      const seats = this.waiting.get(state) ?? [];
      if (!seats.length) continue;
      const many = seats.length > ONE_BY_ONE;
      const seat = many ? "" : (seats.shift() ?? "");
      const told = many ? fill(this.words.many, { n: seats.length, state: this.nameOf(state) }) : fill(this.words.said, { seat, state: this.nameOf(state) });
      if (many) seats.length = 0;
      this.say(told);
      this.quietUntil = now + GAP_MS;
      return;
    }
  }
}
