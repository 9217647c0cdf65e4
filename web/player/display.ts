/** Size of letters, contrast, one item or the whole part at a time: the candidate's own choice, kept on the machine between pages. */
import type { Accommodations } from "./contract.ts";

export type TextSize = 1 | 2 | 3;

export interface Display {
  size: TextSize;
  highContrast: boolean;
  wholePart: boolean;
}

const KEY = "khaothi.display";

export function readDisplay(): Display {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Display> | null;
    const size = kept?.size === 2 || kept?.size === 3 ? kept.size : 1;
    return { size, highContrast: kept?.highContrast === true, wholePart: kept?.wholePart === true };
  } catch {
    return { size: 1, highContrast: false, wholePart: false };
  }
}

/** Larger letters granted to a candidate are the ground on which their own choice stands. */
export function applyGranted(granted: Accommodations | null): void {
  const percent = granted?.font_percent ?? 100;
  document.documentElement.style.setProperty("--granted", String(Math.max(percent, 100) / 100));
}

export function applyDisplay(display: Display): void {
  const root = document.documentElement;
  root.dataset["size"] = String(display.size);
  root.dataset["contrast"] = display.highContrast ? "high" : "normal";
  try {
    localStorage.setItem(KEY, JSON.stringify(display));
  } catch {
    // The choice then lasts as long as the page: no reason to trouble the candidate.
  }
}
