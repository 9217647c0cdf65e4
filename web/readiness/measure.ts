/** Everything a machine can find out by itself. Each part fails alone: what is not known stays null. */
import { askServer, loadFont, mathWorks, storagePlace } from "../player/machine.ts";
import { plainStorage } from "../player/indexed-store.ts";
import { inSafeExamBrowser } from "../player/safe-exam-browser.ts";
import type { Measured } from "./contract.ts";
import { hasRoom } from "./room-on-disk.ts";

const NAME_KEY = "khaothi.machine";
const FORMATS = { mp3: "audio/mpeg", m4a: 'audio/mp4; codecs="mp4a.40.2"', ogg: "audio/ogg", wav: "audio/wav" } as const;
const PATIENCE_MS = 20_000;

export async function measure(probe: string): Promise<Measured> {
  const [answered, has_font] = await Promise.all([askServer(), loadFont()]);
  const store = await storagePlace();
  return {
    machine: machineName(plainStorage()),
    width: window.innerWidth,
    height: window.innerHeight,
    latency_ms: whole(answered.serverMs),
    clock_ms: whole(answered.clockMs),
    kilobits: await speed(probe),
    store,
    has_room: store === "database" && (await hasRoom()),
    free_megabytes: await freeMegabytes(),
    sound_formats: soundFormats((type) => new Audio().canPlayType(type)),
    has_font,
    draws_formulas: mathWorks(),
    safe_exam_browser: inSafeExamBrowser(),
  };
}

function whole(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value);
}

/** Kilobits a second, from a bundle whose size the server bounds. */
async function speed(probe: string): Promise<number | null> {
  const stop = new AbortController();
  const patience = window.setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const began = performance.now();
    const response = await fetch(probe, { cache: "no-store", signal: stop.signal });
    if (!response.ok) return null;
    const { byteLength } = await response.arrayBuffer();
    return kilobits(byteLength, performance.now() - began);
  } catch {
    return null;
  } finally {
    window.clearTimeout(patience);
  }
}

/** A clock too coarse to have moved counts as one millisecond. */
export function kilobits(bytes: number, milliseconds: number): number {
  return Math.round((bytes * 8) / Math.max(1, milliseconds));
}

/** Told in secure contexts only; elsewhere the trial writing has to do. */
async function freeMegabytes(): Promise<number | null> {
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return Math.max(0, Math.round((quota - usage) / 2 ** 20));
  } catch {
    return null;
  }
}

export function soundFormats(canPlay: (type: string) => string): Measured["sound_formats"] {
  return (Object.keys(FORMATS) as Array<keyof typeof FORMATS>).filter((name) => canPlay(FORMATS[name]) !== "");
}

/** Drawn once and kept, so that two seats checked on one machine are noticed. */
export function machineName(kept: Storage | null): string {
  if (kept === null) return "";
  const known = kept.getItem(NAME_KEY) ?? "";
  if (/^[0-9a-f]{32}$/.test(known)) return known;
  const drawn = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  kept.setItem(NAME_KEY, drawn);
  return drawn;
}
