import assert from "node:assert/strict";
import { test } from "node:test";
import { Recordings, type Sound } from "./recordings.ts";

class Tape implements Sound {
  currentTime = 0;
  duration = 10;
  paused = true;
  works = true;
  private readonly listeners = new Map<string, () => void>();

  async play() {
    if (!this.works) throw new Error("no sound");
    this.paused = false;
    this.currentTime = 1;
  }
  pause() {
    this.paused = true;
  }
  addEventListener(name: string, listener: () => void) {
    this.listeners.set(name, listener);
  }
  end() {
    this.paused = true;
    this.listeners.get("ended")?.();
  }
}

const TWICE = { src: "/thi/hinh/x", plays: 2 };

function setUp(started = new Map<string, number>()) {
  const tape = new Tape();
  const count = (key: string) => started.get(key) ?? 0;
  const tally = { count, add: (key: string) => void started.set(key, count(key) + 1) };
  return { tape, started, heard: new Recordings(tally, () => tape, () => undefined) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a sound starts as often as allowed, pausing costs nothing, and a new page gives none back", async () => {
  const { tape, started, heard } = setUp();
  heard.toggle("q1", TWICE);
  await settled();
  assert.equal(heard.of("q1", TWICE).left, 1);
  heard.toggle("q1", TWICE);
  heard.toggle("q1", TWICE);
  await settled();
  assert.deepEqual([heard.of("q1", TWICE).left, heard.of("q1", TWICE).isPlaying], [1, true]);
  tape.end();
  heard.toggle("q1", TWICE);
  await settled();
  tape.end();
  assert.equal(heard.of("q1", TWICE).left, 0);
  heard.toggle("q1", TWICE);
  await settled();
  assert.equal(tape.paused, true);
  assert.equal(setUp(started).heard.of("q1", TWICE).left, 0);
});

test("a sound that does not start is not counted", async () => {
  const { tape, heard } = setUp();
  tape.works = false;
  heard.toggle("q1", TWICE);
  await settled();
  assert.deepEqual([heard.of("q1", TWICE).left, heard.of("q1", TWICE).failed], [2, true]);
});
