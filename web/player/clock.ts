import { language, t } from "./language.ts";

/**
 * The server owns time. The browser only displays it: a server instant is carried forward with a
 * monotonic counter, so that changing the machine's clock changes nothing.
 */

export interface ClockSample {
  /** Server time in milliseconds since 1970, as the answer said. */
  serverNow: number;
  /** Monotonic counter (performance.now) when the request left and when the answer came. */
  sent: number;
  received: number;
}

/** A sample this far from the prediction means that the machine slept or the server stepped. */
const JUMP_MS = 2000;
/** A slower answer than this multiple of the best one tells less than what we already know. */
const SLOWER = 2;

export class ServerClock {
  private offset: number | null = null;
  private bestTrip = Infinity;

  constructor(private readonly monotonic: () => number) {}

  learn(sample: ClockSample): void {
    const trip = Math.max(0, sample.received - sample.sent);
    const offset = sample.serverNow - (sample.sent + sample.received) / 2;
    const jumped = this.offset !== null && Math.abs(offset - this.offset) > JUMP_MS + trip;
    if (this.offset === null || jumped || trip <= this.bestTrip * SLOWER) {
      this.offset = offset;
      this.bestTrip = jumped ? trip : Math.min(this.bestTrip, trip);
    }
  }

  /** Server time now, in milliseconds; null until the server has answered once. */
  now(): number | null {
    return this.offset === null ? null : this.monotonic() + this.offset;
  }

  /** Milliseconds left until the deadline, never negative; null when either is not known. */
  remaining(deadline: string | null): number | null {
    const now = this.now();
    if (now === null || deadline === null) return null;
    return Math.max(0, Date.parse(deadline) - now);
  }
}

/** «42:50»; a second counts until it is over, so 0:00 is shown only when time is up. */
export function formatRemaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** «42 phút 50 giây», for those who listen to the page. */
export function speakRemaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return t("{minutes} phút {seconds} giây", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

const TIME_OF_DAY = new Intl.DateTimeFormat("vi-VN", {
  timeZone: "Asia/Ho_Chi_Minh",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** «14:32:05» in Vietnam, whatever time zone the machine was left in. */
export function formatTimeOfDay(instant: number): string {
  return TIME_OF_DAY.format(instant);
}

export function formatDay(instant: number): string {
  return new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "vi-VN", {
    timeZone: "Asia/Ho_Chi_Minh",
    weekday: "long",
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
  }).format(instant);
}

/** Minutes before the end at which the candidate is told, once each, in words. */
export const NOTICE_MINUTES = [15, 5] as const;

/** The notice that is due between two looks at the clock, or null. A late look tells only the nearest. */
export function dueNotice(before: number | null, after: number): number | null {
  const passed = NOTICE_MINUTES.filter((minutes) => {
    const mark = minutes * 60_000;
    return after <= mark && after > 0 && (before === null ? after > mark - 60_000 : before > mark);
  });
  return passed.length > 0 ? Math.min(...passed) : null;
}
