/** What the views of the player are given: the attempt, where the candidate is, and the ways to go. */
import type { Display } from "./display.ts";
import type { Page } from "./pages.ts";
import type { AttemptSession } from "./session.ts";
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
  typing: TypingBuffer;
  open: (place: number | "review", item?: string) => void;
  setDisplay: (display: Display) => void;
  submit: () => void;
  /** On a wide screen with a passage the map opens over the page; elsewhere it is always there. */
  mapIsOpen: boolean;
  toggleMap: () => void;
  redraw: () => void;
}
