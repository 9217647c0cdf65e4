/** Which items stand on the screen together, and where «next» and «previous» lead. Pure. */
import type { Item, Part } from "./contract.ts";
import { t } from "./language.ts";

export interface Page {
  part: Part;
  items: Item[];
  /** The shared material that stands beside all items of the page; null where there is none. */
  stimulus: string | null;
  /** A whole part under one another: shared material then stands above the first item that needs it. */
  isWhole: boolean;
}

/** Beside a shared stimulus two items fit on a screen of 1366 × 768. */
const BESIDE_STIMULUS = 2;

export function pagesOf(parts: readonly Part[], wholePart = false): Page[] {
  if (!wholePart) return parts.flatMap(pagesOfPart);
  return parts
    .filter(({ items }) => items.length > 0)
    .map((part) => ({ part, items: part.items, stimulus: null, isWhole: true }));
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
    else pages.push({ part, items: [item], stimulus: item.stimulus, isWhole: false });
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
  if (page.isWhole) return t("Phần {part}", { part: page.part.code });
  const first = page.items[0]?.number ?? 0;
  const last = page.items.at(-1)?.number ?? first;
  const numbers = t("Câu {n}", { n: first === last ? first : `${first}–${last}` });
  return page.part.code === from.part.code ? numbers : t("{items}, phần {part}", { items: numbers, part: page.part.code });
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
