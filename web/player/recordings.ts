/**
 * Sounds of listening items: heard from the start each time, paused and gone on with, but started no
 * more often than allowed. A sound goes on while the candidate turns to another page.
 */
import type { Recording } from "./contract.ts";

/** The part of an <audio> element that is used. */
export interface Sound {
  currentTime: number;
  readonly duration: number;
  readonly paused: boolean;
  play(): Promise<void>;
  pause(): void;
  addEventListener(name: string, listener: () => void): void;
}

export interface Hearing {
  isPlaying: boolean;
  /** Started and not yet at its end: going on costs no further time. */
  isUnderWay: boolean;
  /** How many times are left to start it; null is any number. */
  left: number | null;
  /** From 0 to 1. */
  progress: number;
  failed: boolean;
}

/** Where plays are counted, by the recording's key: see `plays.ts`. */
export interface Tally {
  count: (key: string) => number;
  add: (key: string) => void;
}

export class Recordings {
  private readonly sounds = new Map<string, Sound>();
  private readonly failed = new Set<string>();

  constructor(
    private readonly tally: Tally,
    private readonly open: (src: string) => Sound,
    private readonly changed: () => void,
  ) {}

  of(key: string, { plays }: Recording): Hearing {
    const sound = this.sounds.get(key);
    const at = sound?.currentTime ?? 0;
    return {
      isPlaying: sound !== undefined && !sound.paused,
      isUnderWay: at > 0,
      left: plays === null ? null : Math.max(0, plays - this.tally.count(key)),
      progress: sound !== undefined && sound.duration > 0 ? at / sound.duration : 0,
      failed: this.failed.has(key),
    };
  }

  toggle(key: string, recording: Recording): void {
    const hearing = this.of(key, recording);
    if (hearing.isPlaying) this.sounds.get(key)?.pause();
    else if (hearing.isUnderWay || hearing.left !== 0) this.play(key, recording, hearing.isUnderWay);
    this.changed();
  }

  stop(): void {
    for (const sound of this.sounds.values()) if (!sound.paused) sound.pause();
  }

  private play(key: string, { src }: Recording, isUnderWay: boolean): void {
    this.stop();
    this.failed.delete(key);
    const sound = this.sounds.get(key) ?? this.opened(key, src);
    sound.play().then(
      () => (isUnderWay ? undefined : this.tally.add(key)),
      () => this.failed.add(key), // nothing was heard, so nothing is counted
    ).finally(this.changed);
  }

  private opened(key: string, src: string): Sound {
    const sound = this.open(src);
    this.sounds.set(key, sound);
    sound.addEventListener("timeupdate", this.changed);
    sound.addEventListener("pause", this.changed);
    sound.addEventListener("ended", () => {
      sound.currentTime = 0;
      this.changed();
    });
    return sound;
  }
}
