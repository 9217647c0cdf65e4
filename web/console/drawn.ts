/** The page as the server drew it: what is told may be older than it, or ask for another page. */
import type { Told } from "./contract";

const OLDEST_LOOK_MS = 60_000; // told from further back, the server's clock was set back, and it is news

export class Drawn {
  private readonly at: number;
  private readonly state: string;

  constructor(first: Told) {
    this.at = first.now;
    this.state = first.room.state;
  }

  /** The reader looks once a second: a page drawn between two looks knows more than the first of them. */
  isNewerThan(told: Told): boolean {
    return told.now < this.at && told.now > this.at - OLDEST_LOOK_MS;
  }

  /** Opened or closed since: other things can be done, so the page is another one. */
  isOutdatedBy(told: Told): boolean {
    return told.now > this.at && told.room.state !== this.state;
  }
}
