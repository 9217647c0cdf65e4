/** What is sent about one machine: delivery/readiness/measured.py reads it. */
export interface Measured {
  /** The same whenever the same browser is asked; says nothing else. */
  machine: string;
  width: number;
  height: number;
  latency_ms: number | null;
  clock_ms: number | null;
  kilobits: number | null;
  store: "database" | "plain" | "none";
  has_room: boolean;
  free_megabytes: number | null;
  sound_formats: Array<"mp3" | "m4a" | "ogg" | "wav">;
  has_font: boolean;
  draws_formulas: boolean;
  safe_exam_browser: boolean;
}

/** What only a person can tell. */
export interface Told {
  was_heard: boolean | null;
  looks_right: boolean | null;
  typed: string | null;
  keys: "as_printed" | "otherwise" | "unknown";
}
