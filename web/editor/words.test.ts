import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ENGLISH } from "./english.ts";
import { CHEMISTRY, STRUCTURES } from "./formula-structures.ts";

const FOLDER = join(process.cwd(), "web/editor");
const CALL = /\bt\(\s*"((?:[^"\\]|\\.)*)"/g;

function said(): Set<string> {
  const sources = readdirSync(FOLDER).filter((name) => name.endsWith(".ts") && !name.includes(".test."));
  const calls = sources.flatMap((name) => [...readFileSync(join(FOLDER, name), "utf8").matchAll(CALL)]);
  return new Set([...calls.map((call) => call[1] ?? ""), ...[...STRUCTURES, ...CHEMISTRY].map(({ name }) => name)]);
}

function gaps(sentence: string): string[] {
  return [...sentence.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
}

test("every sentence of the editor has its English, and none is left over", () => {
  assert.deepEqual([...said()].filter((sentence) => ENGLISH[sentence] === undefined), []);
  assert.deepEqual(Object.keys(ENGLISH).filter((sentence) => !said().has(sentence)), []);
});

test("a translation fills the same gaps", () => {
  for (const [sentence, english] of Object.entries(ENGLISH)) assert.deepEqual(gaps(english), gaps(sentence), sentence);
});
