/** What every interaction is given to draw itself. */
import type { Strikes } from "../strikes.ts";

export interface InteractionContext<V> {
  value: V | null;
  /** False once the attempt is closed or paused. */
  isOpen: boolean;
  /** Identifier of the heading and the stem that name the group of controls. */
  labelledBy: string;
  change: (value: V | null) => void;
  strikes: Strikes;
  redraw: () => void;
}
