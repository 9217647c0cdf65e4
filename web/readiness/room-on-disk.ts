/** Is there room for an examination on this disk? Some megabytes are written, read back and taken away. */

const NAME = "khaothi-trial";
const TABLE = "trial";
const BYTES = 5 * 2 ** 20;

export async function hasRoom(): Promise<boolean> {
  try {
    const database = await opened();
    try {
      await written(database, new Uint8Array(BYTES).fill(7));
      return (await readBack(database)) === BYTES;
    } finally {
      database.close();
    }
  } catch {
    return false;
  } finally {
    indexedDB.deleteDatabase(NAME);
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
    request.onblocked = () => reject(new Error("held by another page"));
  });
}

function written(database: IDBDatabase, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
    transaction.objectStore(TABLE).put(bytes, "bytes");
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("not written"));
  });
}

function readBack(database: IDBDatabase): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = database.transaction(TABLE).objectStore(TABLE).get("bytes");
    request.onsuccess = () => resolve((request.result as Uint8Array | undefined)?.byteLength ?? 0);
    request.onerror = () => reject(request.error ?? new Error("not read"));
  });
}
