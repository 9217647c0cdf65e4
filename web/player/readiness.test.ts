import assert from "node:assert/strict";
import { test } from "node:test";
import { type Measured, isUsable, judge, summary } from "./readiness.ts";

const GOOD: Measured = {
  serverMs: 3, clockMs: 400, storageWorks: true, width: 1366, height: 768, fontLoaded: true, mathWorks: true,
};

test("a good machine passes everything", () => {
  const findings = judge(GOOD);
  assert.equal(isUsable(findings), true);
  assert.equal(summary(findings), "5 mục đạt");
});

test("a machine without its server or without formulas is not used", () => {
  for (const fault of [{ serverMs: null, clockMs: null }, { mathWorks: false }, { width: 300 }]) {
    assert.equal(isUsable(judge({ ...GOOD, ...fault })), false);
  }
});

test("what can be lived with is said first and does not stop anybody", () => {
  for (const fault of [{ clockMs: -86_400_000 }, { storageWorks: false }, { serverMs: 4000 }, { fontLoaded: false }, { width: 390 }]) {
    const findings = judge({ ...GOOD, ...fault });
    assert.equal(isUsable(findings), true);
    assert.equal(findings[0]?.verdict, "note");
  }
});

test("a clock that is far off is told in minutes, as the room's report tells it", () => {
  const clock = (clockMs: number) => judge({ ...GOOD, clockMs }).find(({ name }) => name === "Đồng hồ")?.what;
  assert.equal(clock(-400), "Lệch 0,4 giây; giờ thi tính theo máy chủ");
  assert.equal(clock(-7_265_000), "Lệch 121 phút; giờ thi tính theo máy chủ");
});
