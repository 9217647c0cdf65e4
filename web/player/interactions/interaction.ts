/** What every interaction is given to draw itself. */
import type { Strikes } from "../strikes.ts";

export interface InteractionContext<V> {
  value: V | null;
  /** False once the attempt is closed, paused or open on another page. */
  isOpen: boolean;
  /** Identifier of the heading and the stem that name the group of controls. */
  labelledBy: string;
  change: (value: V | null) => void;
  /** A sentence for those who hear the page, and for those who see it when a press changes nothing. */
  say: (sentence: string) => void;
  strikes: Strikes;
  redraw: () => void;
}
