/** The server's time on this machine: its own clock is used for what passed since, never for what it is. */
export class ServerClock {
  private at: number;
  private heard: number;

  constructor(now: number, private readonly passed: () => number = () => performance.now()) {
    this.at = now;
    this.heard = this.passed();
  }

  set(now: number): void {
    this.at = now;
    this.heard = this.passed();
  }

  now(): number {
    return this.at + this.passed() - this.heard;
  }
}

/** 5:04, or 1:05:04 from an hour on. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The time of day in Vietnam, wherever the laptop believes to be. */
export function timeOfDay(moment: number, seconds = false): string {
  const key = seconds ? "s" : "m";
  let format = FORMATS.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Asia/Ho_Chi_Minh",
      hour: "2-digit",
      minute: "2-digit",
      ...(seconds ? { second: "2-digit" } : {}),
    });
    FORMATS.set(key, format);
  }
  return format.format(moment);
}
