/** The class's server in the terms of the room's: same screen, other addresses, and a way to ask what is right. */
import type {
  ClockDocument, ProcessEvent, Receipt, ResponseEvent, RoomMessage, SavedDocument, Value,
} from "../contract.ts";
import { type Answer, type RoomServer, request } from "../server.ts";
import type { Feedback, PracticeDocument } from "./contract.ts";

const DONE = { sent: 0, received: 0 };

export class PracticeServer implements RoomServer {
  constructor(private readonly base: string) {}

  attempt(): Promise<Answer<PracticeDocument>> {
    return this.ask("/bai-lam");
  }
  clock(): Promise<Answer<ClockDocument>> {
    return this.ask("/dong-ho");
  }
  save(_writer: string, events: readonly ResponseEvent[]): Promise<Answer<SavedDocument>> {
    return this.ask("/luu", { events });
  }
  submit(): Promise<Answer<{ receipt: Receipt }>> {
    return this.ask("/nop", {});
  }
  check(item: string, value: Value | null): Promise<Answer<Feedback>> {
    return this.ask("/kiem-tra", { item, value });
  }
  /** A class keeps no late work, no messages of a room and no record of how pupils work. */
  async late(): Promise<Answer<{ kept: number[] }>> {
    return { kind: "ok", body: { kept: [] }, trip: DONE };
  }
  async messages(): Promise<Answer<{ messages: RoomMessage[] }>> {
    return { kind: "ok", body: { messages: [] }, trip: DONE };
  }
  async process(_writer: string, events: readonly ProcessEvent[]): Promise<Answer<{ kept: number }>> {
    return { kind: "ok", body: { kept: events.length }, trip: DONE };
  }

  private async ask<T>(path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await request<T>(path, body, this.base);
    if (answer.kind === "refused" && answer.code === "task_over") return { ...answer, code: "attempt_submitted" };
    if (answer.kind === "refused" && answer.code === "no_seat") location.assign("/lop");
    return answer;
  }
}
