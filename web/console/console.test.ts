import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, type RoomNow, type Told, type Words } from "./contract.ts";
import { Drawn } from "./drawn.ts";
import { ServerClock, span, timeOfDay } from "./server-clock.ts";
import { GAP_MS, Spoken } from "./spoken.ts";
import { next } from "./walking.ts";

test("the room's clock goes on from what the server said, not from the laptop's time", () => {
  let passed = 5000;
  const clock = new ServerClock(1_000_000, () => passed);
  passed += 2500;
  assert.equal(clock.now(), 1_002_500);
  clock.set(2_000_000);
  assert.equal(clock.now(), 2_000_000);
});

test("spans and times of day are written as on the wall of the room", () => {
  assert.equal(span(38 * 60_000 + 40_999), "38:40");
  assert.equal(span(3_600_000), "1:00:00");
  assert.equal(span(-1), "0:00");
  assert.equal(timeOfDay(Date.parse("2026-11-23T07:36:20Z"), true), "14:36:20");
});

test("a look from before the page was drawn is no news, and one after a closing asks for another page once", () => {
  const told = (now: number, state: string): Told => ({ now, room: { state } as RoomNow, seats: [] });
  const drawn = new Drawn(told(5000, "closed"));
  const [before, after] = [told(4200, "open"), told(5200, "closed")];
  assert.ok(drawn.isNewerThan(before) && !drawn.isOutdatedBy(before));
  assert.ok(!drawn.isNewerThan(after) && !drawn.isOutdatedBy(after));
  assert.ok(!drawn.isNewerThan(told(5000 - 3_600_000, "closed")), "a clock set back by an hour does not silence the console");
  const open = new Drawn(told(4000, "open"));
  assert.ok(!open.isNewerThan(after) && open.isOutdatedBy(after));
});

test("a value that is missing leaves its place in the sentence", () => {
  assert.equal(fill("Ghế {seat}: {state}.", { seat: "09" }), "Ghế 09: {state}.");
});

function speaker(): { said: string[]; spoken: Spoken } {
  const said: string[] = [];
  const words = { said: "{seat} {state}", many: "{n} x {state}" } as Words;
  return { said, spoken: new Spoken((one) => said.push(one), words, (state) => state) };
}

test("one sentence at a time, and silence in between", () => {
  const { said, spoken } = speaker();
  spoken.changed("01", "lost");
  spoken.changed("02", "idle");
  for (let now = 0; now < GAP_MS; now += 1000) spoken.tick(now);
  assert.deepEqual(said, ["01 lost"]);
  spoken.tick(GAP_MS);
  assert.deepEqual(said, ["01 lost", "02 idle"]);
});

test("a room that falls silent is one sentence; a seat that came back in time is none", () => {
  const { said, spoken } = speaker();
  for (const seat of ["01", "02", "03", "04"]) spoken.changed(seat, "lost");
  spoken.changed("04", "working");
  spoken.changed("05", "submitted");
  spoken.tick(0);
  spoken.tick(2 * GAP_MS);
  assert.deepEqual(said, ["3 x lost"]);
});

function grid(columns: number, n: number): Element[] {
  const place = (at: number) => ({ left: (at % columns) * 100, top: Math.floor(at / columns) * 80 });
  return Array.from({ length: n }, (_, at) => ({ getBoundingClientRect: () => place(at) }) as unknown as Element);
}

test("arrows walk the seats as they stand; at the edge they stay", () => {
  const seats = grid(3, 8);
  const walk = (from: number, key: string) => seats.indexOf(next(seats, seats[from] as Element, key) as Element);
  assert.equal(walk(0, "ArrowRight"), 1);
  assert.equal(walk(1, "ArrowDown"), 4);
  assert.equal(walk(5, "ArrowDown"), 7);
  assert.equal(walk(7, "ArrowUp"), 4);
  assert.equal(walk(0, "ArrowUp"), -1);
  assert.equal(walk(7, "ArrowRight"), -1);
  assert.equal(walk(4, "End"), 7);
});
