/** How far each item is answered, and the words and numbers drawn from that. Pure. */
import type { ClusterValue, EssayValue, Item, Part, ResponseRecord } from "./contract.ts";

export type ItemState = "done" | "partial" | "empty";

export interface ItemProgress {
  state: ItemState;
  /** Answered and all pieces: 3 of 4 statements; 1 of 1 for the rest. */
  given: number;
  of: number;
  flagged: boolean;
}

export type Responses = ReadonlyMap<string, ResponseRecord>;

function given(item: Item, value: ResponseRecord["value"]): number {
  if (value === null) return 0;
  switch (item.kind) {
    case "choice":
      return 1;
    case "tf_cluster":
      return item.statements.filter(({ id }) => id in (value as ClusterValue)).length;
    case "short":
      return (value as string).trim() === "" ? 0 : 1;
    case "essay":
      return (value as EssayValue).text.trim() === "" ? 0 : 1;
  }
}

export function itemProgress(item: Item, response: ResponseRecord | undefined): ItemProgress {
  const of = item.kind === "tf_cluster" ? item.statements.length : 1;
  const count = given(item, response?.value ?? null);
  const state = count === 0 ? "empty" : count < of ? "partial" : "done";
  return { state, given: count, of, flagged: response?.flagged ?? false };
}

/** «Câu 2, đã trả lời 3/4, đánh dấu xem lại, đang mở» */
export function describe(number: number, progress: ItemProgress, isOpen: boolean): string {
  const words = [`Câu ${number}`];
  if (progress.state === "done") words.push("đã trả lời");
  else if (progress.state === "empty") words.push("chưa trả lời");
  else words.push(`đã trả lời ${progress.given}/${progress.of}`);
  if (progress.flagged) words.push("đánh dấu xem lại");
  if (isOpen) words.push("đang mở");
  return words.join(", ");
}

export interface Totals {
  total: number;
  done: number;
  partial: number;
  empty: number;
  flagged: number;
}

export function totals(items: readonly Item[], responses: Responses): Totals {
  const counts: Totals = { total: items.length, done: 0, partial: 0, empty: 0, flagged: 0 };
  for (const item of items) {
    const progress = itemProgress(item, responses.get(item.ref));
    counts[progress.state] += 1;
    if (progress.flagged) counts.flagged += 1;
  }
  return counts;
}

export interface ReviewRow {
  item: Item;
  progress: ItemProgress;
  /** Identifiers of the statements that have no answer yet. */
  missing: string[];
}

export interface ReviewPart {
  part: Part;
  done: number;
  rows: ReviewRow[];
}

function missing(item: Item, response: ResponseRecord | undefined): string[] {
  if (item.kind !== "tf_cluster") return [];
  const value = (response?.value ?? {}) as ClusterValue;
  return item.statements.map(({ id }) => id).filter((id) => !(id in value));
}

/** The items worth another look before handing in, part by part; a part without any is left out. */
export function review(parts: readonly Part[], responses: Responses): ReviewPart[] {
  return parts
    .map((part) => {
      const rows = part.items.map((item) => {
        const response = responses.get(item.ref);
        return { item, progress: itemProgress(item, response), missing: missing(item, response) };
      });
      const done = rows.filter(({ progress }) => progress.state === "done").length;
      const worth = rows.filter(({ progress }) => progress.state !== "done" || progress.flagged);
      return { part, done, rows: worth };
    })
    .filter(({ rows }) => rows.length > 0);
}
