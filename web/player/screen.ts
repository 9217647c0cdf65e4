/** What the views of the player are given: the attempt, where the candidate is, and the ways to go. */
import type { TemplateResult, nothing } from "lit";
import type { Item, Value } from "./contract.ts";
import type { Display } from "./display.ts";
import type { Language } from "./language.ts";
import type { Marks } from "./marks.ts";
import type { Page } from "./pages.ts";
import type { AttemptSession } from "./session.ts";
import type { Recordings } from "./recordings.ts";
import type { Strikes } from "./strikes.ts";
import type { TypingBuffer } from "./typing.ts";

export interface Screen {
  session: AttemptSession;
  pages: readonly Page[];
  /** Index of the open page, or "review" before handing in. */
  place: number | "review";
  /** The page that was open before the review. */
  returnTo: number;
  display: Display;
  strikes: Strikes;
  marks: Marks;
  /** The sentence last chosen by arrow keys; -1 before the first. */
  sentence: number;
  /** What a hand has begun and is no answer yet, by control. */
  begun: Map<string, string>;
  recordings: Recordings;
  typing: TypingBuffer;
  /** The response as the screen shows it, and what a change of it leads to. */
  responseOf: (item: Item) => Value | null;
  answer: (item: Item, value: Value | null) => void;
  takes: (item: Item) => boolean;
  /** What stands below an item; an examination has nothing there. */
  below: (item: Item) => TemplateResult | typeof nothing;
  open: (place: number | "review", item?: string) => void;
  setDisplay: (display: Display) => void;
  switched: (language: Language) => void;
  submit: () => void;
  /** On a wide screen with a passage the map opens over the page; elsewhere it is always there. */
  mapIsOpen: boolean;
  toggleMap: () => void;
  /** A sentence in the live region: read aloud, and shown for a while unless it tells what is seen anyway. */
  say: (sentence: string, isSeen?: boolean) => void;
  said: { sentence: string; isSeen: boolean };
  /** Messages of the room up to this many were put away by the candidate. */
  read: number;
  putAway: () => void;
  redraw: () => void;
}
