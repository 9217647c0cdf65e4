/** What the parts of the page need from the editor as a whole. */
import type { EditorData, Hint, Interaction, ItemContent, Problem } from "./contract.ts";
import type { Workbench } from "./workbench.ts";

export interface Desk {
  readonly data: EditorData;
  readonly content: ItemContent;
  readonly problems: readonly Problem[];
  readonly hints: readonly Hint[];
  readonly workbench: Workbench;
  change(content: ItemContent): void;
  changeInteraction(interaction: Interaction): void;
  /** The author has been in this field: from now on it may say what it lacks. */
  touch(where: string): void;
  /** What to say at this field now, or null. */
  complaint(where: string): string | null;
  dismiss(hint: Hint): void;
  redraw(): void;
}
