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
  /** Part of the points for 0, 1, 2, … right, as decimals of 1; absent: as the form says. */
  readonly shares?: readonly string[];
}
export type Charset = "0-9,-" | "0-9," | "0-9-" | "0-9" | "0-9,/-";
export interface ShortAnswer {
  readonly type: "short";
  readonly keys: readonly string[];
  readonly max_chars: number;
  readonly charset: Charset;
  /** How far from the key still counts; absent or null: equal to it. */
  readonly tolerance?: string | null;
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
export interface MultipleChoice {
  readonly type: "multiple";
  readonly options: readonly Option[];
  readonly keys: readonly string[];
  readonly shuffle: boolean;
  readonly least: number;
  readonly most: number;
}
/** A place in the stem, `<span data-gap="id">`: chosen from `options` (key: an id), or typed (key: words). */
export interface Gap {
  readonly id: string;
  readonly options: readonly Option[];
  readonly keys: readonly string[];
  readonly case_sensitive: boolean;
  readonly length: number | null;
}
export interface Cloze {
  readonly type: "cloze";
  readonly gaps: readonly Gap[];
}
/** `most`: how often it may be paired; 0 is any number of times. */
export interface Part {
  readonly id: string;
  readonly body: string;
  readonly most: number;
}
export interface Link {
  readonly left: string;
  readonly right: string;
}
export interface Match {
  readonly type: "match";
  readonly rows: readonly Part[];
  readonly columns: readonly Part[];
  readonly keys: readonly Link[];
  readonly shuffle: boolean;
  readonly partial: boolean;
  readonly most: number;
}
/** `options` stand in the order in which candidates first see them; `keys` is the right order. */
export interface Order {
  readonly type: "order";
  readonly options: readonly Option[];
  readonly keys: readonly string[];
  readonly shuffle: boolean;
}
export type Shape = "rect" | "circle" | "ellipse" | "poly" | "default";
export interface Area {
  readonly id: string;
  readonly shape: Shape;
  readonly coords: readonly number[];
  readonly label: string;
}
export interface Hotspot {
  readonly type: "hotspot";
  readonly picture: string;
  readonly width: number;
  readonly height: number;
  readonly areas: readonly Area[];
  readonly keys: readonly string[];
  readonly least: number;
  readonly most: number;
}
export type Interaction =
  | Choice | TrueFalseCluster | ShortAnswer | Essay | MultipleChoice | Cloze | Match | Order | Hotspot;

/** The sound of a listening item; `plays` null is any number of times. */
export interface Recording {
  readonly src: string;
  readonly plays: number | null;
  readonly transcript: string;
}

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
  readonly recording?: Recording | null;
}

/** Something the item lacks; `where` is the path of the field, e.g. `options.D.rationale`. */
export interface Problem {
  readonly where: string;
  readonly what: string;
}

/** Advice; `key` names it and what it is about, so that putting it aside holds until that changes. */
export interface Hint extends Problem {
  readonly key: string;
  readonly why: string;
}
/** One announcement of a screen reader: what kind of thing, and its words. */
export interface Heard {
  readonly role: string;
  readonly words: string;
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
  readonly sounds: string;
  /** Pictures of the bank are at this address followed by their name. */
  readonly asset_base: string;
}
/** The draft seen, printed and heard; what it lacks; what could be better. */
export interface Preview {
  readonly preview_html: string;
  readonly paper_html: string;
  readonly heard: readonly Heard[];
  readonly problems: readonly Problem[];
  readonly hints: readonly Hint[];
}
/** Shared material of the subject that this author may use. */
export interface StimulusChoice {
  readonly hash: string;
  readonly name: string;
}
/** What the page carries in `<script type="application/json" id="editor-data">`. */
export interface EditorData extends Preview {
  readonly item: { readonly id: string; readonly code: string; readonly kind: string; readonly state: string };
  readonly revision: number;
  readonly saved_at: string;
  readonly content: ItemContent;
  readonly kind_name: string;
  readonly subject_name: string;
  readonly stimuli: readonly StimulusChoice[];
  readonly topics: readonly Topic[];
  readonly urls: Addresses;
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
export interface SoundAsset {
  readonly sha256: string;
  readonly url: string;
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
