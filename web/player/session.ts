/**
 * One attempt on this machine: what was answered, what is saved, how long is left, how it ends.
 * No DOM in here; the screen asks and is told when something changed.
 */
import { ServerClock, dueNotice } from "./clock.ts";
import type { AttemptDocument, ClockDocument, Item, Receipt, ResponseRecord, Value } from "./contract.ts";
import { Journal, type RecordStore } from "./journal.ts";
import { SaveQueue, type SendOutcome, type Timers } from "./queue.ts";
import type { Answer, RoomServer } from "./server.ts";
import { type SaveStatus, saveStatus } from "./status.ts";

export type BlockReason = "writer_replaced" | "not_signed_in" | "other_tab";

export type Phase =
  | { name: "running" }
  | { name: "paused" }
  | { name: "waiting" }
  | { name: "closing"; automatic: boolean }
  | { name: "submitted"; receipt: Receipt | null; automatic: boolean }
  | { name: "blocked"; reason: BlockReason };

export interface SessionOptions {
  document: AttemptDocument;
  server: RoomServer;
  store: RecordStore;
  timers: Timers;
  clock: ServerClock;
  random: () => number;
  /** The machine's own clock: written into events as a remark, never used for the deadline. */
  now: () => number;
  changed: () => void;
}

const CLOCK_EVERY_MS = 15_000;
const SUBMIT_RETRY_MS = 2000;
/** Refusals that mean the attempt is over on the server: what remains is to fetch the receipt. */
const ENDED = new Set(["deadline_passed", "attempt_submitted"]);

export class AttemptSession {
  readonly document: AttemptDocument;
  readonly items: readonly Item[];
  readonly responses = new Map<string, ResponseRecord>();
  phase: Phase = { name: "running" };
  /** Minutes named by the notice on the screen, or null. */
  notice: number | null = null;

  private readonly queue: SaveQueue;
  private readonly journal: Journal;
  private deadline: string | null;
  private savedAt: number | null = null;
  private changedAt: number | null = null;
  private lastRemaining: number | null = null;
  private stopped = false;

  constructor(private readonly options: SessionOptions) {
    const { document } = options;
    this.document = document;
    this.deadline = document.deadline;
    this.items = document.parts.flatMap((part) => part.items);
    this.journal = new Journal(options.store, document.attempt.ref, document.writer);
    this.queue = this.makeQueue();
    for (const [ref, record] of Object.entries(document.responses)) {
      this.responses.set(ref, { ...record });
    }
    this.enter(document.attempt.state, document.receipt ?? null);
  }

  /** Replays the journal over the server's state and starts the heartbeat. */
  start(): void {
    if (this.phase.name === "submitted") {
      this.journal.clear();
      return;
    }
    for (const event of this.queue.restore()) {
      if (event.kind === "flag") this.put(event.item, { flagged: event.value === true });
      else this.put(event.item, { value: event.value as Value | null });
    }
    if (Object.keys(this.document.responses).length > 0) this.savedAt = this.options.clock.now();
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
    if (!this.isOpen) return;
    this.put(item.ref, { value });
    if (item.kind === "essay") this.queue.replaceUnsent(item.ref, value);
    else this.queue.add("answer", item.ref, value);
  }

  flag(item: Item, flagged: boolean): void {
    if (!this.isOpen) return;
    this.put(item.ref, { flagged });
    this.queue.add("flag", item.ref, flagged);
  }

  flush(): void {
    this.queue.flush();
  }

  remaining(): number | null {
    return this.options.clock.remaining(this.deadline);
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

  /** Once a second: the notices and the end of time. */
  tick(): void {
    const remaining = this.remaining();
    if (remaining === null) return;
    const notice = dueNotice(this.lastRemaining, remaining);
    if (notice !== null) this.notice = notice;
    this.lastRemaining = remaining;
    const timed = this.phase.name === "running" || this.phase.name === "paused";
    if (remaining === 0 && timed) void this.close(true);
  }

  submit(): Promise<void> {
    return this.isOpen ? this.close(false) : Promise.resolve();
  }

  /** Another page of the same browser took over: this one only shows a sentence from now on. */
  yieldToOtherTab(): void {
    if (this.phase.name === "submitted") return;
    this.stopped = true;
    this.moveTo({ name: "blocked", reason: "other_tab" });
  }

  private async close(automatic: boolean): Promise<void> {
    this.moveTo({ name: "closing", automatic });
    await this.queue.drained();
    if (this.phase.name !== "closing") return;
    const answer = await this.options.server.submit(this.document.writer.id, this.queue.lastAcked);
    if (this.phase.name !== "closing") return;
    if (answer.kind === "ok") this.receive(answer.body.receipt, automatic);
    else if (!this.blockedBy(answer)) {
      const wait = SUBMIT_RETRY_MS * (0.5 + this.options.random());
      this.options.timers.after(wait, () => void this.close(automatic));
    }
  }

  private receive(receipt: Receipt, automatic: boolean): void {
    this.stopped = true;
    this.journal.clear();
    this.moveTo({ name: "submitted", receipt, automatic: receipt.automatic ?? automatic });
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
    if (!this.blockedBy(answer) && ENDED.has(answer.code)) this.timeIsUp();
    return { kind: "refused", code: answer.code };
  }

  private async freshSeq(): Promise<number | null> {
    const answer = await this.options.server.attempt();
    return answer.kind === "ok" ? answer.body.writer.next_seq : null;
  }

  private timeIsUp(): void {
    if (this.phase.name === "running" || this.phase.name === "paused") {
      this.options.timers.after(0, () => void this.close(true));
    }
  }

  private blockedBy(answer: Answer<unknown>): boolean {
    if (answer.kind !== "refused") return false;
    if (answer.code !== "writer_replaced" && answer.code !== "not_signed_in") return false;
    this.stopped = true;
    this.moveTo({ name: "blocked", reason: answer.code });
    return true;
  }

  private scheduleClock(): void {
    if (this.stopped) return;
    const wait = CLOCK_EVERY_MS * (0.8 + 0.4 * this.options.random());
    this.options.timers.after(wait, () => void this.beat());
  }

  private async beat(): Promise<void> {
    const answer = await this.options.server.clock();
    if (answer.kind === "ok") this.learn(answer);
    else this.blockedBy(answer);
    if (this.queue.unreachableSince !== null && answer.kind === "ok") this.queue.flush();
    this.scheduleClock();
    this.options.changed();
  }

  private learn(answer: Extract<Answer<ClockDocument>, { kind: "ok" }>): void {
    this.options.clock.learn({ serverNow: Date.parse(answer.body.server_now), ...answer.trip });
    this.deadline = answer.body.deadline;
    if (this.phase.name === "running" || this.phase.name === "paused") {
      this.enter(answer.body.state, null);
    }
  }

  /** Follows the server: a pause, a resumption, an attempt closed while we were away. */
  private enter(state: ClockDocument["state"], receipt: Receipt | null): void {
    if (state === "submitted" && receipt === null) return this.timeIsUp();
    if (state === "submitted") {
      const automatic = receipt?.automatic ?? false;
      this.phase = { name: "submitted", receipt, automatic };
    } else if (this.phase.name !== state) this.moveTo({ name: state });
  }

  private moveTo(phase: Phase): void {
    this.phase = phase;
    this.options.changed();
  }
}
