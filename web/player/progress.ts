/** How far each item is answered, and the words and numbers drawn from that. Pure. */
import type { ClozeValue, ClusterValue, CompositeValue, EssayValue, Item, ListValue, Part, ResponseRecord } from "./contract.ts";
import { t } from "./language.ts";
import { leftsOf, rightsOf } from "./pairs.ts";

export type ItemState = "done" | "partial" | "empty";

export interface ItemProgress {
  state: ItemState;
  /** Answered and all pieces: 3 of 4 statements; 1 of 1 for the rest. */
  given: number;
  of: number;
  flagged: boolean;
}

export type Responses = ReadonlyMap<string, ResponseRecord>;

/** Into how many pieces the answer to an item falls. */
function pieces(item: Item): number {
  switch (item.kind) {
    case "tf_cluster":
      return item.statements.length;
    case "cloze":
    case "gap_match":
      return item.gaps.length;
    case "match":
      return item.rows.length;
    case "composite":
      return item.places.length;
    case "multiple":
    case "hotspot":
    case "hottext":
      return Math.max(1, item.least);
    default:
      return 1;
  }
}

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
    case "cloze":
      return item.gaps.filter(({ id }) => ((value as ClozeValue)[id] ?? "").trim() !== "").length;
    case "composite":
      return item.places.filter(({ id }) => isGiven((value as CompositeValue)[id])).length;
    case "match":
      return leftsOf(value as ListValue).size;
    case "gap_match":
      return rightsOf(value as ListValue).size;
    default:
      return Math.min((value as ListValue).length, pieces(item));
  }
}

function isGiven(value: string | ListValue | undefined): boolean {
  return value !== undefined && (typeof value === "string" ? value.trim() !== "" : value.length > 0);
}

export function itemProgress(item: Item, response: ResponseRecord | undefined): ItemProgress {
  const of = pieces(item);
  const count = given(item, response?.value ?? null);
  const state = count === 0 ? "empty" : count < of ? "partial" : "done";
  return { state, given: count, of, flagged: response?.flagged ?? false };
}

/** «Câu 2, đã trả lời 3/4, đánh dấu xem lại, đang mở» */
export function describe(number: number, progress: ItemProgress, isOpen: boolean): string {
  const words = [t("Câu {n}", { n: number })];
  if (progress.state === "done") words.push(t("đã trả lời"));
  else if (progress.state === "empty") words.push(t("chưa trả lời"));
  else words.push(t("đã trả lời {given}/{of}", { given: progress.given, of: progress.of }));
  if (progress.flagged) words.push(t("đánh dấu xem lại"));
  if (isOpen) words.push(t("đang mở"));
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
