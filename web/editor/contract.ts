/** What the server and the editor say to each other: the item as its author writes it. */

export type Level = "biet" | "hieu" | "van_dung";

export interface Option {
  readonly id: string;
  readonly body: string;
  readonly rationale: string;
}
export interface Choice {
  readonly type: "choice";
  readonly options: readonly Option[];
  readonly key: string | null;
  readonly shuffle: boolean;
}
export interface Statement {
  readonly id: string;
  readonly body: string;
  readonly key: boolean | null;
  readonly rationale: string;
}
export interface TrueFalseCluster {
  readonly type: "tf_cluster";
  readonly statements: readonly Statement[];
}
export interface ShortAnswer {
  readonly type: "short";
  readonly keys: readonly string[];
  readonly max_chars: number;
  readonly charset: string;
  readonly hint: string;
}
export interface RubricLevel {
  readonly points: string;
  readonly text: string;
}
export interface Criterion {
  readonly id: string;
  readonly criterion: string;
  readonly levels: readonly RubricLevel[];
}
export interface Essay {
  readonly type: "essay";
  readonly min_words: number | null;
  readonly max_words: number | null;
  readonly rubric: readonly Criterion[];
  readonly model_answer: string;
}
export type Interaction = Choice | TrueFalseCluster | ShortAnswer | Essay;

export interface ItemContent<I extends Interaction = Interaction> {
  readonly schema: 1;
  readonly kind: Interaction["type"];
  readonly subject: string;
  readonly grade: number;
  readonly topic: string;
  readonly outcome: string;
  readonly level: Level | null;
  readonly real_life: boolean;
  readonly minutes: string | null;
  readonly stimulus: string | null;
  readonly stem: string;
  readonly solution: string;
  readonly interaction: I;
}

/** Something the item lacks; `where` is the path of the field, e.g. `options.D.rationale`. */
export interface Problem {
  readonly where: string;
  readonly what: string;
}

export interface Outcome {
  readonly code: string;
  readonly text: string;
}
export interface Topic {
  readonly code: string;
  readonly name: string;
  readonly grade: number;
  readonly outcomes: readonly Outcome[];
}
export interface Addresses {
  readonly save: string;
  readonly preview: string;
  readonly formula: string;
  readonly assets: string;
  /** Pictures of the bank are at this address followed by their name. */
  readonly asset_base: string;
}
/** What the page carries in `<script type="application/json" id="editor-data">`. */
export interface EditorData {
  readonly item: { readonly id: string; readonly code: string; readonly kind: string; readonly state: string };
  readonly revision: number;
  readonly saved_at: string;
  readonly content: ItemContent;
  readonly problems: readonly Problem[];
  readonly preview_html: string;
  readonly subject_name: string;
  readonly stimulus_title: string | null;
  readonly topics: readonly Topic[];
  readonly urls: Addresses;
}

export interface Preview {
  readonly preview_html: string;
  readonly problems: readonly Problem[];
}
export interface Saved extends Preview {
  readonly revision: number;
  readonly saved_at: string;
}
/** The draft somebody else saved meanwhile. */
export interface Theirs {
  readonly revision: number;
  readonly name: string;
  readonly saved_at: string;
  readonly content?: ItemContent;
}
export interface Asset {
  readonly sha256: string;
  readonly url: string;
  readonly width: number;
  readonly height: number;
}
export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly Problem[];
    readonly theirs?: Theirs;
    readonly position?: number;
  };
}
