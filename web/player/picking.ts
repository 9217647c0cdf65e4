/** Picking some of several: how many may be taken, what a further one does. Pure. */
import { t } from "./language.ts";

export interface Bounds {
  least: number;
  /** 0: as many as there are. */
  most: number;
}

/** What is picked after pressing `id`; null when the limit is reached and nothing changes. */
export function toggle(picked: readonly string[], id: string, { most }: Bounds): string[] | null {
  if (picked.includes(id)) return picked.filter((one) => one !== id);
  if (most === 1) return [id];
  return most > 0 && picked.length >= most ? null : [...picked, id];
}

/** «Chọn đúng 2», «Chọn từ 1 đến 3», as an instruction above the options. */
export function instruction({ least, most }: Bounds, count: number): string {
  const top = most === 0 ? count : Math.min(most, count);
  if (least === top && top > 0) return t("Chọn đúng {n}.", { n: top });
  if (least > 0 && most > 0) return t("Chọn từ {least} đến {most}.", { least, most: top });
  if (least > 0) return t("Chọn ít nhất {n}.", { n: least });
  if (most > 1) return t("Chọn không quá {n}.", { n: top });
  return most === 1 ? t("Chọn một.") : t("Có thể chọn nhiều.");
}

export function full(most: number): string {
  return t("Đã chọn đủ {n}. Bỏ bớt một chỗ rồi chọn tiếp.", { n: most });
}
