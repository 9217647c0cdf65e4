/** What a page can learn about the machine it stands on, without a secure context and without asking anybody. */
import { IndexedStore, plainStorage, storeOfMachine } from "./indexed-store.ts";

export const SAMPLE = "Đường khúc khuỷu giữa rặng phi lao";

export interface Answered {
  /** Milliseconds the server took to answer; null when it did not. */
  serverMs: number | null;
  /** Machine's clock minus the server's, in milliseconds; null when the server did not answer. */
  clockMs: number | null;
}

export async function askServer(): Promise<Answered> {
  try {
    await fetch("/thi/api/time", { cache: "no-store" }); // the first opens the connection
    const sent = performance.now();
    const response = await fetch("/thi/api/time", { cache: "no-store" });
    const serverMs = performance.now() - sent;
    const { server_now } = (await response.json()) as { server_now: string };
    return { serverMs, clockMs: Date.now() - Date.parse(server_now) - serverMs / 2 };
  } catch {
    return { serverMs: null, clockMs: null };
  }
}

export async function loadFont(): Promise<boolean> {
  try {
    return (await document.fonts.load("16px 'Be Vietnam Pro'", SAMPLE)).length > 0;
  } catch {
    return false;
  }
}

/** Where the journal will be kept, and whether it keeps words that hold every diacritic. */
export async function storagePlace(): Promise<"database" | "plain" | "none"> {
  const plain = plainStorage() === null ? "none" : "plain";
  const store = await storeOfMachine();
  if (!(store instanceof IndexedStore)) return plain;
  store.setItem("khaothi.probe", SAMPLE);
  const again = await storeOfMachine();
  store.removeItem("khaothi.probe");
  return again.getItem("khaothi.probe") === SAMPLE ? "database" : plain;
}

/** A browser without MathML draws a fraction on one line, no higher than its letters. */
export function mathWorks(): boolean {
  const probe = document.createElement("div");
  probe.className = "math-probe";
  probe.innerHTML = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math><math><mn>1</mn></math>";
  document.body.append(probe);
  const [fraction, digit] = [...probe.querySelectorAll("math")].map((node) => node.getBoundingClientRect().height);
  probe.remove();
  return (fraction ?? 0) > (digit ?? 0) * 1.3;
}
