/** What the room's server and the player say to each other. No key, rubric or rule is in here. */

export type AttemptState = "waiting" | "running" | "submitted";

export interface Option {
  id: string;
  body: string;
}

/** The sound of a listening item; `plays` null is any number of times. */
export interface Recording {
  src: string;
  plays: number | null;
}

interface ItemCommon {
  /** Opaque name of the item within this attempt. */
  ref: string;
  number: number;
  points: string;
  body: string;
  stimulus: string | null;
  recording?: Recording | null;
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

/** Any number of options between `least` and `most`; `most` 0 is as many as there are. */
export interface MultipleItem extends ItemCommon {
  kind: "multiple";
  options: Option[];
  least: number;
  most: number;
}

/** A place in the text, marked `data-gap` in `body`: chosen from `options`, typed where there are none. */
export interface Gap {
  id: string;
  options: Option[];
  length: number | null;
}

export interface ClozeItem extends ItemCommon {
  kind: "cloze";
  gaps: Gap[];
}

/** Something to be paired; `most` 0 is any number of times. */
export interface Piece extends Option {
  most: number;
}

export interface MatchItem extends ItemCommon {
  kind: "match";
  rows: Piece[];
  columns: Piece[];
  most: number;
}

export interface OrderItem extends ItemCommon {
  kind: "order";
  options: Option[];
}

export interface Area {
  id: string;
  shape: string;
  coords: number[];
  label: string;
}

export interface HotspotItem extends ItemCommon {
  kind: "hotspot";
  picture: string;
  width: number;
  height: number;
  areas: Area[];
  least: number;
  most: number;
}

export interface GapMatchItem extends ItemCommon {
  kind: "gap_match";
  pieces: Piece[];
  text: string;
  gaps: string[];
}

export interface HottextItem extends ItemCommon {
  kind: "hottext";
  text: string;
  words: string[];
  least: number;
  most: number;
}

/** What one place of a composite item asks: an interaction without a number of its own. */
type Asked<T> = T extends unknown ? Omit<T, keyof ItemCommon> : never;

export interface EntryAsked {
  kind: "entry";
  options: Option[];
  length: number | null;
}

export interface TextAsked {
  kind: "text";
  length: number | null;
}

export interface UploadAsked {
  kind: "upload";
}

export interface SliderAsked {
  kind: "slider";
  lower: number;
  upper: number;
  step: number;
}

export interface AssociateAsked {
  kind: "associate";
  choices: Piece[];
  most: number;
}

/** A task on a picture. Points to be found are the key, so of them there are no areas here. */
export interface PictureAsked {
  kind: "picture_points" | "picture_order" | "picture_links" | "picture_gaps" | "drawing";
  picture: string;
  width: number;
  height: number;
  marker: string;
  areas: Area[];
  pieces: Piece[];
  most: number;
}

export interface Place {
  id: string;
  asks:
    | Asked<MultipleItem | MatchItem | OrderItem | HotspotItem | GapMatchItem | HottextItem>
    | EntryAsked
    | TextAsked
    | UploadAsked
    | SliderAsked
    | AssociateAsked
    | PictureAsked;
}

/** Several interactions in one text, each where `body` has its `data-gap`. */
export interface CompositeItem extends ItemCommon {
  kind: "composite";
  places: Place[];
}

export type Item =
  | ChoiceItem
  | ClusterItem
  | ShortItem
  | EssayItem
  | MultipleItem
  | ClozeItem
  | MatchItem
  | OrderItem
  | HotspotItem
  | GapMatchItem
  | HottextItem
  | CompositeItem;

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
  recording?: Recording | null;
}

export type ChoiceValue = string | null;
export type ClusterValue = Record<string, boolean>;
export type ShortValue = string;
export interface EssayValue {
  text: string;
}
/** Identifiers: of what was picked, in order where order counts; of pairs as "left right". */
export type ListValue = string[];
/** What was typed or chosen, by gap. */
export type ClozeValue = Record<string, string>;
/** What was given at each place that has a response: a list, or what was typed, drawn or handed in. */
export type CompositeValue = Record<string, string | ListValue>;
export type Value =
  | ChoiceValue
  | ClusterValue
  | ShortValue
  | EssayValue
  | ListValue
  | ClozeValue
  | CompositeValue;

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

/** The clock stands still and the screen is covered until this is null again. */
export interface Pause {
  since: string;
  by: "room" | "seat" | "device" | "suspension";
  message: string;
}

export interface Suspension {
  since: string;
  message: string;
}

/** What was granted to this candidate for a disability or an illness. */
export interface Accommodations {
  extra_percent: number;
  break_minutes: number;
  font_percent: number;
  reader: boolean;
}

export interface Writer {
  id: string;
  epoch: number;
  next_seq: number;
}

export interface ClockDocument {
  server_now: string;
  deadline: string | null;
  state: AttemptState;
  paused?: Pause | null;
  suspended?: Suspension | null;
  /** How many messages there are for this candidate. */
  messages?: number;
}

export interface AttemptDocument extends Omit<ClockDocument, "state"> {
  attempt: { ref: string; state: AttemptState };
  exam: { title: string; subject: string; site: string; form_code?: string };
  candidate: { number: string; name: string };
  accommodations?: Accommodations | null;
  writer: Writer;
  parts: Part[];
  stimuli: Stimulus[];
  responses: Record<string, ResponseRecord>;
  /** Plays of recordings the server knows of, from every machine. */
  heard?: Heard[];
  receipt?: Receipt | null;
}

/** `heard`: the item's own recording; `heard_shared`: that of the material which begins with it. */
export type HeardKind = "heard" | "heard_shared";

/** One start of a recording; writer and seq name it. */
export interface Heard {
  item: string;
  kind: HeardKind;
  writer: string;
  seq: number;
}

export type EventKind = "answer" | "flag";

export interface ResponseEvent {
  seq: number;
  kind: EventKind;
  item: string;
  value: Value | boolean | null;
  client_at: string;
}

export interface RoomMessage {
  at: string;
  kind: string;
  text: string;
}

export type ProcessKind =
  | "item_shown"
  | "item_left"
  | "changed"
  | "focus_lost"
  | "focus_gained"
  | "navigated"
  | "went_offline"
  | "came_online"
  | HeardKind;

/** How the candidate worked: sent when there is time, never in the way of an answer. */
export interface ProcessEvent {
  seq: number;
  kind: ProcessKind;
  item: string | null;
  ms: number | null;
  client_at: string;
}

export interface SavedDocument extends ClockDocument {
  acked: number[];
}

export interface Problem {
  where: string;
  what: string;
}

export interface ErrorDocument {
  error: { code: string; message: string; problems?: Problem[]; request_id?: string; clock?: ClockDocument };
}
