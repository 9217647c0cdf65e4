/** Which items stand on the screen together, and where «next» and «previous» lead. Pure. */
import type { Item, Part } from "./contract.ts";

export interface Page {
  part: Part;
  items: Item[];
  stimulus: string | null;
}

/** Beside a shared stimulus two items fit on a screen of 1366 × 768. */
const BESIDE_STIMULUS = 2;

export function pagesOf(parts: readonly Part[]): Page[] {
  return parts.flatMap(pagesOfPart);
}

function pagesOfPart(part: Part): Page[] {
  const pages: Page[] = [];
  for (const item of part.items) {
    const last = pages.at(-1);
    const joins =
      last !== undefined &&
      item.stimulus !== null &&
      last.stimulus === item.stimulus &&
      last.items.length < BESIDE_STIMULUS &&
      item.kind !== "essay";
    if (joins) last.items.push(item);
    else pages.push({ part, items: [item], stimulus: item.stimulus });
  }
  return pages;
}

export function pageOf(pages: readonly Page[], ref: string): number {
  return Math.max(
    0,
    pages.findIndex((page) => page.items.some((item) => item.ref === ref)),
  );
}

/** «Câu 3», «Câu 25–26», and with its part where the numbering starts again. */
export function pageName(page: Page, from: Page): string {
  const first = page.items[0]?.number ?? 0;
  const last = page.items.at(-1)?.number ?? first;
  const numbers = first === last ? `Câu ${first}` : `Câu ${first}–${last}`;
  return page.part.code === from.part.code ? numbers : `${numbers}, phần ${page.part.code}`;
}

/** All items that share the stimulus of this page, in order. */
export function itemsOfStimulus(parts: readonly Part[], stimulus: string): Item[] {
  return parts.flatMap((part) => part.items.filter((item) => item.stimulus === stimulus));
}

/** The place in the address after #, so that a reload opens the same page. */
export function placeOf(page: Page): string {
  return `phan-${page.part.code}-cau-${page.items[0]?.number ?? 1}`;
}

export function pageAt(pages: readonly Page[], place: string): number | null {
  const match = /^phan-(.+)-cau-(\d+)$/.exec(place);
  if (match === null) return null;
  const index = pages.findIndex(
    (page) =>
      page.part.code === match[1] && page.items.some((item) => item.number === Number(match[2])),
  );
  return index < 0 ? null : index;
}
