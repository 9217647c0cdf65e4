import assert from "node:assert/strict";
import { test } from "node:test";
import { keysAre } from "./keys.ts";
import { kilobits, machineName, soundFormats } from "./measure.ts";

function storage(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as Storage;
}

test("a megabit is a thousand kilobits, and a clock that stood still counts as a millisecond", () => {
  assert.equal(kilobits(125_000, 1000), 1000);
  assert.equal(kilobits(125, 0), 1000);
});

test("a format counts when the browser says maybe or probably", () => {
  assert.deepEqual(soundFormats((type) => (type === "audio/mpeg" ? "probably" : "")), ["mp3"]);
  assert.deepEqual(soundFormats(() => "maybe"), ["mp3", "m4a", "ogg", "wav"]);
});

test("one machine keeps its name, another has another, and what is no name is drawn anew", () => {
  const [one, other] = [storage(), storage()];
  const name = machineName(one);
  assert.match(name, /^[0-9a-f]{32}$/);
  assert.equal(machineName(one), name);
  assert.notEqual(machineName(other), name);
  other.setItem("khaothi.machine", "<script>");
  assert.match(machineName(other), /^[0-9a-f]{32}$/);
  assert.equal(machineName(null), "");
});

test("letters in their places, a French keyboard, and a programme that catches the keys", () => {
  assert.equal(keysAre([{ code: "KeyT", key: "T" }, { code: "KeyI", key: "i" }, { code: "Space", key: " " }]), "as_printed");
  assert.equal(keysAre([{ code: "KeyT", key: "t" }, { code: "KeyQ", key: "a" }]), "otherwise");
  assert.equal(keysAre([{ code: "KeyT", key: "Process" }, { code: "Backspace", key: "Backspace" }]), "unknown");
});
