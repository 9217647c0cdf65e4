import assert from "node:assert/strict";
import { test } from "node:test";
import { admit, charactersOf, countWords } from "./charset.ts";
import type { ClusterItem, Item, Part, ResponseRecord } from "./contract.ts";
import { itemsOfStimulus, pageAt, pageName, pagesOf, placeOf } from "./pages.ts";
import { describe, itemProgress, review, totals } from "./progress.ts";

const common = { points: "0,25", body: "<p>…</p>", stimulus: null };
const cluster: ClusterItem = {
  ...common,
  ref: "t1",
  number: 1,
  kind: "tf_cluster",
  statements: ["a", "b", "c", "d"].map((id) => ({ id, body: id })),
};

function choice(number: number, stimulus: string | null = null): Item {
  return { ...common, ref: `c${number}`, number, kind: "choice", options: [], stimulus };
}

const parts: Part[] = [
  { code: "I", title: "", instruction: "", items: [choice(1), choice(2)] },
  { code: "II", title: "", instruction: "", items: [cluster] },
];

function given(value: ResponseRecord["value"], flagged = false): ResponseRecord {
  return { value, flagged };
}

test("a cluster is done only with all its statements", () => {
  assert.equal(itemProgress(cluster, undefined).state, "empty");
  const partial = itemProgress(cluster, given({ a: true, b: false, d: true }));
  assert.deepEqual([partial.state, partial.given, partial.of], ["partial", 3, 4]);
  assert.equal(itemProgress(cluster, given({ a: true, b: false, c: false, d: true })).state, "done");
});

test("blank text is no response", () => {
  const short: Item = { ...common, ref: "s", number: 1, kind: "short", max_chars: 4, charset: "0-9", hint: "" };
  const essay: Item = { ...common, ref: "e", number: 1, kind: "essay", max_words: null };
  assert.equal(itemProgress(short, given("  ")).state, "empty");
  assert.equal(itemProgress(essay, given({ text: "\n" })).state, "empty");
  assert.equal(itemProgress(essay, given({ text: "Mùa thu" })).state, "done");
});

test("totals add up to all items and the review names what is missing", () => {
  const responses = new Map([
    ["c1", given("A", true)],
    ["t1", given({ a: true })],
  ]);
  const items = parts.flatMap((part) => part.items);
  const counts = totals(items, responses);
  assert.deepEqual(counts, { total: 3, done: 1, partial: 1, empty: 1, flagged: 1 });
  const rows = review(parts, responses);
  assert.deepEqual(rows.map(({ done, rows: found }) => [done, found.length]), [[1, 2], [0, 1]]);
  assert.deepEqual(rows[1]?.rows[0]?.missing, ["b", "c", "d"]);
});

test("nothing to review when all is answered and nothing is flagged", () => {
  const all = { a: true, b: true, c: true, d: true };
  const responses = new Map([["c1", given("A")], ["c2", given("B")], ["t1", given(all)]]);
  assert.deepEqual(review(parts, responses), []);
});

test("the state of a box in words", () => {
  const progress = itemProgress(cluster, given({ a: true, b: true, c: true }, true));
  assert.equal(describe(2, progress, true), "Câu 2, đã trả lời 3/4, đánh dấu xem lại, đang mở");
});

test("items of a passage stand two by two, and no page mixes passages", () => {
  const items = [choice(23, "p"), choice(24, "p"), choice(25, "p"), choice(26, "q"), choice(27)];
  const english: Part[] = [{ code: "I", title: "", instruction: "", items }];
  const pages = pagesOf(english);
  assert.deepEqual(pages.map((page) => page.items.map((item) => item.number)), [[23, 24], [25], [26], [27]]);
  assert.equal(itemsOfStimulus(english, "p").length, 3);
});

test("every page is named, found again by its place, and an unknown place finds none", () => {
  const pages = pagesOf(parts);
  for (const [index, page] of pages.entries()) assert.equal(pageAt(pages, placeOf(page)), index);
  assert.equal(pageAt(pages, "phan-IX-cau-4"), null);
  const [first, second, third] = pages;
  assert.ok(first && second && third);
  assert.equal(pageName(second, first), "Câu 2");
  assert.equal(pageName(third, second), "Câu 1, phần II");
});

test("a short response holds what the answer sheet has boxes for", () => {
  assert.equal(charactersOf("0-9,-").join(""), "0123456789,-");
  assert.equal(admit("3.5", "0-9,-", 4), "3,5");
  assert.equal(admit("−12 m", "0-9,-", 4), "-12");
  assert.equal(admit("123456", "0-9,-", 4), "1234");
});

test("words are what white space separates", () => {
  assert.equal(countWords(""), 0);
  assert.equal(countWords("  Đường khúc\nkhuỷu   giữa rặng phi lao. "), 7);
});
