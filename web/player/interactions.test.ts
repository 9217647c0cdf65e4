import assert from "node:assert/strict";
import { test } from "node:test";
import type { Area, Item } from "./contract.ts";
import { toggled } from "./marks.ts";
import { moved, placeAt, shownOrder } from "./ordering.ts";
import { withPlace } from "./interactions/places.ts";
import { type Limits, couple, join, leftOf, part, rightOf } from "./pairs.ts";
import { instruction, toggle } from "./picking.ts";
import { itemProgress } from "./progress.ts";
import { sentencesIn } from "./sentences.ts";
import { middleOf, pathOf } from "./shapes.ts";
import { movedBy, readSpot, spotAt, spotText } from "./stage.ts";
import { LONGEST_DRAWING, begin, extend, isDrawing, withoutDots, withoutLastStroke } from "./strokes.ts";

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
  const place = (id: string) => ({ id, asks: { kind: "entry" as const, options: [], length: 4 } });
  const cases: Array<[Item, unknown, string]> = [
    [{ ...common, kind: "multiple", options: [], least: 2, most: 3 }, ["A"], "partial"],
    [{ ...common, kind: "multiple", options: [], least: 0, most: 0 }, ["A"], "done"],
    [{ ...common, kind: "cloze", gaps: [{ id: "G", options: [], length: 4 }, { id: "H", options: [], length: 4 }] }, { G: "x", H: " " }, "partial"],
    [{ ...common, kind: "match", rows: [piece("1"), piece("2")], columns: [piece("a")], most: 0 }, ["1 a"], "partial"],
    [{ ...common, kind: "gap_match", pieces: [piece("p")], text: "", gaps: ["G"] }, ["p G"], "done"],
    [{ ...common, kind: "order", options: [] }, ["b", "a"], "done"],
    [{ ...common, kind: "composite", places: [place("R1"), place("R2")] }, { R1: "x", R2: [] }, "partial"],
    [{ ...common, kind: "composite", places: [place("R1"), place("R2")] }, { R1: "x", R2: ["A"] }, "done"],
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

test("a couple is one whichever comes first, and nothing is used more often than it may be", () => {
  const once = () => 1;
  assert.deepEqual(couple(["A B"], "B", "A", once, 0), ["A B"]);
  assert.deepEqual(couple(["A B", "C D"], "C", "B", once, 0), ["C B"]);
  assert.equal(couple(["A B"], "C", "D", once, 1), null);
  let pairs: string[] = [];
  for (let step = 0; step < 300; step += 1) {
    pairs = couple(pairs, `${(step * 7) % 6}`, `${(step * 5 + 1) % 6}`, () => 2, 0) ?? pairs;
    for (const id of "012345") assert.ok(pairs.filter((pair) => leftOf(pair) === id || rightOf(pair) === id).length <= 2);
    for (const pair of pairs) assert.notEqual(leftOf(pair), rightOf(pair));
  }
});

test("one place of a composite response changes alone, and an empty one is no response", () => {
  const both = withPlace(withPlace(null, "R1", "4"), "R2", ["A"]);
  assert.deepEqual(both, { R1: "4", R2: ["A"] });
  assert.deepEqual(withPlace(both, "R2", []), { R1: "4" });
  assert.deepEqual(withPlace(both, "R1", ""), { R2: ["A"] });
  assert.deepEqual(both, { R1: "4", R2: ["A"] });
});

test("no key leads off the picture, and a pointer means the same spot at every size", () => {
  const size = { width: 480, height: 300 };
  let spot = readSpot(undefined, size);
  assert.deepEqual(spot, { x: 240, y: 150 });
  for (let step = 0; step < 100; step += 1) spot = movedBy("ArrowRight", false, spot, size) ?? spot;
  assert.deepEqual(spot, { x: 480, y: 150 });
  assert.equal(movedBy("a", false, spot, size), null);
  for (const scale of [0.5, 1, 2]) {
    const box = { left: 10, top: 20, width: 480 * scale, height: 300 * scale };
    assert.deepEqual(spotAt({ x: 10 + 120 * scale, y: 20 + 60 * scale }, box, size), { x: 120, y: 60 });
  }
  assert.deepEqual(readSpot(spotText({ x: 3, y: 4 }), size), { x: 3, y: 4 });
});

test("a drawing grows by strokes, loses its last, and never outgrows what the server takes", () => {
  const line = extend(extend(begin("", { x: 1, y: 2 }), { x: 3, y: 4 }), { x: 3, y: 4 });
  assert.equal(line, "M1 2L3 4");
  const two = extend(begin(line, { x: 5, y: 6 }), { x: 7, y: 8 });
  assert.equal(withoutLastStroke(two), line);
  assert.equal(withoutDots(begin(line, { x: 9, y: 9 })), line);
  assert.ok(isDrawing(two) && isDrawing("") && !isDrawing('M1 2"/><script>'));
  let long = begin("", { x: 0, y: 0 });
  for (let x = 0; x < 20_000; x += 1) long = extend(long, { x, y: x % 7 });
  assert.ok(long.length <= LONGEST_DRAWING);
});
