/** What the server has not acknowledged yet, kept in this browser so that nothing typed is lost. */
import type { ItemContent } from "./contract.ts";

export interface LocalDraft {
  readonly revision: number;
  readonly content: ItemContent;
  /** What was sent and never answered: the server may have it. */
  readonly unanswered?: readonly ItemContent[];
}
export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class LocalCopy {
  private readonly store: TextStore;
  private readonly key: string;

  constructor(store: TextStore, itemId: string) {
    this.store = store;
    this.key = `khaothi.draft.${itemId}`;
  }

  /** False where the browser keeps nothing (private window, full disk). */
  keep(draft: LocalDraft): boolean {
    try {
      this.store.setItem(this.key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  read(): LocalDraft | null {
    try {
      const text = this.store.getItem(this.key);
      return text === null ? null : (JSON.parse(text) as LocalDraft);
    } catch {
      return null;
    }
  }

  /** Items are confidential: as soon as the server has them, this machine need not. */
  forget(): void {
    try {
      this.store.removeItem(this.key);
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
  }
}
