/** What the server tells a console: codes and moments; see api/room/console_wire.py. */

export interface SeatNow {
  id: string;
  state: string;
  answered: number;
  total: number;
  since: number | null;
  saved: number | null;
  end: number | null;
  held: number | null;
  given: number;
  asked: boolean;
  finding: Finding | null;
  acts: number;
}

export interface RoomNow {
  state: string;
  counts: Record<string, number>;
  signedIn: number;
  present: number;
  suspended: number;
  submitted: number;
  unfinished: number;
  even: boolean;
  wrongBrowsers: number;
  end: number | null;
  ownEnds: [string, number][];
  noted: number;
}

export interface Told {
  now: number;
  room: RoomNow;
  seats: SeatNow[];
}

export interface SignOfLife {
  now: number;
  read: number | null;
}

type WordName =
  | "lasts" | "at" | "given" | "asked" | "none" | "equal" | "unequal" | "suspended" | "unfinished" | "live" | "old" | "stale"
  | "held" | "back" | "seat" | "said" | "many" | "waits" | "failed" | "done" | "undone" | "until" | "own" | "browsers"
  | "undo" | "progress" | Finding;

/** What the page says, in its own language. */
export type Words = Record<WordName, string>;
export type Finding = "matched" | "mismatched" | "absent";

/** A sentence with its values. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
