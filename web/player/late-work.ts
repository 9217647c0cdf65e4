/**
 * Work that came too late to be saved in the ordinary way: written on a machine that had to hand
 * over, or locked at the end of time while the line was dead. It is offered to the server as facts,
 * and while the line stays dead to the invigilator as an encrypted file. It overrides nothing.
 */
import type { ResponseEvent } from "./contract.ts";
import type { Journal } from "./journal.ts";
import { type RescueFile, sealRescue } from "./rescue-file.ts";
import type { RoomServer } from "./server.ts";

const BATCH = 256;

export interface LateOwner {
  attempt: string;
  number: string;
  /** The journal's key; null on a machine that keeps its journal in the page's memory alone. */
  key: Uint8Array | null;
}

export class LateWork {
  constructor(
    private readonly journal: Journal,
    private readonly server: Pick<RoomServer, "late">,
    private readonly owner: LateOwner,
  ) {}

  get count(): number {
    return this.journal.everything().length;
  }

  /** Sends all there is. What the server has kept leaves the journal. False when the line is dead. */
  async send(isOurs: (epoch: number) => boolean = () => true): Promise<boolean> {
    for (const { writer, epoch, events } of this.byWriter(isOurs)) {
      for (let from = 0; from < events.length; from += BATCH) {
        const answer = await this.server.late(writer, events.slice(from, from + BATCH));
        if (answer.kind === "unreachable") return false;
        if (answer.kind === "ok") this.journal.removeOf(epoch, answer.body.kept);
      }
    }
    return true;
  }

  /** All that no server has acknowledged, for a memory stick; null when there is nothing to save. */
  file(sealedAt: number | null): RescueFile | null {
    const records = this.journal.everything();
    const { key, attempt, number } = this.owner;
    if (records.length === 0 || key === null) return null;
    const sealed_at = sealedAt === null ? null : new Date(sealedAt).toISOString();
    return sealRescue(key, attempt, number, { sealed_at, records });
  }

  private byWriter(isOurs: (epoch: number) => boolean) {
    const found = new Map<number, { writer: string; epoch: number; events: ResponseEvent[] }>();
    for (const { writer, epoch, event } of this.journal.everything()) {
      if (!isOurs(epoch)) continue;
      const group = found.get(epoch) ?? { writer, epoch, events: [] };
      group.events.push(event);
      found.set(epoch, group);
    }
    return [...found.values()];
  }
}
