/** What every interaction is given to draw itself. */
import type { Strikes } from "../strikes.ts";

export interface InteractionContext<V> {
  value: V | null;
  /** False once the attempt is closed, paused or open on another page. */
  isOpen: boolean;
  /** Identifier of the heading and the stem that name the group of controls. */
  labelledBy: string;
  change: (value: V | null) => void;
  /** A sentence read aloud; also shown, when a press changes nothing and the eye would wonder why. */
  say: (sentence: string, isSeen?: boolean) => void;
  strikes: Strikes;
  /** What a hand has begun and is no answer yet: the first of a pair, where a pen stands. */
  begun: Map<string, string>;
  redraw: () => void;
}
