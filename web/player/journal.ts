/**
 * The local journal: every change is written here before it is sent, and leaves only when the
 * server has acknowledged it. A reload, a crash of the browser or ten minutes without network lose
 * nothing. Each event is a record of its own, so that one bad record never takes others with it.
 */
import type { ResponseEvent, Writer } from "./contract.ts";

/** How a record looks on disk, under its own name; see cipher.ts for what examinations use. */
export interface Codec {
  seal(plain: string, name: string): string;
  open(sealed: string, name: string): string;
}

export const plainCodec: Codec = { seal: (plain) => plain, open: (sealed) => sealed };

/** The part of `Storage` the journal uses. */
export interface RecordStore {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  /** Called when something written before could not be kept after all. */
  onFailure?: () => void;
}

export interface JournalRecord {
  writer: string;
  epoch: number;
  event: ResponseEvent;
}

const ROOT = "khaothi.journal";

export class Journal {
  private readonly prefix: string;

  constructor(
    private readonly store: RecordStore,
    attempt: string,
    private readonly writer: Pick<Writer, "id" | "epoch">,
    private readonly codec: Codec = plainCodec,
  ) {
    this.prefix = `${ROOT}.${attempt}.`;
  }

  /** False when the machine refuses to keep it (disk full, storage switched off). */
  put(event: ResponseEvent): boolean {
    const record: JournalRecord = { writer: this.writer.id, epoch: this.writer.epoch, event };
    try {
      const key = this.keyOf(record);
      this.store.setItem(key, this.codec.seal(JSON.stringify(record), key));
      return true;
    } catch {
      return false;
    }
  }

  remove(seqs: readonly number[]): void {
    this.removeOf(this.writer.epoch, seqs);
  }

  removeOf(epoch: number, seqs: readonly number[]): void {
    for (const seq of seqs) this.store.removeItem(this.key(epoch, seq));
  }

  /** Events of this writer that no server has acknowledged, in order. */
  own(): ResponseEvent[] {
    return this.recordsOf(this.writer.epoch);
  }

  /**
   * Events of the writer just before this one, left on this machine by a sign-in that ended before
   * they were sent. Nobody wrote in between (epochs are consecutive), so they are the newest there
   * is. Events of older epochs are kept on disk for a rescue, and override nothing.
   */
  inherited(): ResponseEvent[] {
    return this.recordsOf(this.writer.epoch - 1);
  }

  forgetInherited(): void {
    for (const { seq } of this.inherited()) this.store.removeItem(this.key(this.writer.epoch - 1, seq));
  }

  /** Everything of this attempt that no server has acknowledged, whoever wrote it: for a rescue. */
  everything(): JournalRecord[] {
    const found = this.keys().map((key) => this.read(key)).filter((record) => record !== null);
    return found.sort((one, other) => one.epoch - other.epoch || one.event.seq - other.event.seq);
  }

  /** After the receipt nothing of the attempt stays on the machine. */
  clear(): void {
    for (const key of this.keys()) this.store.removeItem(key);
  }

  private recordsOf(epoch: number): ResponseEvent[] {
    const found: ResponseEvent[] = [];
    for (const key of this.keys()) {
      const record = this.read(key);
      if (record !== null && record.epoch === epoch) found.push(record.event);
    }
    return found.sort((one, other) => one.seq - other.seq);
  }

  private read(key: string): JournalRecord | null {
    const sealed = this.store.getItem(key);
    if (sealed === null) return null;
    try {
      return JSON.parse(this.codec.open(sealed, key)) as JournalRecord;
    } catch {
      return null;
    }
  }

  private keys(): string[] {
    const keys: string[] = [];
    for (let index = 0; index < this.store.length; index += 1) {
      const key = this.store.key(index);
      if (key !== null && key.startsWith(this.prefix)) keys.push(key);
    }
    return keys;
  }

  private keyOf(record: JournalRecord): string {
    return this.key(record.epoch, record.event.seq);
  }

  private key(epoch: number, seq: number): string {
    return `${this.prefix}${epoch}.${seq}`;
  }
}

/** A store in memory, for a browser that has none: the answers are then only as safe as the page. */
export class MemoryStore implements RecordStore {
  onFailure: () => void = () => undefined;
  private readonly records: Map<string, string>;

  constructor(kept: ReadonlyMap<string, string> = new Map()) {
    this.records = new Map(kept);
  }

  get length(): number {
    return this.records.size;
  }
  key(index: number): string | null {
    return [...this.records.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.records.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.records.set(key, value);
  }
  removeItem(key: string): void {
    this.records.delete(key);
  }
}
