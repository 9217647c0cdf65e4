import assert from "node:assert/strict";
import { test } from "node:test";
import { hasOwnTable, withOwnTable, withoutOwnTable, addStatement } from "./content-edits.ts";
import type { Cloze, Hotspot, Match, MultipleChoice, Order, TrueFalseCluster } from "./contract.ts";
import * as edits from "./further-edits.ts";
import { plainTex } from "./plain-tex.ts";
import { sameContent } from "./same-content.ts";

const ORDER: Order = { type: "order", options: [], keys: [], shuffle: true };
const MATCH: Match = { type: "match", rows: [], columns: [], keys: [], shuffle: false, partial: true, most: 0 };
const SPOT: Hotspot = { type: "hotspot", picture: "", width: 400, height: 300, areas: [], keys: [], least: 0, most: 1 };

/** Chance that can be foretold: the numbers of a simple congruence. */
function drawn(seed: number): edits.Chance {
  let state = seed;
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % limit;
  };
}

function orderOf(count: number, seed: number): Order {
  const draw = drawn(seed);
  let part = ORDER;
  for (let at = 0; at < count; at += 1) part = edits.addToOrder(part, draw);
  return part;
}

test("what candidates first see of an order says nothing of the right one", () => {
  const firsts = Array.from({ length: 200 }, (_, seed) => {
    const { options, keys } = orderOf(4, seed + 1);
    return options.findIndex(({ id }) => id === keys[0]);
  });
  for (const place of [0, 1, 2, 3]) assert.ok(firsts.filter((found) => found === place).length > 20, `place ${place}`);
});

test("moving up and down keeps every item once, and stays within the list", () => {
  const part = orderOf(4, 7);
  const [first = ""] = part.keys;
  assert.deepEqual(edits.moveInOrder(part, first, -1).keys, part.keys);
  const moved = edits.moveInOrder(part, first, 1);
  assert.equal(moved.keys[1], first);
  assert.deepEqual([...moved.keys].sort(), [...part.keys].sort());
  assert.deepEqual(moved.options, part.options);
});

test("a removed item leaves neither option nor key behind", () => {
  const part = orderOf(3, 5);
  const gone = edits.removeFromOrder(part, part.keys[1] ?? "");
  assert.equal(gone.options.length, 2);
  assert.equal(gone.keys.length, 2);
});

test("a pair is made and undone; a row may have as many as it was given", () => {
  let part = edits.addPart(edits.addPart(edits.addPart(MATCH, "rows", drawn(1)), "columns", drawn(1)), "columns", drawn(2));
  const [row, one, two] = [part.rows[0]?.id ?? "", part.columns[0]?.id ?? "", part.columns[1]?.id ?? ""];
  part = edits.togglePair(edits.togglePair(part, row, one), row, two);
  assert.deepEqual(part.keys.map(({ right }) => right).sort(), [one, two].sort());
  assert.equal(part.rows[0]?.most, 2);
  part = edits.removePart(part, "columns", one);
  assert.deepEqual(part.keys, [{ left: row, right: two }]);
});

test("several keys stand in the order of the options, however they were chosen", () => {
  const options = ["A", "B", "C"].map((id) => ({ id, body: id, rationale: "" }));
  const part: MultipleChoice = { type: "multiple", options, keys: [], shuffle: true, least: 0, most: 0 };
  assert.deepEqual(edits.toggleKey(edits.toggleKey(part, "C"), "A").keys, ["A", "C"]);
  assert.deepEqual(edits.toggleKey(edits.toggleKey(part, "C"), "C").keys, []);
});

test("a gap taken out of the text and put back has what it had", () => {
  const gap = { ...edits.newGap("g1", "đạo hàm"), case_sensitive: true };
  const part: Cloze = { type: "cloze", gaps: [gap] };
  const without = edits.withGapsOf(part, [], new Map([["g1", gap]]));
  assert.deepEqual(without.gaps, []);
  assert.deepEqual(edits.withGapsOf(without, ["g2", "g1"], new Map([["g1", gap]])).gaps.map(({ id, keys }) => [id, keys]), [["g2", []], ["g1", ["đạo hàm"]]]);
});

test("from typing to choosing and back the right words stay right", () => {
  const offered = edits.offerOptions(edits.newGap("g1", "a < b"), (text) => text.replace("<", "&lt;"));
  assert.equal(offered.options[0]?.body, "<p>a &lt; b</p>");
  assert.deepEqual(offered.keys, ["A"]);
  assert.deepEqual(edits.letType(offered, () => "a < b").keys, ["a < b"]);
});

test("an area never leaves the picture, however far it is moved or stretched", () => {
  for (const shape of ["rect", "circle", "poly"] as const) {
    const [area] = edits.addArea(SPOT, shape).areas;
    assert.ok(area !== undefined);
    for (const [dx, dy] of [[1000, 0], [-1000, 0], [0, 1000], [0, -1000]] as const) {
      for (const change of [edits.movedArea, edits.resizedArea]) {
        const [left, top, right, bottom] = edits.bounds(change(area, dx, dy, SPOT));
        assert.ok(left >= 0 && top >= 0 && right <= SPOT.width && bottom <= SPOT.height, `${shape} ${dx} ${dy}`);
        assert.ok(right > left && bottom > top);
      }
    }
  }
});

test("as many areas may be chosen as are right", () => {
  const part = edits.addArea(edits.addArea(SPOT, "rect"), "circle");
  const both = edits.toggleArea(edits.toggleArea(part, "A"), "B");
  assert.deepEqual([both.keys, both.most], [["A", "B"], 2]);
  assert.deepEqual(edits.removeArea(both, "A").keys, ["B"]);
});

test("a score table of its own has an entry for each number of right statements", () => {
  const statements = ["a", "b", "c", "d"].map((id) => ({ id, body: "", key: true, rationale: "" }));
  const part: TrueFalseCluster = { type: "tf_cluster", statements };
  const official = withOwnTable(part);
  assert.deepEqual(official.shares, ["0", "0.1", "0.25", "0.5", "1"]);
  assert.equal(addStatement(official).shares?.length, 6);
  assert.ok(!hasOwnTable(withoutOwnTable(official)));
  assert.ok(!("shares" in addStatement(part)));
});

test("the visual field's own words become common TeX", () => {
  assert.equal(plainTex("\\frac12+\\placeholder{}"), "\\frac{1}{2}+");
  assert.equal(plainTex("\\int_0^1\\!x\\differentialD x"), "\\int_0^1\\!xd x");
  assert.equal(plainTex("\\exponentialE^{x}"), "e^{x}");
  assert.equal(plainTex("x\\in\\R"), "x\\in\\mathbb{R}");
  assert.equal(plainTex("\\sqrt3"), "\\sqrt{3}");
  assert.equal(plainTex("\\frac{a}{b}\\Rightarrow c"), "\\frac{a}{b}\\Rightarrow c");
});

test("a field that says nothing does not make two contents differ", () => {
  const one = { stem: "x", recording: null } as never;
  assert.ok(sameContent(one, { stem: "x" } as never));
  assert.ok(!sameContent(one, { stem: "y" } as never));
});
