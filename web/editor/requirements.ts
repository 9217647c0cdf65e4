/** How many fields a complete item of this kind has, so that what is missing can be told of how many. */
import type { ItemContent } from "./contract.ts";

const ABOUT = ["topic", "outcome", "level", "stem"] as const;

export function requiredFields(content: ItemContent): string[] {
  const part = content.interaction;
  switch (part.type) {
    case "choice":
      return [...ABOUT, "key", ...part.options.flatMap(({ id }) => [`options.${id}.body`, `options.${id}.rationale`])];
    case "tf_cluster":
      return [...ABOUT, ...part.statements.flatMap(({ id }) => ["body", "key", "rationale"].map((field) => `statements.${id}.${field}`))];
    case "short":
      return [...ABOUT, "keys"];
    case "multiple":
      return [...ABOUT, "keys", ...part.options.map(({ id }) => `options.${id}.body`)];
    case "cloze":
      return [...ABOUT, "gaps", ...part.gaps.map(({ id }) => `gaps.${id}`)];
    case "match":
      return [...ABOUT, "keys", ...part.rows.map(({ id }) => `rows.${id}`), ...part.columns.map(({ id }) => `columns.${id}`)];
    case "order":
      return [...ABOUT, ...part.options.map(({ id }) => `options.${id}.body`)];
    case "hotspot":
      return [...ABOUT, "areas", "picture", "keys", ...part.areas.map(({ id }) => `areas.${id}`)];
    case "essay":
      return [...ABOUT, "rubric", ...part.rubric.map(({ id }) => `rubric.${id}`)];
    default: // a kind that is only imported
      return [...ABOUT];
  }
}

/** The id of the field in the page, for links that lead to it. */
export function fieldId(where: string): string {
  return `o-${where.replaceAll(".", "-")}`;
}
