/** Changes to the item's content; each gives a new content and leaves the old one alone. */
import type {
  Choice, Criterion, Essay, ItemContent, MultipleChoice, Option, RubricLevel, Statement, TrueFalseCluster,
} from "./contract.ts";

export const MOST_OPTIONS = 8;
export const MOST_STATEMENTS = 20;
export const FEWEST_PARTS = 2;

/** Letters follow the place, so that what is shown and what is stored never differ. */
function lettered<Part extends { readonly id: string }>(parts: readonly Part[], first: string): Part[] {
  return parts.map((part, index) => ({ ...part, id: String.fromCharCode(first.charCodeAt(0) + index) }));
}

export function replaced<Part extends { readonly id: string }>(parts: readonly Part[], id: string, change: Partial<Part>): Part[] {
  return parts.map((part) => (part.id === id ? { ...part, ...change } : part));
}

type WithOptions = Choice | MultipleChoice;

export function withOption<Kind extends WithOptions>(part: Kind, id: string, change: Partial<Option>): Kind {
  return { ...part, options: replaced(part.options, id, change) };
}

export function addOption<Kind extends WithOptions>(part: Kind): Kind {
  const options = [...part.options, { id: "", body: "", rationale: "" }];
  return { ...part, options: lettered(options, "A") };
}

/** The key stays on the options that were right, whatever letters they now have. */
export function removeOption<Kind extends WithOptions>(part: Kind, id: string): Kind {
  const kept = part.options.filter((option) => option.id !== id);
  const options = lettered(kept, "A");
  const renamed = (key: string | null) => options[kept.findIndex((option) => option.id === key)]?.id;
  const key = part.type === "choice" ? { key: renamed(part.key) ?? null } : { keys: part.keys.flatMap((one) => renamed(one) ?? []) };
  return { ...part, options, ...key };
}

export function withStatement(cluster: TrueFalseCluster, id: string, change: Partial<Statement>): TrueFalseCluster {
  return { ...cluster, statements: replaced(cluster.statements, id, change) };
}

export function addStatement(cluster: TrueFalseCluster): TrueFalseCluster {
  const statements = [...cluster.statements, { id: "", body: "", key: null, rationale: "" }];
  return fitted({ ...cluster, statements: lettered(statements, "a") });
}

export function removeStatement(cluster: TrueFalseCluster, id: string): TrueFalseCluster {
  return fitted({ ...cluster, statements: lettered(cluster.statements.filter((part) => part.id !== id), "a") });
}

/** A score table of its own has one entry for each number of right statements. */
function fitted(cluster: TrueFalseCluster): TrueFalseCluster {
  return hasOwnTable(cluster) ? withOwnTable(cluster) : cluster;
}

export function hasOwnTable(cluster: TrueFalseCluster): boolean {
  return (cluster.shares ?? []).length > 0;
}

// Decision 764/QĐ-BGDĐT (2024): 1, 2, 3, 4 right of four are worth 10, 25, 50, 100 % of the item.
const OFFICIAL = ["0", "0.1", "0.25", "0.5", "1"];

export function withOwnTable(cluster: TrueFalseCluster): TrueFalseCluster {
  const count = cluster.statements.length;
  const even = Array.from({ length: count + 1 }, (_, right) => String(Math.round((right / count) * 1000) / 1000));
  return { ...cluster, shares: count === OFFICIAL.length - 1 ? OFFICIAL : even };
}

export function withoutOwnTable({ shares: _shares, ...cluster }: TrueFalseCluster): TrueFalseCluster {
  return cluster;
}

export function withCriterion(essay: Essay, id: string, change: Partial<Criterion>): Essay {
  return { ...essay, rubric: replaced(essay.rubric, id, change) };
}

export function addCriterion(essay: Essay): Essay {
  const taken = new Set(essay.rubric.map(({ id }) => id));
  let number = 1;
  while (taken.has(`r${number}`)) number += 1;
  const levels = [{ points: "0", text: "" }, { points: "0.5", text: "" }];
  return { ...essay, rubric: [...essay.rubric, { id: `r${number}`, criterion: "", levels }] };
}

export function removeCriterion(essay: Essay, id: string): Essay {
  return { ...essay, rubric: essay.rubric.filter((row) => row.id !== id) };
}

export function withLevel(row: Criterion, index: number, change: Partial<RubricLevel>): Criterion {
  return { ...row, levels: row.levels.map((level, place) => (place === index ? { ...level, ...change } : level)) };
}

export function removeLevel(row: Criterion, index: number): Criterion {
  return { ...row, levels: row.levels.filter((_, place) => place !== index) };
}

/** The most a candidate can get: the best level of each criterion. */
export function pointsOf(essay: Essay): number {
  return essay.rubric.reduce((sum, { levels }) => sum + Math.max(0, ...levels.map(({ points }) => Number(points))), 0);
}

/** A topic belongs to a grade, an outcome to a topic: what no longer fits is taken out. */
export function withGrade(content: ItemContent, grade: number): ItemContent {
  return { ...content, grade, topic: "", outcome: "" };
}

export function withTopic(content: ItemContent, topic: string): ItemContent {
  return { ...content, topic, outcome: "" };
}
