/**
 * One attempt on this machine: what was answered, what is saved, how long is left, how it ends.
 * No DOM in here; the screen asks and is told when something changed.
 */
import { ServerClock, dueNotice } from "./clock.ts";
import type {
  AttemptDocument, ClockDocument, Item, Pause, Receipt, ResponseRecord, RoomMessage, Value,
} from "./contract.ts";
import { type Codec, Journal, type RecordStore, plainCodec } from "./journal.ts";
import { LateWork } from "./late-work.ts";
import { SaveQueue, type SendOutcome, type Timers } from "./queue.ts";
import type { RescueFile } from "./rescue-file.ts";
import type { Answer, RoomServer } from "./server.ts";
import { type SaveStatus, saveStatus } from "./status.ts";

export type BlockReason = "writer_replaced" | "not_signed_in";

export type Phase =
  | { name: "running" }
  | { name: "paused"; message: string }
  | { name: "suspended"; message: string }
  | { name: "waiting" }
  /** A newer page of this browser works on; this one shows the paper and writes nothing. */
  | { name: "read_only" }
  | { name: "closing"; automatic: boolean }
  | { name: "submitted"; receipt: Receipt | null; automatic: boolean }
  | { name: "blocked"; reason: BlockReason };

export interface SessionOptions {
  document: AttemptDocument;
  server: RoomServer;
  store: RecordStore;
  /** How the journal looks on the machine, and the key a rescue file is made with. */
  codec?: Codec;
  key?: Uint8Array;
  timers: Timers;
  clock: ServerClock;
  random: () => number;
  /** The machine's own clock: written into events as a remark, never used for the deadline. */
  now: () => number;
  changed: () => void;
  /** Told of every change to an answer: how the candidate worked is written down elsewhere. */
  answered?: (item: string) => void;
}

const CLOCK_EVERY_MS = 15_000;
const PAUSED_CLOCK_EVERY_MS = 5000; // who is paused sends nothing, and wants to go on with the others
const SUBMIT_RETRY_MS = 2000;
const LAST_WORD_MS = 1500;
const OLDEST_ANSWER_MS = 60_000; // further back than any answer can be on its way: the server's clock was set back
/** Refusals that mean the attempt is over on the server: what remains is to fetch the receipt. */
const ENDED = new Set(["deadline_passed", "attempt_submitted"]);
/** Refusals that hold for a while: everything is kept and sent again when the clock says so. */
const HELD = new Set(["attempt_paused", "attempt_suspended", "device_waits"]);
/** Typed by hand: a newer text takes the place of an older one that nobody has seen. */
const TYPED = new Set<Item["kind"]>(["essay", "cloze", "short", "composite"]);

export class AttemptSession {
  readonly document: AttemptDocument;
  readonly items: readonly Item[];
  readonly responses = new Map<string, ResponseRecord>();
  readonly late: LateWork;
  phase: Phase = { name: "running" };
  /** Minutes named by the notice on the screen, or null. */
  notice: number | null = null;
  /** What the invigilator and the server told this candidate, oldest first. */
  messages: readonly RoomMessage[] = [];

  private readonly queue: SaveQueue;
  private readonly journal: Journal;
  private deadline: string | null;
  private pause: Pause | null;
  private told: number;
  private followed = -Infinity; // the server's time of the newest answer that was followed
  private savedAt: number | null = null;
  private changedAt: number | null = null;
  private lastRemaining: number | null = null;
  private stopped = false;

  constructor(private readonly options: SessionOptions) {
    const { document, server, store, codec, key } = options;
    this.document = document;
    this.deadline = document.deadline;
    this.pause = document.paused ?? null;
    this.told = 0;
    this.items = document.parts.flatMap((part) => part.items);
    this.journal = new Journal(store, document.attempt.ref, document.writer, codec ?? plainCodec);
    this.late = new LateWork(this.journal, server, {
      attempt: document.attempt.ref, number: document.candidate.number, key: key ?? null,
    });
    this.queue = this.makeQueue();
    store.onFailure = () => this.queue.journalFailed();
    for (const [ref, record] of Object.entries(document.responses)) {
      this.responses.set(ref, { ...record });
    }
    this.enter({ ...document, state: document.attempt.state }, document.receipt ?? null);
  }

  /** Replays the journal over the server's state and starts the heartbeat. */
  start(): void {
    if (this.phase.name === "submitted") return void this.sendLate();
    const { next_seq } = this.document.writer;
    for (const event of this.queue.restore()) {
      if (event.seq < next_seq && this.responses.has(event.item)) continue; // the server knows this one, or a newer
      if (event.kind === "flag") this.put(event.item, { flagged: event.value === true });
      else this.put(event.item, { value: event.value as Value | null });
    }
    if (Object.keys(this.document.responses).length > 0) this.savedAt = this.options.clock.now();
    // Written here under an older lease, while another machine had its turn in between.
    void this.late.send((epoch) => epoch < this.document.writer.epoch - 1);
    void this.readMessages(this.document.messages ?? 0);
    this.scheduleClock();
    this.options.changed();
  }

  responseTo(ref: string): ResponseRecord {
    return this.responses.get(ref) ?? { value: null, flagged: false };
  }

  get isOpen(): boolean {
    return this.phase.name === "running";
  }

  get candidateNumber(): string {
    return this.document.candidate.number;
  }

  answer(item: Item, value: Value | null): void {
    if (!this.takesChanges) return;
    this.put(item.ref, { value });
    if (TYPED.has(item.kind)) this.queue.replaceUnsent(item.ref, value);
    else this.queue.add("answer", item.ref, value);
    this.options.answered?.(item.ref);
  }

  flag(item: Item, flagged: boolean): void {
    if (!this.takesChanges) return;
    this.put(item.ref, { flagged });
    this.queue.add("flag", item.ref, flagged);
  }

  flush(): void {
    this.queue.flush();
  }

  /** Milliseconds left; while paused what was left when the pause began. */
  remaining(): number | null {
    if (this.pause === null || this.deadline === null) return this.options.clock.remaining(this.deadline);
    return Math.max(0, Date.parse(this.deadline) - Date.parse(this.pause.since));
  }

  status(): SaveStatus {
    const { waitingSince } = this.queue;
    return saveStatus({
      pending: this.queue.pendingEvents.length,
      rejected: this.queue.rejectedEvents.length,
      journalWorks: this.queue.journalWorks,
      unreachable: this.queue.unreachableSince !== null,
      waitingMs: waitingSince === null ? 0 : this.options.now() - waitingSince,
      savedAt: this.savedAt,
      changedAt: this.changedAt,
    });
  }

  /** Changes the server has not acknowledged. */
  get pending(): number {
    return this.queue.pendingEvents.length;
  }

  /** When the server was last lost sight of (machine's clock), or null. */
  get offlineSince(): number | null {
    return this.queue.unreachableSince;
  }

  /** The encrypted file for the invigilator's memory stick; null when the server has everything. */
  rescueFile(): RescueFile | null {
    return this.late.file(this.options.clock.now());
  }

  /** Once a second: the notices and the end of time. */
  tick(): void {
    const remaining = this.remaining();
    if (remaining === null || this.phase.name !== "running") return;
    const notice = dueNotice(this.lastRemaining, remaining);
    if (notice !== null) this.notice = notice;
    this.lastRemaining = remaining;
    if (remaining === 0) void this.close(true);
  }

  submit(): Promise<void> {
    return this.isOpen ? this.close(false) : Promise.resolve();
  }

  /**
   * Another page of the same browser took over. It has read the journal, so what waits is its to
   * send; what was in the hand at that moment goes out from here, and then this page falls silent.
   */
  yieldToOtherTab(): void {
    if (this.phase.name === "submitted" || this.phase.name === "closing") return;
    this.stopped = true;
    this.queue.flush();
    this.options.timers.after(LAST_WORD_MS, () => this.queue.stop());
    this.moveTo({ name: "read_only" });
  }

  /** What is in the hand when a pause comes is kept; the screen offers no more until it is over. */
  private get takesChanges(): boolean {
    return this.phase.name === "running" || this.phase.name === "paused";
  }

  private async close(automatic: boolean): Promise<void> {
    if (!this.takesChanges) return; // it closes already, or another page or machine goes on
    this.moveTo({ name: "closing", automatic });
    await this.queue.drained();
    await this.finish(automatic);
  }

  private async finish(automatic: boolean): Promise<void> {
    if (this.phase.name !== "closing") return;
    const gone = this.queue.halted === null || (await this.late.send());
    if (!gone) return this.retry(automatic);
    const answer = await this.options.server.submit(this.document.writer.id, this.queue.lastAcked);
    if (this.phase.name !== "closing") return;
    if (answer.kind === "ok") this.receive(answer.body.receipt, automatic);
    else if (!this.blockedBy(answer)) this.retry(automatic);
  }

  private retry(automatic: boolean): void {
    const wait = SUBMIT_RETRY_MS * (0.5 + this.options.random());
    this.options.timers.after(wait, () => void this.finish(automatic));
  }

  private receive(receipt: Receipt, automatic: boolean): void {
    this.stopped = true;
    // What the server would not take stays on the machine, and is offered as a file.
    if (this.queue.halted === null && this.queue.rejectedEvents.length === 0) this.journal.clear();
    this.moveTo({ name: "submitted", receipt, automatic: receipt.automatic ?? automatic });
  }

  private async sendLate(): Promise<void> {
    const reached = await this.late.send();
    const again = SUBMIT_RETRY_MS * (2 + this.options.random());
    if (!reached) this.options.timers.after(again, () => void this.sendLate());
    this.options.changed();
  }

  private put(ref: string, change: Partial<ResponseRecord>): void {
    this.responses.set(ref, { ...this.responseTo(ref), ...change });
    this.changedAt = this.options.clock.now();
  }

  private makeQueue(): SaveQueue {
    const { timers, random, now, changed } = this.options;
    return new SaveQueue({
      journal: this.journal,
      nextSeq: this.document.writer.next_seq,
      send: (events) => this.send(events),
      freshSeq: () => this.freshSeq(),
      timers,
      random,
      now,
      changed,
    });
  }

  private async send(events: Parameters<RoomServer["save"]>[1]): Promise<SendOutcome> {
    const answer = await this.options.server.save(this.document.writer.id, events);
    if (answer.kind === "unreachable") return answer;
    if (answer.kind === "ok") {
      this.learn(answer);
      this.savedAt = this.options.clock.now();
      return { kind: "acked", seqs: answer.body.acked };
    }
    if (answer.clock !== undefined) this.follow(answer.clock);
    if (HELD.has(answer.code)) return { kind: "held" };
    if (!this.blockedBy(answer) && ENDED.has(answer.code)) this.timeIsUp();
    return { kind: "refused", code: answer.code };
  }

  private async freshSeq(): Promise<number | null> {
    const answer = await this.options.server.attempt();
    return answer.kind === "ok" ? answer.body.writer.next_seq : null;
  }

  private timeIsUp(): void {
    if (this.takesChanges) this.options.timers.after(0, () => void this.close(true));
  }

  private blockedBy(answer: Answer<unknown>): boolean {
    if (answer.kind !== "refused") return false;
    if (answer.code !== "writer_replaced" && answer.code !== "not_signed_in") return false;
    this.stopped = true;
    this.moveTo({ name: "blocked", reason: answer.code });
    if (answer.code === "writer_replaced") void this.sendLate();
    return true;
  }

  private scheduleClock(): void {
    if (this.stopped) return;
    const every = this.pause ? PAUSED_CLOCK_EVERY_MS : CLOCK_EVERY_MS;
    const wait = every * (0.8 + 0.4 * this.options.random());
    this.options.timers.after(wait, () => void this.beat());
  }

  private async beat(): Promise<void> {
    if (this.stopped) return;
    const answer = await this.options.server.clock();
    if (this.stopped) return; // handed in or handed over meanwhile
    if (answer.kind === "ok") this.learn(answer);
    else this.blockedBy(answer);
    if (this.queue.unreachableSince !== null && answer.kind === "ok") this.queue.flush();
    this.scheduleClock();
    this.options.changed();
  }

  private learn(answer: Extract<Answer<ClockDocument>, { kind: "ok" }>): void {
    this.options.clock.learn({ serverNow: Date.parse(answer.body.server_now), ...answer.trip });
    this.follow(answer.body);
    if ((answer.body.messages ?? 0) > this.told) void this.readMessages(answer.body.messages ?? 0);
  }

  /** Answers overtake one another: an older one takes back neither a pause nor a longer time. */
  private follow(clock: ClockDocument): void {
    const at = Date.parse(clock.server_now);
    if (at < this.followed && at > this.followed - OLDEST_ANSWER_MS) return;
    this.followed = at;
    this.deadline = clock.deadline;
    this.pause = clock.paused ?? null;
    if (this.takesChanges || this.phase.name === "suspended") this.enter(clock, null);
  }

  private async readMessages(count: number): Promise<void> {
    if (count === 0) return;
    this.told = count;
    const answer = await this.options.server.messages();
    if (answer.kind !== "ok") this.told = 0;
    else if (answer.body.messages.length >= this.messages.length) this.messages = answer.body.messages; // only ever more
    this.options.changed();
  }

  /** Follows the server: a pause, a suspension, work going on, an attempt closed while we were away. */
  private enter(clock: Pick<ClockDocument, "state" | "paused" | "suspended">, receipt: Receipt | null): void {
    if (clock.state === "submitted") return this.enterEnd(receipt);
    if (clock.suspended) return this.moveTo({ name: "suspended", message: clock.suspended.message });
    if (clock.paused) return this.moveTo({ name: "paused", message: clock.paused.message });
    if (clock.state === "running") this.queue.resume();
    if (this.phase.name !== clock.state) this.moveTo({ name: clock.state });
  }

  private enterEnd(receipt: Receipt | null): void {
    if (receipt === null) return this.timeIsUp();
    this.phase = { name: "submitted", receipt, automatic: receipt.automatic ?? false };
  }

  private moveTo(phase: Phase): void {
    this.phase = phase;
    this.options.changed();
  }
}
