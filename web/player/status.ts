/** What the candidate is told about the safety of the answers. Never «Đã lưu» before the server said so. */
import { formatTimeOfDay } from "./clock.ts";
import { t } from "./language.ts";

export type SaveStatus =
  | { kind: "saved"; at: number | null }
  | { kind: "saving" }
  | { kind: "local"; at: number | null }
  | { kind: "failed" };

export interface SaveFacts {
  pending: number;
  rejected: number;
  journalWorks: boolean;
  unreachable: boolean;
  waitingMs: number;
  savedAt: number | null;
  changedAt: number | null;
}

/** Shorter waits are not worth a flicker. */
const QUIET_MS = 1000;

export function saveStatus(facts: SaveFacts): SaveStatus {
  if (facts.rejected > 0) return { kind: "failed" };
  if (facts.pending === 0) return { kind: "saved", at: facts.savedAt };
  if (facts.unreachable) {
    return facts.journalWorks ? { kind: "local", at: facts.changedAt } : { kind: "failed" };
  }
  // Until the wait is worth mentioning the last true sentence stays.
  if (facts.waitingMs < QUIET_MS && facts.savedAt !== null) return { kind: "saved", at: facts.savedAt };
  return { kind: "saving" };
}

export function saveStatusText(status: SaveStatus): { label: string; time: string } {
  const time = "at" in status && status.at !== null ? formatTimeOfDay(status.at) : "";
  switch (status.kind) {
    case "saved":
      return { label: time === "" ? t("Chưa có gì để lưu") : t("Đã lưu"), time };
    case "saving":
      return { label: t("Đang lưu"), time: "" };
    case "local":
      return { label: t("Đã lưu trên máy"), time };
    case "failed":
      return { label: t("Chưa lưu được, giơ tay báo giám thị"), time: "" };
  }
}
