import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ENGLISH } from "./english.ts";
import { readLanguage, t } from "./language.ts";

const FOLDER = join(process.cwd(), "web/player");
const CALL = /\bt\(\s*"((?:[^"\\]|\\.)*)"/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;
const VIETNAMESE = /[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]/i;
/** Said in Vietnamese whatever the language: the sample to read, and the language's own name. */
const EITHER_WAY = ["Đường khúc khuỷu giữa rặng phi lao", "Tiếng Việt"];

function sources(): Array<{ name: string; text: string }> {
  return (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((name) => name.endsWith(".ts") && !name.includes(".test.") && name !== "english.ts")
    .map((name) => ({ name, text: readFileSync(join(FOLDER, name), "utf8").replace(COMMENT, "") }));
}

function said(): Set<string> {
  return new Set(sources().flatMap(({ text }) => [...text.matchAll(CALL)].map((call) => call[1] ?? "")));
}

function gaps(sentence: string): string[] {
  return [...sentence.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
}

test("every sentence of the player has its English, and none is left over", () => {
  assert.deepEqual([...said()].filter((sentence) => ENGLISH[sentence] === undefined), []);
  assert.deepEqual(Object.keys(ENGLISH).filter((sentence) => !said().has(sentence)), []);
});

test("a translation fills the same gaps", () => {
  for (const [sentence, english] of Object.entries(ENGLISH)) assert.deepEqual(gaps(english), gaps(sentence), sentence);
});

test("nothing is said past the switch of languages", () => {
  for (const { name, text } of sources()) {
    const rest = EITHER_WAY.reduce((left, words) => left.replaceAll(words, ""), text.replace(CALL, ""));
    assert.doesNotMatch(rest, VIETNAMESE, name);
  }
});

test("the cookie that the server's pages read decides", () => {
  assert.equal(readLanguage("a=1; khaothi_lang=en"), "en");
  assert.equal(t("Câu {n}", { n: 3 }), "Question 3");
  assert.equal(readLanguage("khaothi_language=en"), "vi");
  assert.equal(t("Câu {n}", { n: 3 }), "Câu 3");
});
