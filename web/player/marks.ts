/** What the candidate marked in texts. Like crossed out options it is no answer and stays on the machine. */
import type { Marked } from "./content.ts";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Marks {
  private readonly byText: Map<string, Marked[]>;

  constructor(
    private readonly attempt: string,
    private readonly store: Store,
  ) {
    this.byText = new Map(Object.entries(this.read()));
  }

  of(text: string): readonly Marked[] {
    return this.byText.get(text) ?? [];
  }

  /** Marks a stretch; pressing again on what is wholly marked takes the mark away. */
  toggle(text: string, stretch: Marked): void {
    this.byText.set(text, toggled(this.of(text), stretch));
    this.write();
  }

  forget(text: string): void {
    this.byText.delete(text);
    this.write();
  }

  clear(): void {
    this.store.removeItem(this.key);
  }

  private get key(): string {
    return `khaothi.marks.${this.attempt}`;
  }

  private read(): Record<string, Marked[]> {
    try {
      return JSON.parse(this.store.getItem(this.key) ?? "{}") as Record<string, Marked[]>;
    } catch {
      return {};
    }
  }

  private write(): void {
    try {
      this.store.setItem(this.key, JSON.stringify(Object.fromEntries(this.byText)));
    } catch {
      // Kept in the page only.
    }
  }
}

/** Stretches never overlap: a new one swallows what it touches, or is cut out of what covers it. */
export function toggled(marks: readonly Marked[], stretch: Marked): Marked[] {
  const cover = marks.find(({ from, to }) => from <= stretch.from && stretch.to <= to);
  if (cover !== undefined) {
    const pieces = [{ from: cover.from, to: stretch.from }, { from: stretch.to, to: cover.to }];
    return sorted([...marks.filter((one) => one !== cover), ...pieces.filter(({ from, to }) => from < to)]);
  }
  const touched = marks.filter(({ from, to }) => from <= stretch.to && stretch.from <= to);
  const from = Math.min(stretch.from, ...touched.map((one) => one.from));
  const to = Math.max(stretch.to, ...touched.map((one) => one.to));
  return sorted([...marks.filter((one) => !touched.includes(one)), { from, to }]);
}

function sorted(marks: Marked[]): Marked[] {
  return marks.sort((one, other) => one.from - other.from);
}
