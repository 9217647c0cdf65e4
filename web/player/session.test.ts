import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "./clock.ts";
import type { AttemptDocument, AttemptState, Item, Pause, Receipt, ResponseEvent, RoomMessage } from "./contract.ts";
import { HandTime } from "./hand-time.ts";
import { MemoryStore } from "./journal.ts";
import type { Answer, RoomServer } from "./server.ts";
import { AttemptSession } from "./session.ts";
import { saveStatusText } from "./status.ts";

const START = Date.parse("2026-11-22T07:00:00.000Z");
const ITEM: Item = { ref: "q1", number: 1, kind: "choice", points: "0,25", body: "", stimulus: null, options: [] };

class Room implements RoomServer {
  saved: ResponseEvent[] = [];
  submits = 0;
  state: AttemptState = "running";
  deadline = new Date(START + 60_000).toISOString();
  paused: Pause | null = null;
  told: RoomMessage[] = [];
  kept: Array<{ writer: string; event: ResponseEvent }> = [];
  refusal: string | null = null;
  isUp = true;

  constructor(private readonly time: HandTime) {}

  async attempt(): Promise<Answer<AttemptDocument>> {
    return { kind: "unreachable" };
  }
  async clock() {
    return this.answer(this.standing());
  }
  async late(writer: string, events: readonly ResponseEvent[]): Promise<Answer<{ kept: number[] }>> {
    if (!this.isUp) return { kind: "unreachable" };
    this.kept.push(...events.map((event) => ({ writer, event })));
    return { kind: "ok", body: { kept: events.map(({ seq }) => seq) }, trip: { sent: 0, received: 0 } };
  }
  async messages() {
    return this.answer({ messages: this.told });
  }
  async process() {
    return this.answer({ kept: 0 });
  }
  private standing() {
    const { deadline, state, paused, told } = this;
    return { server_now: this.serverNow(), deadline, state, paused, messages: told.length };
  }
  async save(_writer: string, events: readonly ResponseEvent[]) {
    const answer = this.answer({
      acked: events.map(({ seq }) => seq),
      ...this.standing(),
    });
    if (answer.kind === "ok") this.saved.push(...events);
    return answer;
  }
  async submit() {
    this.submits += 1;
    const receipt: Receipt = { code: "7F3K-92QA", answered: this.saved.length, total: 1, submitted_at: this.serverNow() };
    return this.answer({ receipt });
  }
  private serverNow(): string {
    return new Date(START + this.time.now).toISOString();
  }
  private answer<T>(body: T): Answer<T> {
    if (!this.isUp) return { kind: "unreachable" };
    if (this.refusal !== null) return { kind: "refused", status: 409, code: this.refusal, message: "" };
    return { kind: "ok", body, trip: { sent: this.time.now, received: this.time.now } };
  }
}

function document(responses: AttemptDocument["responses"] = {}): AttemptDocument {
  return {
    attempt: { ref: "att", state: "running" },
    exam: { title: "Thi thử", subject: "Toán", site: "" },
    candidate: { number: "03001247", name: "Nguyễn Thị Minh Anh" },
    server_now: new Date(START).toISOString(),
    deadline: new Date(START + 60_000).toISOString(),
    writer: { id: "w-1", epoch: 1, next_seq: 1 },
    parts: [{ code: "I", title: "", instruction: "", items: [ITEM] }],
    stimuli: [],
    responses,
  };
}

function setUp(store = new MemoryStore(), responses: AttemptDocument["responses"] = {}) {
  const time = new HandTime();
  const room = new Room(time);
  const clock = new ServerClock(() => time.now);
  clock.learn({ serverNow: START, sent: 0, received: 0 });
  const session = new AttemptSession({
    document: document(responses), server: room, store, timers: time, clock,
    key: new Uint8Array(32), random: () => 0.5, now: () => time.now, changed: () => undefined,
  });
  session.start();
  return { session, room, time, store };
}

function statusOf(session: AttemptSession): string {
  return saveStatusText(session.status()).label;
}

test("«Đã lưu» is said only after the server said so", async () => {
  const { session, room, time } = setUp();
  room.isUp = false;
  session.answer(ITEM, "A");
  await time.pass(2000);
  assert.equal(statusOf(session), "Đã lưu trên máy");
  room.isUp = true;
  await time.pass(5000);
  assert.equal(statusOf(session), "Đã lưu");
});

test("after a reload the journal is laid over the server's state", () => {
  const store = new MemoryStore();
  const first = setUp(store);
  first.room.isUp = false;
  first.session.answer(ITEM, "C");
  first.session.flag(ITEM, true);
  const second = setUp(store, { q1: { value: "A", flagged: false } });
  assert.deepEqual(second.session.responseTo("q1"), { value: "C", flagged: true });
});

test("time-out locks the answers, sends what is left and hands in by itself", async () => {
  const { session, room, time } = setUp();
  session.answer(ITEM, "A");
  await time.pass(60_000);
  session.tick();
  session.answer(ITEM, "B");
  await time.pass(5000);
  assert.equal(session.phase.name, "submitted");
  assert.deepEqual(room.saved.map(({ value }) => value), ["A"]);
  assert.deepEqual(session.responseTo("q1").value, "A");
});

test("handing in without network waits locked, then gets one receipt", async () => {
  const { session, room, time, store } = setUp();
  room.isUp = false;
  session.answer(ITEM, "A");
  void session.submit();
  void session.submit();
  await time.pass(30_000);
  assert.equal(session.phase.name, "closing");
  assert.equal(room.submits, 0);
  room.isUp = true;
  await time.pass(30_000);
  assert.equal(session.phase.name, "submitted");
  assert.equal(room.submits, 1);
  assert.equal(store.length, 0);
});

test("a pause and a new deadline told by the server bind at once", async () => {
  const { session, room, time } = setUp();
  room.paused = { since: new Date(START + 15_000).toISOString(), by: "room", message: "Chờ" };
  await time.pass(20_000);
  assert.deepEqual(session.phase, { name: "paused", message: "Chờ" });
  assert.equal(session.remaining(), 45_000);
  assert.equal(session.isOpen, false);
  room.paused = null;
  room.deadline = new Date(START + 600_000).toISOString();
  await time.pass(6000); // who waits goes on with the others
  assert.equal(session.phase.name, "running");
  assert.ok((session.remaining() ?? 0) > 500_000);
});

test("a machine that lost its turn stops and keeps its journal", async () => {
  const { session, room, time, store } = setUp();
  room.refusal = "writer_replaced";
  session.answer(ITEM, "A");
  await time.pass(2000);
  assert.deepEqual(session.phase, { name: "blocked", reason: "writer_replaced" });
  assert.deepEqual(room.kept.map(({ writer, event }) => [writer, event.value]), [["w-1", "A"]]);
  assert.equal(store.length, 0);
});

test("a machine that lost its turn while the line is dead keeps all, and offers it as a file", async () => {
  const { session, room, time, store } = setUp();
  room.refusal = "writer_replaced";
  room.late = async () => ({ kind: "unreachable" });
  session.answer(ITEM, "A");
  await time.pass(60_000);
  assert.equal(store.length, 1);
  assert.equal(session.late.count, 1);
  assert.equal(session.rescueFile()?.number, "03001247");
});

test("what a pause refuses is kept and arrives when work goes on", async () => {
  const { session, room, time } = setUp();
  room.refusal = "attempt_paused";
  session.answer(ITEM, "B");
  await time.pass(30_000);
  assert.deepEqual(room.saved, []);
  room.refusal = null;
  await time.pass(30_000);
  assert.deepEqual(room.saved.map(({ value }) => value), ["B"]);
  assert.equal(session.pending, 0);
});

test("work locked after the end of time is handed over late before the receipt is shown", async () => {
  const { session, room, time, store } = setUp();
  room.isUp = false;
  session.answer(ITEM, "C");
  await time.pass(60_000);
  session.tick();
  assert.equal(session.phase.name, "closing");
  assert.equal(session.late.count, 1);
  room.isUp = true;
  room.save = async () => ({ kind: "refused", status: 409, code: "deadline_passed", message: "" });
  await time.pass(60_000);
  assert.equal(session.phase.name, "submitted");
  assert.deepEqual(room.kept.map(({ event }) => event.value), ["C"]);
  assert.equal(store.length, 0);
});

test("an older page of the same browser shows the paper and writes nothing", async () => {
  const { session, room, time, store } = setUp();
  session.answer(ITEM, "A");
  session.yieldToOtherTab();
  session.answer(ITEM, "B");
  await time.pass(30_000);
  assert.equal(session.phase.name, "read_only");
  assert.deepEqual(room.saved.map(({ value }) => value), ["A"]);
  assert.equal(store.length, 0);
});

test("a message of the room is fetched once when there is one more", async () => {
  const { session, room, time } = setUp();
  room.told = [{ at: new Date(START).toISOString(), kind: "announcement", text: "Thêm 5 phút" }];
  await time.pass(20_000);
  assert.deepEqual(session.messages.map(({ text }) => text), ["Thêm 5 phút"]);
});

test("a save refused because time is over leads to the receipt", async () => {
  const { session, room, time } = setUp();
  room.refusal = "deadline_passed";
  session.answer(ITEM, "A");
  await time.pass(1500);
  assert.equal(session.phase.name, "closing");
  room.refusal = null;
  await time.pass(5000);
  assert.equal(session.phase.name, "submitted");
});

const SAID = (text: string): RoomMessage => ({ at: new Date(START).toISOString(), kind: "announcement", text });

test("messages whose answers overtake one another are all shown", async () => {
  const { session, room, time } = setUp();
  const held: Array<() => void> = [];
  room.messages = () => {
    const messages = [...room.told];
    return new Promise((resolve) => held.push(() => resolve({ kind: "ok", body: { messages }, trip: { sent: 0, received: 0 } })));
  };
  room.told = [SAID("Thêm 5 phút")];
  await time.pass(20_000);
  room.told = [...room.told, SAID("Câu 3 sửa đề")];
  await time.pass(20_000);
  assert.equal(held.length, 2);
  held[1]?.();
  await time.pass(0);
  held[0]?.();
  await time.pass(0);
  assert.deepEqual(session.messages.map(({ text }) => text), ["Thêm 5 phút", "Câu 3 sửa đề"]);
});

test("an answer overtaken by a newer one takes back neither the longer time nor a pause", async () => {
  const { session, room, time } = setUp();
  const older = await room.clock();
  let release: () => void = () => undefined;
  room.clock = () => new Promise((resolve) => (release = () => resolve(older)));
  await time.pass(20_000);
  room.deadline = new Date(START + 600_000).toISOString();
  session.answer(ITEM, "A");
  await time.pass(1000);
  assert.ok((session.remaining() ?? 0) > 500_000);
  release();
  await time.pass(0);
  assert.ok((session.remaining() ?? 0) > 500_000);
});

test("a paper that ends twice in one moment is handed in once", async () => {
  const { session, room, time } = setUp();
  room.save = async () => {
    void turns(12).then(() => session.tick());
    return { kind: "refused", status: 409, code: "deadline_passed", message: "" };
  };
  await time.pass(59_900);
  session.answer(ITEM, "A");
  await time.pass(30_000);
  assert.equal(session.phase.name, "submitted");
  assert.equal(room.submits, 1);
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

test("who handed in keeps the receipt, whatever an older question about the clock is told", async () => {
  const { session, room, time } = setUp();
  let release: () => void = () => undefined;
  room.clock = () =>
    new Promise((resolve) => (release = () => resolve({ kind: "refused", status: 401, code: "not_signed_in", message: "" })));
  await time.pass(20_000);
  await session.submit();
  release();
  await time.pass(1000);
  assert.equal(session.phase.name, "submitted");
});

test("an answer is on its way although what is noted beside it fails", async () => {
  const time = new HandTime();
  const room = new Room(time);
  const clock = new ServerClock(() => time.now);
  const session = new AttemptSession({
    document: document(), server: room, store: new MemoryStore(), timers: time, clock,
    random: () => 0.5, now: () => time.now, changed: () => undefined,
    answered: () => {
      throw new Error("QuotaExceededError");
    },
  });
  session.start();
  assert.throws(() => session.answer(ITEM, "A"));
  await time.pass(1000);
  assert.deepEqual(room.saved.map(({ value }) => value), ["A"]);
});
