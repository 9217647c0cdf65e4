import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessEvent } from "./contract.ts";
import { HandTime } from "./hand-time.ts";
import { MemoryStore } from "./journal.ts";
import { ProcessLog } from "./process-log.ts";

type Told = (events: readonly ProcessEvent[]) => Promise<{ kind: "ok"; body: { kept: number }; trip: { sent: number; received: number } }>;

function setUp(tell: Told, numbers: Pick<Storage, "getItem" | "setItem"> = new MemoryStore()) {
  const time = new HandTime();
  const log = new ProcessLog("w-1", { process: (_writer, events) => tell(events) }, numbers, time, () => time.now);
  return { log, time };
}

const kept = (events: readonly ProcessEvent[]) => ({ kind: "ok" as const, body: { kept: events.length }, trip: { sent: 0, received: 0 } });

test("what is noted while two messages are on their way is told as well", async () => {
  const told: ProcessEvent[] = [];
  const gates: Array<() => void> = [];
  const { log } = setUp((events) => new Promise((resolve) => gates.push(() => {
    told.push(...events);
    resolve(kept(events));
  })));
  log.note("focus_lost");
  const [first, second] = [log.send(), log.send()];
  log.note("focus_gained");
  for (const open of gates) open();
  await Promise.all([first, second]);
  const third = log.send();
  gates[2]?.();
  await third;
  assert.ok(told.some(({ kind }) => kind === "focus_gained"));
});

test("a machine whose storage is full goes on counting, and nothing breaks", async () => {
  const told: ProcessEvent[] = [];
  const full = { getItem: () => "6", setItem: () => { throw new Error("QuotaExceededError"); } };
  const { log } = setUp(async (events) => {
    told.push(...events);
    return kept(events);
  }, full);
  log.note("changed", "q1");
  log.note("changed", "q2");
  await log.send();
  assert.deepEqual(told.map(({ seq }) => seq), [7, 8]);
});
