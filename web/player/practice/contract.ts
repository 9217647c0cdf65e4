/** What the practice server tells beyond an attempt: what turned out right, for checked items only. */
import type { AttemptDocument } from "../contract.ts";

export type Verdict = "right" | "part" | "wrong" | "read";

export interface Feedback {
  verdict: Verdict;
  /** Key, rationales and solution, drawn and cleaned by the server. */
  told: string;
}

export interface PracticeDocument extends AttemptDocument {
  practice: { checks_at_once: boolean; feedback: Record<string, Feedback> };
}
