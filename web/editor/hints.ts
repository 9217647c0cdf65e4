/** Advice about distractors. Never blocks, never edits: the author may put each aside. Pure. */
import type { Problem } from "./contract.ts";
import { t } from "./words.ts";

export interface Hint extends Problem {
  /** Names the advice and what it is about, so that putting it aside holds until that changes. */
  readonly key: string;
}
export interface OptionText {
  readonly id: string;
  readonly text: string;
}

const LONG_ENOUGH = 20;
const CATCH_ALL = /(tất cả|cả ba|cả hai|không) (các )?(phương án|đáp án|câu) (trên|nào|đều)/i;

export function hintsFor(options: readonly OptionText[]): Hint[] {
  if (options.length < 2 || options.some(({ text }) => text === "")) return [];
  return [...tooLong(options), ...sharedEnd(options), ...catchAll(options)];
}

function tooLong(options: readonly OptionText[]): Hint[] {
  return options.flatMap(({ id, text }) => {
    const others = options.filter((other) => other.id !== id).map((other) => other.text.length);
    const outsized = text.length >= LONG_ENOUGH && text.length >= 2 * Math.max(...others);
    const what = t("Phương án {id} dài gấp đôi các phương án khác.", { id });
    return outsized ? [{ where: `options.${id}`, key: `long ${id} ${text}`, what }] : [];
  });
}

/** A unit said four times belongs in the stem. */
function sharedEnd(options: readonly OptionText[]): Hint[] {
  const ends = options.map(({ text }) => /\d[\d\s.,]*\s+(\D{2,})$/.exec(text)?.[1]);
  const [end] = ends;
  if (end === undefined || ends.some((other) => other !== end)) return [];
  return [{ where: "options", key: `end ${end}`, what: t("Mọi phương án đều lặp «{end}»; có thể nêu một lần trong lời dẫn.", { end }) }];
}

function catchAll(options: readonly OptionText[]): Hint[] {
  return options.filter(({ text }) => CATCH_ALL.test(text)).map(({ id, text }) => ({
    where: `options.${id}`,
    key: `all ${text}`,
    what: t("Phương án {id} kiểu «tất cả các phương án trên» dễ đoán và không trộn thứ tự được.", { id }),
  }));
}
