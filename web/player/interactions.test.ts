import assert from "node:assert/strict";
import { test } from "node:test";
import type { Area, Item } from "./contract.ts";
import { toggled } from "./marks.ts";
import { moved, placeAt, shownOrder } from "./ordering.ts";
import { type Limits, join, part } from "./pairs.ts";
import { instruction, toggle } from "./picking.ts";
import { itemProgress } from "./progress.ts";
import { sentencesIn } from "./sentences.ts";
import { middleOf, pathOf } from "./shapes.ts";

const ONCE: Limits = { left: () => 1, right: () => 1, all: 0 };
const common = { ref: "i", number: 1, points: "1", body: "", stimulus: null };

test("picking stops at the limit, and one of one is replaced", () => {
  assert.deepEqual(toggle(["A"], "B", { least: 0, most: 1 }), ["B"]);
  assert.equal(toggle(["A", "B"], "C", { least: 0, most: 2 }), null);
  assert.deepEqual(toggle(["A", "B"], "A", { least: 0, most: 2 }), ["B"]);
  assert.deepEqual(toggle(["A", "B"], "C", { least: 0, most: 0 }), ["A", "B", "C"]);
  assert.equal(instruction({ least: 2, most: 2 }, 5), "Chọn đúng 2.");
});

test("what may be used once moves from its old pair to the new one", () => {
  assert.deepEqual(join(["1 a"], "2", "a", ONCE), ["2 a"]);
  assert.deepEqual(join(["1 a", "2 b"], "1", "b", ONCE), ["1 b"]);
  assert.deepEqual(join(["1 a"], "1", "b", { ...ONCE, left: () => 2 }), ["1 a", "1 b"]);
  assert.equal(join(["1 a"], "2", "b", { ...ONCE, all: 1 }), null);
  assert.deepEqual(part(["1 a", "2 b"], "1", "a"), ["2 b"]);
});

test("no sequence of presses breaks a limit of pairs", () => {
  const limits: Limits = { left: () => 1, right: () => 2, all: 0 };
  let pairs: string[] = [];
  for (let step = 0; step < 200; step += 1) {
    const [left, right] = [`${(step * 7) % 5}`, `${(step * 3) % 2}`];
    pairs = (step % 4 === 0 ? part(pairs, left, right) : join(pairs, left, right, limits)) ?? pairs;
    for (const id of "01234") assert.ok(pairs.filter((pair) => pair.startsWith(`${id} `)).length <= 1);
    for (const id of "01") assert.ok(pairs.filter((pair) => pair.endsWith(` ${id}`)).length <= 2);
    assert.equal(new Set(pairs).size, pairs.length);
  }
});

test("moving keeps everything, and a pointer between rows means the place between them", () => {
  assert.deepEqual(moved(["a", "b", "c"], "a", 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], "c", -1), ["c", "a", "b"]);
  assert.equal(placeAt([10, 30], 20), 1);
  assert.deepEqual(shownOrder(["c", "x"], ["a", "b", "c"]), ["c", "a", "b"]);
});

test("marks swallow what they touch and are cut where they are pressed again", () => {
  assert.deepEqual(toggled([{ from: 0, to: 5 }], { from: 4, to: 9 }), [{ from: 0, to: 9 }]);
  assert.deepEqual(toggled([{ from: 0, to: 9 }], { from: 3, to: 5 }), [{ from: 0, to: 3 }, { from: 5, to: 9 }]);
  assert.deepEqual(toggled([{ from: 0, to: 9 }], { from: 0, to: 9 }), []);
});

test("sentences end at their marks, and blanks belong to none", () => {
  const text = "Một hộ nuôi vịt. Cạnh bờ kênh?  Hết";
  assert.deepEqual(sentencesIn(text).map(({ from, to }) => text.slice(from, to)), ["Một hộ nuôi vịt.", "Cạnh bờ kênh?", "Hết"]);
});

test("how far each further kind is answered", () => {
  const piece = (id: string) => ({ id, body: id, most: 1 });
  const cases: Array<[Item, unknown, string]> = [
    [{ ...common, kind: "multiple", options: [], least: 2, most: 3 }, ["A"], "partial"],
    [{ ...common, kind: "multiple", options: [], least: 0, most: 0 }, ["A"], "done"],
    [{ ...common, kind: "cloze", gaps: [{ id: "G", options: [], length: 4 }, { id: "H", options: [], length: 4 }] }, { G: "x", H: " " }, "partial"],
    [{ ...common, kind: "match", rows: [piece("1"), piece("2")], columns: [piece("a")], most: 0 }, ["1 a"], "partial"],
    [{ ...common, kind: "gap_match", pieces: [piece("p")], text: "", gaps: ["G"] }, ["p G"], "done"],
    [{ ...common, kind: "order", options: [] }, ["b", "a"], "done"],
    [{ ...common, kind: "hottext", text: "", words: ["w"], least: 0, most: 1 }, [], "empty"],
  ];
  for (const [item, value, state] of cases) {
    assert.equal(itemProgress(item, { value: value as never, flagged: false }).state, state, item.kind);
  }
});

test("areas of every shape have a path and a middle", () => {
  const area = (shape: string, coords: number[]): Area => ({ id: "x", shape, coords, label: "" });
  assert.equal(pathOf(area("rect", [1, 2, 3, 4]), 9, 9), "M1 2H3V4H1Z");
  assert.deepEqual(middleOf(area("poly", [0, 0, 6, 0, 0, 6]), 9, 9), { x: 2, y: 2 });
  assert.deepEqual(middleOf(area("default", []), 8, 6), { x: 4, y: 3 });
  assert.match(pathOf(area("circle", [5, 5, 2]), 9, 9), /^M3 5a2 2/);
});
