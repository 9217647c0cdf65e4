import assert from "node:assert/strict";
import { test } from "node:test";
import * as edits from "./content-edits.ts";
import type { Choice, Essay, ItemContent } from "./contract.ts";
import { read, shown } from "./decimals.ts";
import { differences } from "./differences.ts";
import { noteOf, piecesOf } from "./note-text.ts";
import { requiredFields } from "./requirements.ts";

const FOUR: Choice = {
  type: "choice",
  options: ["A", "B", "C", "D"].map((id) => ({ id, body: `<p>${id}</p>`, rationale: "" })),
  key: "C",
  shuffle: true,
};
const ITEM: ItemContent<Choice> = {
  schema: 1, kind: "choice", subject: "toan", grade: 12, topic: "t", outcome: "o", level: null, real_life: false,
  minutes: null, stimulus: null, stem: "<p>x</p>", solution: "", interaction: FOUR,
};

test("the key stays on the option that was right when another one goes", () => {
  const three = edits.removeOption(FOUR, "A");
  assert.deepEqual(three.options.map(({ id }) => id), ["A", "B", "C"]);
  assert.equal(three.options.find(({ id }) => id === three.key)?.body, "<p>C</p>");
  assert.equal(edits.removeOption(FOUR, "C").key, null);
});

test("a new option takes the next letter and changes no other", () => {
  const five = edits.addOption(FOUR);
  assert.deepEqual(five.options.slice(0, 4), FOUR.options);
  assert.equal(five.options[4]?.id, "E");
});

test("criteria keep their own identifiers", () => {
  const empty: Essay = { type: "essay", min_words: null, max_words: null, rubric: [], model_answer: "" };
  const two = edits.addCriterion(edits.addCriterion(empty));
  const again = edits.addCriterion(edits.removeCriterion(two, "r1"));
  assert.deepEqual(again.rubric.map(({ id }) => id), ["r2", "r1"]);
  assert.equal(edits.pointsOf(two), 1);
});

test("another grade or topic takes out what belonged to the old one", () => {
  assert.deepEqual([edits.withGrade(ITEM, 11).topic, edits.withGrade(ITEM, 11).outcome], ["", ""]);
  assert.deepEqual([edits.withTopic(ITEM, "u").topic, edits.withTopic(ITEM, "u").outcome], ["u", ""]);
});

test("a note is its pieces and back", () => {
  const note = "Vì $V'(t) = 0$ nên\n$t = 10$; hết.";
  assert.equal(noteOf(piecesOf(note)), note);
  assert.deepEqual(piecesOf("giá 5$").map(({ kind }) => kind), ["text"]);
});

test("numbers are written with a comma and stored with a point", () => {
  assert.equal(shown("2.5"), "2,5");
  assert.deepEqual([read("2,5"), read(" 3 "), read(""), read("hai")], ["2.5", "3", null, undefined]);
});

test("four options need four texts, four rationales and a key, besides topic, outcome, level and stem", () => {
  assert.equal(requiredFields(ITEM).length, 13);
});

test("two drafts differ only where they differ", () => {
  const theirs = { ...ITEM, stem: "<p>y</p>", interaction: { ...FOUR, key: "A" } };
  const found = differences(ITEM, theirs, (html) => html);
  assert.deepEqual(found.map(({ mine, theirs: other }) => [mine, other]), [["<p>x</p>", "<p>y</p>"], ["C", "A"]]);
});
