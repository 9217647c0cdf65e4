/** What the room's server and the player say to each other. No key, rubric or rule is in here. */

export type AttemptState = "waiting" | "running" | "paused" | "submitted";

export interface Option {
  id: string;
  body: string;
}

interface ItemCommon {
  /** Opaque name of the item within this attempt. */
  ref: string;
  number: number;
  points: string;
  body: string;
  stimulus: string | null;
}

export interface ChoiceItem extends ItemCommon {
  kind: "choice";
  options: Option[];
}

export interface ClusterItem extends ItemCommon {
  kind: "tf_cluster";
  statements: Option[];
}

export interface ShortItem extends ItemCommon {
  kind: "short";
  max_chars: number;
  charset: string;
  hint: string;
}

export interface EssayItem extends ItemCommon {
  kind: "essay";
  min_words?: number | null;
  max_words: number | null;
}

export type Item = ChoiceItem | ClusterItem | ShortItem | EssayItem;

export interface Part {
  code: string;
  title: string;
  instruction: string;
  items: Item[];
}

export interface Stimulus {
  ref: string;
  title: string;
  body: string;
}

export type ChoiceValue = string | null;
export type ClusterValue = Record<string, boolean>;
export type ShortValue = string;
export interface EssayValue {
  text: string;
}
export type Value = ChoiceValue | ClusterValue | ShortValue | EssayValue;

export interface ResponseRecord {
  value: Value | null;
  flagged: boolean;
}

export interface Receipt {
  code: string;
  answered: number;
  total: number;
  submitted_at: string;
  /** True when the server closed the attempt because its time was over. */
  automatic?: boolean;
}

export interface Writer {
  id: string;
  epoch: number;
  next_seq: number;
}

export interface AttemptDocument {
  attempt: { ref: string; state: AttemptState };
  exam: { title: string; subject: string; site: string };
  candidate: { number: string; name: string };
  server_now: string;
  deadline: string | null;
  writer: Writer;
  parts: Part[];
  stimuli: Stimulus[];
  responses: Record<string, ResponseRecord>;
  receipt?: Receipt | null;
}

export type EventKind = "answer" | "flag";

export interface ResponseEvent {
  seq: number;
  kind: EventKind;
  item: string;
  value: Value | boolean | null;
  client_at: string;
}

export interface ClockDocument {
  server_now: string;
  deadline: string | null;
  state: AttemptState;
}

export interface SavedDocument extends ClockDocument {
  acked: number[];
}

export interface Problem {
  where: string;
  what: string;
}

export interface ErrorDocument {
  error: { code: string; message: string; problems?: Problem[]; request_id?: string };
}
