import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heard, ProcessEvent } from "./contract.ts";
import { MemoryStore } from "./journal.ts";
import { Plays } from "./plays.ts";
import type { Answer } from "./server.ts";

/** A server that keeps plays as the real one does: by writer and number, told as often as you like. */
class Room {
  readonly known = new Map<string, Heard>();
  isUp = true;
  losesAnswers = false;

  async process(writer: string, events: readonly ProcessEvent[]): Promise<Answer<{ kept: number }>> {
    if (!this.isUp) return { kind: "unreachable" };
    for (const { seq, kind, item } of events) {
      const heard = { item: item ?? "", kind, writer, seq } as Heard;
      if (!this.known.has(`${writer} ${seq}`)) this.known.set(`${writer} ${seq}`, heard);
    }
    if (this.losesAnswers) return { kind: "unreachable" };
    return { kind: "ok", body: { kept: events.length }, trip: { sent: 0, received: 0 } };
  }
}

class Machine {
  readonly store = new MemoryStore();
  private readonly retries: Array<() => void> = [];
  private seq = 0;

  constructor(private readonly room: Room) {}

  /** A page of the player as it starts: with what the server tells at that moment. */
  opens(writer: string): Plays {
    const timers = { after: (_ms: number, task: () => void) => { this.retries.push(task); return () => undefined; } };
    const nextSeq = () => (this.seq += 1);
    const options = { attempt: "att", writer, server: this.room, store: this.store, timers, nextSeq, now: () => 0 };
    return new Plays(options, [...this.room.known.values()]);
  }

  async triesAgain(): Promise<void> {
    for (const task of this.retries.splice(0)) task();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const heard = (plays: Plays) => plays.count("q1", "heard");

test("a play counts on the next machine too, and the item's own apart from the shared one", async () => {
  const room = new Room();
  const first = new Machine(room).opens("w-1");
  first.add("q1", "heard");
  first.add("q1", "heard_shared");
  await settled();
  const second = new Machine(room).opens("w-2");
  second.add("q1", "heard");
  assert.deepEqual([second.count("q1", "heard"), second.count("q1", "heard_shared")], [2, 1]);
});

test("plays without a line count on their machine, and are told once it is back", async () => {
  const room = new Room();
  const machine = new Machine(room);
  room.isUp = false;
  machine.opens("w-1").add("q1", "heard");
  await settled();
  assert.equal(heard(machine.opens("w-1")), 1);
  room.isUp = true;
  await machine.triesAgain();
  assert.equal(room.known.size, 1);
  assert.equal(heard(new Machine(room).opens("w-2")), 1);
});

test("an answer that was lost makes no second play, on either side", async () => {
  const room = new Room();
  const machine = new Machine(room);
  room.losesAnswers = true;
  machine.opens("w-1").add("q1", "heard");
  await settled();
  room.losesAnswers = false;
  const again = machine.opens("w-1");
  await settled();
  await machine.triesAgain();
  assert.deepEqual([heard(again), room.known.size], [1, 1]);
});

test("what could not be told before another machine took over still counts where it was heard", async () => {
  const room = new Room();
  const machine = new Machine(room);
  room.isUp = false;
  machine.opens("w-1").add("q1", "heard");
  await settled();
  room.isUp = true;
  const other = new Machine(room).opens("w-2");
  other.add("q1", "heard");
  await settled();
  assert.equal(heard(other), 1); // it cannot know
  assert.equal(heard(machine.opens("w-3")), 2); // the union of both
});
