import assert from "node:assert/strict";
import { test } from "node:test";
import { HandTime } from "../player/hand-time.ts";
import type { ItemContent, Saved } from "./contract.ts";
import { DraftSaver } from "./draft-saver.ts";
import { LocalCopy, type TextStore } from "./local-copy.ts";
import type { Answer } from "./server.ts";

function draft(stem: string): ItemContent {
  return {
    schema: 1, kind: "short", subject: "toan", grade: 12, topic: "", outcome: "", level: null,
    real_life: false, minutes: null, stimulus: null, stem, solution: "",
    interaction: { type: "short", keys: [], max_chars: 4, charset: "0-9,-", hint: "" },
  };
}

class Drawer implements TextStore {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** A bank that keeps one draft under a revision, as the real one does. */
class Bank {
  revision = 3;
  stem = "";
  requests = 0;
  mode: "up" | "down" | "deaf" | "signed_out" = "up";
  content: ItemContent = draft("");

  async receive(content: ItemContent, revision: number): Promise<Answer<Saved>> {
    this.requests += 1;
    if (this.mode === "down") return { kind: "unreachable" };
    const refused = { kind: "refused", code: "", message: "", problems: [] } as const;
    if (this.mode === "signed_out") return { ...refused, status: 401 };
    const theirs = { revision: this.revision, name: "Trần Văn Bình", saved_at: "2026-11-22T02:40:00Z", content: this.content };
    if (revision !== this.revision) return { ...refused, status: 409, theirs };
    this.revision += 1;
    this.stem = content.stem;
    this.content = content;
    if (this.mode === "deaf") return { kind: "unreachable" };
    const body = { revision: this.revision, saved_at: "2026-11-22T02:41:00Z", problems: [], hints: [], heard: [], preview_html: "", paper_html: "" };
    return { kind: "ok", body };
  }
}

function setUp(bank = new Bank(), drawer = new Drawer(), saved: (answer: Saved, sent: ItemContent) => void = () => undefined) {
  const time = new HandTime();
  const local = new LocalCopy(drawer, "item");
  const saver = new DraftSaver(
    { send: (content, revision) => bank.receive(content, revision), local, timers: time, changed: () => undefined, saved },
    bank.revision,
    "2026-11-22T02:30:00Z",
  );
  return { bank, time, local, saver };
}

test("one save, a second after the last of several changes", async () => {
  const { bank, time, saver, local } = setUp();
  saver.change(draft("a"));
  await time.pass(900);
  saver.change(draft("ab"));
  await time.pass(900);
  assert.equal(bank.requests, 0);
  await time.pass(200);
  assert.deepEqual([bank.requests, bank.stem, saver.isDirty], [1, "ab", false]);
  assert.equal(saver.state.name, "saved");
  assert.equal(local.read(), null);
});

test("without a connection the draft is kept here and saved when the connection returns", async () => {
  const { bank, time, saver, local } = setUp();
  bank.mode = "down";
  saver.change(draft("a"));
  await time.pass(1000);
  assert.deepEqual(saver.state, { name: "offline", keptHere: true });
  assert.equal(local.read()?.content.stem, "a");
  bank.mode = "up";
  await time.pass(5000);
  assert.deepEqual([bank.stem, saver.isDirty, local.read()], ["a", false, null]);
});

test("a change made while a save travels is saved after it, under the new revision", async () => {
  const { bank, time, saver } = setUp();
  saver.change(draft("a"));
  const flushed = saver.flush();
  saver.change(draft("ab"));
  await flushed;
  assert.equal(saver.isDirty, true);
  await time.pass(1000);
  assert.deepEqual([bank.stem, bank.revision, saver.revision, saver.isDirty], ["ab", 5, 5, false]);
});

test("what the server says of a draft is told with the draft it is about", async () => {
  const told: string[] = [];
  const { time, saver } = setUp(new Bank(), new Drawer(), (_answer, sent) => void told.push(sent.stem));
  saver.change(draft("a"));
  const flushed = saver.flush();
  saver.change(draft("ab"));
  await flushed;
  assert.deepEqual(told, ["a"]);
  await time.pass(1000);
  assert.deepEqual(told, ["a", "ab"]);
});

test("a draft somebody else saved is never written over without being asked", async () => {
  const { bank, time, saver, local } = setUp();
  bank.revision = 4;
  bank.stem = "theirs";
  saver.change(draft("mine"));
  await time.pass(1000);
  assert.equal(saver.state.name, "conflict");
  saver.change(draft("mine too"));
  await time.pass(60_000);
  assert.deepEqual([bank.stem, bank.requests], ["theirs", 1]);
  assert.equal(local.read()?.content.stem, "mine too");
  assert.ok(saver.state.name === "conflict");
  assert.equal(await saver.keepMine(saver.state.theirs), true);
  assert.equal(bank.stem, "mine too");
});

test("an answer that got lost is no other person's draft", async () => {
  const { bank, time, saver } = setUp();
  bank.mode = "deaf";
  saver.change(draft("a"));
  await time.pass(1000);
  assert.equal(saver.state.name, "offline");
  bank.mode = "up";
  saver.change(draft("ab"));
  await time.pass(10_000);
  assert.deepEqual([bank.stem, saver.isDirty, saver.state.name], ["ab", false, "saved"]);
});

test("nor is it after the page was opened again", async () => {
  const drawer = new Drawer();
  const first = setUp(new Bank(), drawer);
  first.bank.mode = "deaf";
  first.saver.change(draft("a"));
  await first.time.pass(1000);
  first.saver.change(draft("ab"));
  const { bank } = first;
  bank.mode = "up";
  const { saver, local, time } = setUp(bank, drawer);
  const kept = local.read();
  assert.ok(kept !== null);
  saver.resume(kept, { revision: bank.revision, name: "", saved_at: "", content: bank.content });
  await time.pass(5000);
  assert.deepEqual([bank.stem, saver.isDirty, local.read()], ["ab", false, null]);
});

test("giving up one's own draft leaves nothing behind on this machine", async () => {
  const { bank, time, saver, local } = setUp();
  bank.revision = 4;
  saver.change(draft("mine"));
  await time.pass(1000);
  saver.giveUpMine();
  assert.deepEqual([saver.isDirty, local.read()], [false, null]);
});

test("signed out meanwhile: nothing is lost, and signing in elsewhere is enough", async () => {
  const { bank, time, saver } = setUp();
  bank.mode = "signed_out";
  saver.change(draft("a"));
  await time.pass(1000);
  assert.ok(saver.state.name === "refused" && saver.state.signedOut);
  bank.mode = "up";
  await time.pass(5000);
  assert.equal(bank.stem, "a");
});

test("a browser that stores nothing still saves", async () => {
  const broken: TextStore = {
    getItem: () => { throw new Error("denied"); },
    setItem: () => { throw new Error("denied"); },
    removeItem: () => { throw new Error("denied"); },
  };
  const { bank, time, saver } = setUp(new Bank(), broken as Drawer);
  bank.mode = "down";
  saver.change(draft("a"));
  await time.pass(1000);
  assert.deepEqual(saver.state, { name: "offline", keptHere: false });
  bank.mode = "up";
  await time.pass(5000);
  assert.equal(bank.stem, "a");
});
