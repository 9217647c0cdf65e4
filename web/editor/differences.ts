/** Where two drafts of one item differ, in the words of the page. Pure. */
import type { Interaction, ItemContent } from "./contract.ts";
import { t } from "./words.ts";

export interface Difference {
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
}

type Read = (html: string) => string;

export function differences(mine: ItemContent, theirs: ItemContent, read: Read): Difference[] {
  const [one, other] = [facts(mine, read), facts(theirs, read)];
  const labels = [...new Set([...one.keys(), ...other.keys()])];
  return labels
    .map((label) => ({ label, mine: one.get(label) ?? "", theirs: other.get(label) ?? "" }))
    .filter((found) => found.mine !== found.theirs);
}

function facts(content: ItemContent, read: Read): Map<string, string> {
  return new Map([
    [t("Lời dẫn"), read(content.stem)],
    ...parts(content.interaction, read),
    [t("Lời giải"), read(content.solution)],
    [t("Chủ đề"), content.topic],
    [t("Yêu cầu cần đạt"), content.outcome],
    [t("Mức độ"), content.level ?? ""],
    [t("Bối cảnh thực tế"), content.real_life ? t("Có") : t("Không")],
    [t("Thời gian dự kiến"), content.minutes ?? ""],
    [t("Lời thoại"), content.recording?.transcript ?? ""],
  ]);
}

function parts(part: Interaction, read: Read): Array<[string, string]> {
  switch (part.type) {
    case "choice":
      return [
        ...part.options.flatMap(({ id, body, rationale }): Array<[string, string]> => [
          [t("Phương án {id}", { id }), read(body)], [t("Lí giải phương án {id}", { id }), rationale]]),
        [t("Đáp án"), part.key ?? ""],
      ];
    case "tf_cluster":
      return part.statements.flatMap(({ id, body, key, rationale }): Array<[string, string]> => [
        [t("Ý {id}", { id }), read(body)],
        [t("Đáp án ý {id}", { id }), key === null ? "" : key ? t("Đúng") : t("Sai")],
        [t("Lí giải ý {id}", { id }), rationale],
      ]);
    case "multiple":
    case "order":
      return [
        ...part.options.flatMap(({ id, body, rationale }): Array<[string, string]> => [
          [t("Phương án {id}", { id }), read(body)], [t("Lí giải phương án {id}", { id }), rationale]]),
        [t("Đáp án"), part.keys.join(part.type === "order" ? " → " : ", ")],
      ];
    case "cloze":
      return part.gaps.map((gap, index): [string, string] => [
        t("Chỗ trống {n}", { n: index + 1 }),
        [...gap.options.map(({ id, body }) => `${gap.keys.includes(id) ? "✓ " : ""}${read(body)}`), ...(gap.options.length === 0 ? gap.keys : [])].join(" · "),
      ]);
    case "match":
      return [
        ...part.columns.map(({ id, body }): [string, string] => [t("Mục {name} bên phải", { name: id }), read(body)]),
        ...part.rows.map(({ id, body }, index): [string, string] => [
          t("Mục {n} bên trái", { n: index + 1 }),
          `${read(body)} – ${part.keys.filter(({ left }) => left === id).map(({ right }) => right).join(", ")}`,
        ]),
      ];
    case "hotspot":
      return [
        [t("Hình"), read(part.picture)],
        ...part.areas.map(({ id, label, shape, coords }): [string, string] => [
          t("Tên vùng {name}", { name: id }), `${part.keys.includes(id) ? "✓ " : ""}${label} (${shape} ${coords.join(" ")})`]),
      ];
    case "short":
      return [[t("Đáp số"), [part.keys.join("; "), part.charset, part.max_chars, part.tolerance ?? ""].join(" · ")], [t("Yêu cầu làm tròn, đơn vị"), part.hint]];
    case "essay":
      return [
        ...part.rubric.map((row, index): [string, string] => [
          t("Tiêu chí {n}", { n: index + 1 }),
          [row.criterion, ...row.levels.map(({ points, text }) => `${points}: ${text}`)].join(" · "),
        ]),
        [t("Bài làm mẫu"), read(part.model_answer)],
      ];
    default: // a kind that is only imported
      return [];
  }
}
