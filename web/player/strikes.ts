/** Options the candidate crossed out for themselves. Not a response: it never leaves the machine. */

export class Strikes {
  private readonly struck: Set<string>;

  constructor(
    private readonly attempt: string,
    private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {
    this.struck = new Set(this.read());
  }

  has(item: string, option: string): boolean {
    return this.struck.has(`${item} ${option}`);
  }

  set(item: string, option: string, isStruck: boolean): void {
    if (isStruck) this.struck.add(`${item} ${option}`);
    else this.struck.delete(`${item} ${option}`);
    try {
      this.store.setItem(this.key, JSON.stringify([...this.struck]));
    } catch {
      // Kept in the page only.
    }
  }

  clear(): void {
    this.store.removeItem(this.key);
  }

  private get key(): string {
    return `khaothi.strikes.${this.attempt}`;
  }

  private read(): string[] {
    try {
      return JSON.parse(this.store.getItem(this.key) ?? "[]") as string[];
    } catch {
      return [];
    }
  }
}
