/** The room's server as the player sees it: typed requests, and every failure as a value. */
import type { ClockSample } from "./clock.ts";
import type {
  AttemptDocument,
  ClockDocument,
  ErrorDocument,
  ProcessEvent,
  Receipt,
  ResponseEvent,
  RoomMessage,
  SavedDocument,
} from "./contract.ts";
import { configKeyHeaders } from "./safe-exam-browser.ts";

export type Answer<T> =
  | { kind: "ok"; body: T; trip: Pick<ClockSample, "sent" | "received"> }
  | { kind: "refused"; status: number; code: string; message: string; clock?: ClockDocument }
  | { kind: "unreachable"; retryAfterMs?: number };

export interface RoomServer {
  attempt(): Promise<Answer<AttemptDocument>>;
  clock(): Promise<Answer<ClockDocument>>;
  save(writer: string, events: readonly ResponseEvent[]): Promise<Answer<SavedDocument>>;
  /** What came too late to count by itself: kept for good, and shown to the invigilator. */
  late(writer: string, events: readonly ResponseEvent[]): Promise<Answer<{ kept: number[] }>>;
  submit(writer: string, lastSeq: number): Promise<Answer<{ receipt: Receipt }>>;
  messages(): Promise<Answer<{ messages: RoomMessage[] }>>;
  process(writer: string, events: readonly ProcessEvent[]): Promise<Answer<{ kept: number }>>;
}

const BASE = "/thi/api";
const PATIENCE_MS = 10_000;
/** Browsers let a request outlive its page only when it is small. */
const KEEPALIVE_BYTES = 60_000;

export class HttpRoomServer implements RoomServer {
  attempt(): Promise<Answer<AttemptDocument>> {
    return request<AttemptDocument>("/attempt");
  }
  clock(): Promise<Answer<ClockDocument>> {
    return request<ClockDocument>("/clock");
  }
  save(writer: string, events: readonly ResponseEvent[]): Promise<Answer<SavedDocument>> {
    return request<SavedDocument>("/events", { writer, events });
  }
  late(writer: string, events: readonly ResponseEvent[]): Promise<Answer<{ kept: number[] }>> {
    return request<{ kept: number[] }>("/late-events", { writer, events });
  }
  messages(): Promise<Answer<{ messages: RoomMessage[] }>> {
    return request<{ messages: RoomMessage[] }>("/messages");
  }
  process(writer: string, events: readonly ProcessEvent[]): Promise<Answer<{ kept: number }>> {
    return request<{ kept: number }>("/process", { writer, events });
  }
  /** The key under which this attempt's journal is kept on the machine. */
  journalKey(): Promise<Answer<{ key: string }>> {
    return request<{ key: string }>("/journal-key");
  }
  submit(writer: string, lastSeq: number): Promise<Answer<{ receipt: Receipt }>> {
    return request<{ receipt: Receipt }>("/submit", { writer, last_seq: lastSeq });
  }
}

/** One request; `base` is where the interface of the screen's server begins. */
export async function request<T>(path: string, body?: unknown, base = BASE): Promise<Answer<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  const sent = performance.now();
  try {
    const response = await fetch(base + path, { ...init(body), signal: abort.signal });
    const received = performance.now();
    if (response.ok) {
      return { kind: "ok", body: (await response.json()) as T, trip: { sent, received } };
    }
    return await failure(response);
  } catch {
    return { kind: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function init(body: unknown): RequestInit {
  const headers: Record<string, string> = { "X-Requested-With": "khaothi", ...configKeyHeaders() };
  if (body === undefined) return { headers, cache: "no-store", credentials: "same-origin" };
  const text = JSON.stringify(body);
  headers["Content-Type"] = "application/json";
  return {
    method: "POST",
    headers,
    body: text,
    credentials: "same-origin",
    keepalive: text.length < KEEPALIVE_BYTES,
  };
}

/** A busy or broken server is the same to the candidate as none: wait and try again. */
async function failure<T>(response: Response): Promise<Answer<T>> {
  if (response.status >= 500 || response.status === 429) {
    const seconds = Number(response.headers.get("Retry-After"));
    return seconds > 0 ? { kind: "unreachable", retryAfterMs: seconds * 1000 } : { kind: "unreachable" };
  }
  const document = (await response.json().catch(() => null)) as ErrorDocument | null;
  const code = document?.error?.code ?? "unknown";
  const message = document?.error?.message ?? "";
  const clock = document?.error?.clock;
  return { kind: "refused", status: response.status, code, message, ...(clock === undefined ? {} : { clock }) };
}
