import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { configKeyHeaders, inSafeExamBrowser, learnConfigKey } from "./safe-exam-browser.ts";

const HASH = "9cf7174df0f3e3be254933667772ab4e2c1fc68d0d63324b9c099c1d4e89028b";
const page = globalThis as { SafeExamBrowser?: unknown };

afterEach(async () => {
  page.SafeExamBrowser = { security: {} };
  await learnConfigKey();
  delete page.SafeExamBrowser;
});

test("any other browser reports nothing", async () => {
  await learnConfigKey();
  assert.equal(inSafeExamBrowser(), false);
  assert.deepEqual(configKeyHeaders(), {});
});

test("the key the page was given goes with every request", async () => {
  page.SafeExamBrowser = { security: { configKey: HASH } };
  await learnConfigKey();
  assert.equal(inSafeExamBrowser(), true);
  assert.deepEqual(configKeyHeaders(), { "X-Khaothi-Config-Key": HASH });
});

test("older versions are asked for the key first", async () => {
  const security = {
    configKey: "",
    updateKeys(done: () => void) {
      security.configKey = HASH;
      done();
    },
  };
  page.SafeExamBrowser = { security };
  await learnConfigKey();
  assert.deepEqual(configKeyHeaders(), { "X-Khaothi-Config-Key": HASH });
});

test("a version that never answers, or fails, does not hold the exam up", async () => {
  page.SafeExamBrowser = { security: { updateKeys: () => undefined } };
  await learnConfigKey();
  assert.deepEqual(configKeyHeaders(), {});
  page.SafeExamBrowser = {
    security: {
      updateKeys: () => {
        throw new Error("no");
      },
    },
  };
  await learnConfigKey();
  assert.deepEqual(configKeyHeaders(), {});
});

test("what is no hash is not sent", async () => {
  page.SafeExamBrowser = { security: { configKey: "x\r\ny" } };
  await learnConfigKey();
  assert.deepEqual(configKeyHeaders(), {});
});
