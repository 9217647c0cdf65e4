/** Changes to the item's content; each gives a new content and leaves the old one alone. */
import type { Choice, Criterion, Essay, ItemContent, Option, RubricLevel, Statement, TrueFalseCluster } from "./contract.ts";

export const MOST_OPTIONS = 8;
export const MOST_STATEMENTS = 6;
export const FEWEST_PARTS = 2;

/** Letters follow the place, so that what is shown and what is stored never differ. */
function lettered<Part extends { readonly id: string }>(parts: readonly Part[], first: string): Part[] {
  return parts.map((part, index) => ({ ...part, id: String.fromCharCode(first.charCodeAt(0) + index) }));
}

function replaced<Part extends { readonly id: string }>(parts: readonly Part[], id: string, change: Partial<Part>): Part[] {
  return parts.map((part) => (part.id === id ? { ...part, ...change } : part));
}

export function withOption(choice: Choice, id: string, change: Partial<Option>): Choice {
  return { ...choice, options: replaced(choice.options, id, change) };
}

export function addOption(choice: Choice): Choice {
  const options = [...choice.options, { id: "", body: "", rationale: "" }];
  return { ...choice, options: lettered(options, "A") };
}

/** The key stays on the option that was right, whatever letter it now has. */
export function removeOption(choice: Choice, id: string): Choice {
  const kept = choice.options.filter((option) => option.id !== id);
  const place = kept.findIndex((option) => option.id === choice.key);
  const options = lettered(kept, "A");
  return { ...choice, options, key: options[place]?.id ?? null };
}

export function withStatement(cluster: TrueFalseCluster, id: string, change: Partial<Statement>): TrueFalseCluster {
  return { ...cluster, statements: replaced(cluster.statements, id, change) };
}

export function addStatement(cluster: TrueFalseCluster): TrueFalseCluster {
  const statements = [...cluster.statements, { id: "", body: "", key: null, rationale: "" }];
  return { ...cluster, statements: lettered(statements, "a") };
}

export function removeStatement(cluster: TrueFalseCluster, id: string): TrueFalseCluster {
  return { ...cluster, statements: lettered(cluster.statements.filter((part) => part.id !== id), "a") };
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
