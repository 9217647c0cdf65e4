import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock, dueNotice, formatRemaining, formatTimeOfDay, speakRemaining } from "./clock.ts";

const DEADLINE = "2026-11-22T08:30:00.000Z";

function clockAt(counter: { now: number }): ServerClock {
  return new ServerClock(() => counter.now);
}

test("time is carried forward from the server's answer by a monotonic counter", () => {
  const counter = { now: 1000 };
  const clock = clockAt(counter);
  assert.equal(clock.now(), null);
  clock.learn({ serverNow: Date.parse("2026-11-22T08:00:00.000Z"), sent: 900, received: 1000 });
  counter.now = 61_000;
  assert.equal(clock.remaining(DEADLINE), 30 * 60_000 - 60_050);
});

test("a slow answer does not spoil what a quick one told", () => {
  const clock = clockAt({ now: 20_000 });
  clock.learn({ serverNow: 1_000_000, sent: 0, received: 20 });
  clock.learn({ serverNow: 1_010_000, sent: 9_000, received: 13_000 });
  assert.equal(clock.now(), 1_000_000 - 10 + 20_000);
});

test("after the machine slept the server is believed at once", () => {
  const clock = clockAt({ now: 30_000 });
  clock.learn({ serverNow: 1_000_000, sent: 0, received: 20 });
  clock.learn({ serverNow: 4_000_000, sent: 29_000, received: 30_000 });
  assert.equal(clock.now(), 4_000_000 + 500);
});

test("time left is never negative", () => {
  const clock = clockAt({ now: 0 });
  clock.learn({ serverNow: Date.parse(DEADLINE) + 5000, sent: 0, received: 0 });
  assert.equal(clock.remaining(DEADLINE), 0);
});

test("what is shown and said", () => {
  assert.equal(formatRemaining(42 * 60_000 + 50_000), "42:50");
  assert.equal(formatRemaining(90 * 60_000), "90:00");
  assert.equal(formatRemaining(1), "0:01");
  assert.equal(formatRemaining(0), "0:00");
  assert.equal(speakRemaining(61_000), "1 phút 1 giây");
  assert.equal(formatTimeOfDay(Date.parse("2026-11-22T07:32:05Z")), "14:32:05");
});

test("each notice is given once, and the nearest only after a gap", () => {
  const minute = 60_000;
  assert.equal(dueNotice(15 * minute + 500, 15 * minute - 500), 15);
  assert.equal(dueNotice(15 * minute - 500, 15 * minute - 1500), null);
  assert.equal(dueNotice(20 * minute, 4 * minute), 5);
  assert.equal(dueNotice(null, 3 * minute), null);
  assert.equal(dueNotice(6 * minute, 0), null);
});
