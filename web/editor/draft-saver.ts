/**
 * Saves the draft one second after the last change, one request at a time. A change is in the
 * local copy before anything else happens to it and leaves it only when the server has answered.
 */
import type { ItemContent, Saved, Theirs } from "./contract.ts";
import type { LocalCopy, LocalDraft } from "./local-copy.ts";
import { sameContent } from "./same-content.ts";
import type { Answer, Refusal } from "./server.ts";
import type { Timers } from "./timers.ts";

export type SaveState =
  | { readonly name: "pending" }
  | { readonly name: "saving" }
  | { readonly name: "saved"; readonly at: string }
  | { readonly name: "offline"; readonly keptHere: boolean }
  | { readonly name: "conflict"; readonly theirs: Theirs }
  | { readonly name: "refused"; readonly message: string; readonly signedOut: boolean };

export interface SaverParts {
  readonly send: (content: ItemContent, revision: number) => Promise<Answer<Saved>>;
  readonly local: LocalCopy;
  readonly timers: Timers;
  readonly changed: () => void;
  /** What the server says of `sent`; by then something newer may have been written. */
  readonly saved: (answer: Saved, sent: ItemContent) => void;
}

const PAUSE_MS = 1000;
const RETRY_MS = 5000;
/** Of contents sent without an answer, so many are remembered. */
const MOST_UNANSWERED = 8;

export class DraftSaver {
  state: SaveState;
  revision: number;
  private readonly parts: SaverParts;
  private latest: ItemContent | null = null;
  /** Sent without an answer that arrived: when the server shows it as another's draft, it is ours. */
  private unanswered: readonly ItemContent[] = [];
  private callOff: () => void = () => undefined;
  private running: Promise<void> | null = null;

  constructor(parts: SaverParts, revision: number, savedAt: string) {
    this.parts = parts;
    this.revision = revision;
    this.state = { name: "saved", at: savedAt };
  }

  /** True while something typed is not on the server. */
  get isDirty(): boolean {
    return this.latest !== null || this.running !== null;
  }

  change(content: ItemContent): void {
    this.latest = content;
    this.keepHere(content);
    if (this.state.name === "conflict") return;
    if (this.running === null) this.show({ name: "pending" });
    this.schedule(PAUSE_MS);
  }

  /** Saves now; resolves to whether everything typed is on the server. */
  async flush(): Promise<boolean> {
    this.callOff();
    while (this.running !== null) await this.running;
    if (this.latest !== null && this.state.name !== "conflict") await this.run();
    return !this.isDirty;
  }

  /** The other person's draft stays readable in the audit; ours goes on top of it. */
  keepMine(theirs: Theirs): Promise<boolean> {
    this.revision = theirs.revision;
    this.show({ name: "pending" });
    return this.flush();
  }

  giveUpMine(): void {
    this.callOff();
    this.latest = null;
    this.parts.local.forget();
  }

  /** What an earlier visit could not save, met again beside what the server has now. */
  resume(kept: LocalDraft, theirs: Theirs): void {
    this.unanswered = kept.unanswered ?? [];
    this.latest = kept.content;
    if (kept.revision === theirs.revision) this.change(kept.content);
    else this.meet(theirs);
  }

  private meet(theirs: Theirs): void {
    const isOurs = [this.latest, ...this.unanswered].some((sent) => sameContent(theirs.content, sent));
    if (!isOurs) return this.show({ name: "conflict", theirs });
    this.revision = theirs.revision;
    this.unanswered = [];
    if (this.latest !== null) this.change(this.latest);
  }

  private keepHere(content: ItemContent): boolean {
    const { revision, unanswered } = this;
    return this.parts.local.keep({ revision, content, ...(unanswered.length === 0 ? {} : { unanswered }) });
  }

  private schedule(ms: number): void {
    this.callOff();
    this.callOff = this.parts.timers.after(ms, () => void this.flush());
  }

  private run(): Promise<void> {
    this.running = this.sendOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async sendOnce(): Promise<void> {
    const sent = this.latest;
    if (sent === null) return;
    this.show({ name: "saving" });
    if (!this.unanswered.includes(sent)) this.unanswered = [...this.unanswered, sent].slice(-MOST_UNANSWERED);
    this.keepHere(sent);
    const answer = await this.parts.send(sent, this.revision);
    if (answer.kind === "ok") this.accept(sent, answer.body);
    else if (answer.kind === "unreachable") this.wait();
    else this.refuse(answer);
  }

  private accept(sent: ItemContent, answer: Saved): void {
    this.revision = answer.revision;
    this.unanswered = [];
    if (this.latest === sent) {
      this.latest = null;
      this.parts.local.forget();
      this.show({ name: "saved", at: answer.saved_at });
    } else if (this.latest !== null) {
      this.keepHere(this.latest);
      this.schedule(PAUSE_MS);
    }
    this.parts.saved(answer, sent);
  }

  private wait(): void {
    const keptHere = this.latest !== null && this.keepHere(this.latest);
    this.show({ name: "offline", keptHere });
    this.schedule(RETRY_MS);
  }

  private refuse(answer: Refusal): void {
    if (answer.status === 409 && answer.theirs !== undefined) {
      this.meet(answer.theirs);
      return;
    }
    const signedOut = answer.status === 401;
    this.show({ name: "refused", message: answer.message, signedOut });
    if (signedOut) this.schedule(RETRY_MS);
  }

  private show(state: SaveState): void {
    this.state = state;
    this.parts.changed();
  }
}
