/**
 * The journal's records in IndexedDB. What is written is at hand in memory at once and goes to disk
 * in the same turn; a disk that refuses is told to the candidate, never swallowed.
 */
import { MemoryStore, type RecordStore } from "./journal.ts";

const NAME = "khaothi";
const TABLE = "journal";

export class IndexedStore extends MemoryStore {
  private constructor(
    private readonly database: IDBDatabase,
    kept: ReadonlyMap<string, string>,
  ) {
    super(kept);
  }

  /** Opens the machine's journal with all it holds; fails where the browser keeps nothing. */
  static async open(): Promise<IndexedStore> {
    const database = await opened();
    return new IndexedStore(database, await everything(database));
  }

  override setItem(key: string, value: string): void {
    super.setItem(key, value);
    this.write((table) => table.put(value, key));
  }

  override removeItem(key: string): void {
    super.removeItem(key);
    this.write((table) => table.delete(key));
  }

  private write(change: (table: IDBObjectStore) => void): void {
    try {
      // «strict»: reported as done only when it is on the disk itself.
      const transaction = this.database.transaction(TABLE, "readwrite", { durability: "strict" });
      transaction.onabort = () => this.onFailure();
      change(transaction.objectStore(TABLE));
      transaction.commit(); // now: a page that goes away takes what is not committed with it
    } catch {
      this.onFailure();
    }
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no journal"));
    request.onblocked = () => reject(new Error("the journal is held by another page"));
  });
}

function everything(database: IDBDatabase): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const found = new Map<string, string>();
    const request = database.transaction(TABLE).objectStore(TABLE).openCursor();
    request.onerror = () => reject(request.error ?? new Error("the journal cannot be read"));
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null) return resolve(found);
      found.set(String(cursor.key), String(cursor.value));
      cursor.continue();
    };
  });
}

/** The best place this browser has: a database, else plain storage, else the page's own memory. */
export async function storeOfMachine(): Promise<RecordStore> {
  try {
    return await IndexedStore.open();
  } catch {
    return plainStorage() ?? new MemoryStore();
  }
}

/** Small choices that are no answers (crossed out options, size of letters) live here. */
export function plainStorage(): Storage | null {
  try {
    localStorage.setItem("khaothi.probe", "1");
    localStorage.removeItem("khaothi.probe");
    return localStorage;
  } catch {
    return null;
  }
}
