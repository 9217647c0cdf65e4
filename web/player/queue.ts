/**
 * The save queue. Every change gets the next number, is journalled at once and sent within a second,
 * oldest first, one request at a time; what is acknowledged is therefore always a prefix, and what
 * remains in the journal a suffix, of what the candidate did.
 */
import type { EventKind, ResponseEvent } from "./contract.ts";
import type { Journal } from "./journal.ts";

export type SendOutcome =
  | { kind: "acked"; seqs: readonly number[] }
  | { kind: "unreachable"; retryAfterMs?: number }
  /** The server takes nothing for now (a pause): wait until told to go on. */
  | { kind: "held" }
  | { kind: "refused"; code: string };

export interface Timers {
  /** Runs `task` after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

export interface QueueOptions {
  journal: Journal;
  nextSeq: number;
  send: (events: readonly ResponseEvent[]) => Promise<SendOutcome>;
  /** Asked once when the server holds other bytes under our number: the first number that is free. */
  freshSeq: () => Promise<number | null>;
  timers: Timers;
  random: () => number;
  now: () => number;
  changed: () => void;
}

/** Long enough to gather a burst of clicks into one request, short enough to be «at once». */
const GATHER_MS = 300;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const BATCH = 64;

/** Refusals after which sending again cannot help; the events stay in the journal. */
const FINAL = new Set(["writer_replaced", "not_signed_in", "deadline_passed", "attempt_submitted"]);

export class SaveQueue {
  private pending: ResponseEvent[] = [];
  private rejected: ResponseEvent[] = [];
  private inFlight = 0;
  private failures = 0;
  private cancelTimer: (() => void) | null = null;
  private batch = BATCH;
  private nextSeq: number;
  private waiting: Array<(drained: boolean) => void> = [];
  private renumbered = false;
  private held = false;

  /** The highest number the server has acknowledged: what it must hold before we hand in. */
  lastAcked: number;
  /** The refusal that stopped the queue, or null while it works. */
  halted: string | null = null;
  /** False as soon as the machine has refused to keep one event. */
  journalWorks = true;
  /** When the oldest event that still waits was made; null when all are acknowledged. */
  waitingSince: number | null = null;
  /** When sending last began to fail without success since; null when the server answers. */
  unreachableSince: number | null = null;

  constructor(private readonly options: QueueOptions) {
    this.nextSeq = options.nextSeq;
    this.lastAcked = options.nextSeq - 1;
  }

  get pendingEvents(): readonly ResponseEvent[] {
    return this.pending;
  }
  get rejectedEvents(): readonly ResponseEvent[] {
    return this.rejected;
  }

  /** Takes over what an earlier page of this attempt left in the journal. Returns all of it, in order. */
  restore(): ResponseEvent[] {
    const own = this.options.journal.own();
    this.pending = own;
    this.nextSeq = Math.max(this.nextSeq, (own.at(-1)?.seq ?? 0) + 1);
    for (const event of this.options.journal.inherited()) this.enqueue({ ...event, seq: this.nextSeq });
    this.options.journal.forgetInherited();
    if (this.pending.length > 0) this.wake(0);
    return [...this.pending];
  }

  add(kind: EventKind, item: string, value: ResponseEvent["value"]): ResponseEvent {
    const client_at = new Date(this.options.now()).toISOString();
    const event: ResponseEvent = { seq: this.nextSeq, kind, item, value, client_at };
    this.enqueue(event);
    this.wake(GATHER_MS);
    this.options.changed();
    return event;
  }

  /**
   * Drops an unsent earlier text of the same item: for essays, where every pause of the hand is a
   * change and carries the whole text. Nobody has seen the dropped number.
   */
  replaceUnsent(item: string, value: ResponseEvent["value"]): ResponseEvent {
    const isOld = (event: ResponseEvent, index: number) =>
      index >= this.inFlight && event.kind === "answer" && event.item === item;
    const old = this.pending.filter(isOld).map((event) => event.seq);
    const event = this.add("answer", item, value);
    this.pending = this.pending.filter((kept) => !old.includes(kept.seq));
    this.options.journal.remove(old);
    return event;
  }

  /** Sends without waiting: the page is being hidden, the network came back, time is up. */
  flush(): void {
    this.wake(0);
  }

  /** The server takes changes again. */
  resume(): void {
    if (!this.held) return;
    this.held = false;
    this.wake(0);
  }

  /** Another page goes on with this journal: what waits is its to send. */
  stop(): void {
    this.halt("other_tab");
  }

  /** Something written before could not be kept on the machine after all. */
  journalFailed(): void {
    this.journalWorks = false;
  }

  /** True when everything is acknowledged, false when the queue was halted first. */
  drained(): Promise<boolean> {
    if (this.pending.length === 0) return Promise.resolve(true);
    if (this.halted !== null) return Promise.resolve(false);
    this.flush();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private enqueue(event: ResponseEvent): void {
    this.nextSeq = event.seq + 1;
    this.journalWorks = this.options.journal.put(event) && this.journalWorks;
    this.pending.push(event);
    this.waitingSince ??= this.options.now();
  }

  private wake(ms: number): void {
    if (this.halted !== null || this.held || this.inFlight > 0) return;
    if (this.cancelTimer !== null && ms > 0) return;
    this.cancelTimer?.();
    this.cancelTimer = this.options.timers.after(ms, () => void this.sendNext());
  }

  private async sendNext(): Promise<void> {
    this.cancelTimer = null;
    const events = this.pending.slice(0, this.batch);
    if (events.length === 0 || this.inFlight > 0 || this.held || this.halted !== null) return;
    this.inFlight = events.length;
    const outcome = await this.options.send(events);
    await this.settle(outcome, events);
    this.inFlight = 0;
    this.continue();
    this.options.changed();
  }

  private async settle(outcome: SendOutcome, sent: readonly ResponseEvent[]): Promise<void> {
    if (outcome.kind === "acked") this.acknowledge(outcome.seqs);
    else if (outcome.kind === "unreachable") this.postpone(outcome.retryAfterMs);
    else if (outcome.kind === "held") this.hold();
    else if (outcome.code === "event_conflict" && !this.renumbered) await this.renumber();
    else if (FINAL.has(outcome.code)) this.halt(outcome.code);
    else this.setAside(sent);
  }

  private hold(): void {
    this.held = true;
    this.unreachableSince = null;
  }

  private acknowledge(seqs: readonly number[]): void {
    const acked = new Set(seqs);
    this.pending = this.pending.filter((event) => !acked.has(event.seq));
    this.options.journal.remove(seqs);
    this.lastAcked = Math.max(this.lastAcked, ...seqs);
    this.failures = 0;
    this.renumbered = false;
    this.unreachableSince = null;
    this.waitingSince = this.pending.length > 0 ? this.options.now() : null;
  }

  private postpone(retryAfterMs: number | undefined): void {
    this.failures += 1;
    this.unreachableSince ??= this.options.now();
    const ceiling = Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), LONGEST_RETRY_MS);
    // Half fixed, half drawn: a room that lost its switch does not come back in one instant.
    const delay = ceiling / 2 + (ceiling / 2) * this.options.random();
    this.cancelTimer = this.options.timers.after(Math.max(delay, retryAfterMs ?? 0), () => {
      void this.sendNext();
    });
  }

  /** The server holds something else under our number (a copied profile, say): take new numbers. */
  private async renumber(): Promise<void> {
    const fresh = await this.options.freshSeq();
    if (fresh === null) return this.postpone(undefined);
    this.renumbered = true;
    const old = this.pending;
    this.pending = [];
    this.nextSeq = Math.max(fresh, this.nextSeq);
    for (const event of old) this.enqueue({ ...event, seq: this.nextSeq });
    this.options.journal.remove(old.map((event) => event.seq));
  }

  /** One event the server will never take must not hold back the others; it stays in the journal. */
  private setAside(sent: readonly ResponseEvent[]): void {
    if (sent.length > 1) {
      this.batch = 1;
      return;
    }
    this.rejected.push(...sent);
    this.pending = this.pending.filter((event) => !sent.includes(event));
    if (this.pending.length === 0) this.waitingSince = null;
  }

  private halt(code: string): void {
    this.halted = code;
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  private continue(): void {
    const done = this.pending.length === 0;
    if (done || this.halted !== null) {
      for (const resolve of this.waiting.splice(0)) resolve(done);
      if (done) this.batch = BATCH;
      return;
    }
    if (this.cancelTimer === null) this.wake(this.unreachableSince === null ? 0 : FIRST_RETRY_MS);
  }
}
