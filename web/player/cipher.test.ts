import assert from "node:assert/strict";
import { test } from "node:test";
import { encryptingCodec } from "./cipher.ts";

const KEY = new Uint8Array(32).fill(7);

test("a record opens with its key and under its own name only", () => {
  const sealed = encryptingCodec(KEY).seal("câu 1: B", "att.1.1");
  assert.equal(encryptingCodec(KEY).open(sealed, "att.1.1"), "câu 1: B");
  assert.throws(() => encryptingCodec(KEY).open(sealed, "att.1.2"));
  assert.throws(() => encryptingCodec(new Uint8Array(32).fill(8)).open(sealed, "att.1.1"));
});

test("the same words never look the same, and nothing of them is readable", () => {
  const codec = encryptingCodec(KEY);
  const [one, other] = [codec.seal("DAPAN", "n"), codec.seal("DAPAN", "n")];
  assert.notEqual(one, other);
  assert.ok(!one.includes("DAPAN") && !one.includes(btoa("DAPAN")));
});
