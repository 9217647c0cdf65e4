/** A part of the page the server draws anew: asked for until it comes, one question at a time, so that no older answer follows a newer. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 3000;

export class Part {
  private isOld = false;
  private isAsking = false;
  private againAt = 0;

  /** `put` puts the part into the page; what stands around it is seen to by `drawn`. */
  constructor(
    private readonly id: string,
    private readonly url: () => string,
    private readonly drawn: (put: () => void) => void = (put) => put(),
  ) {}

  outdate(): void {
    this.isOld = true;
    this.againAt = 0;
    this.tick();
  }

  /** Called every second. */
  tick(): void {
    if (this.isOld && !this.isAsking && performance.now() >= this.againAt) void this.ask();
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    this.isOld = false; // what changes from here on may not be in the answer
    const made = await this.fetched();
    this.isAsking = false;
    if (made !== null) return this.drawn(() => document.getElementById(this.id)?.replaceWith(made));
    this.isOld = true;
    this.againAt = performance.now() + AGAIN_MS;
  }

  private async fetched(): Promise<HTMLElement | null> {
    try {
      const answer = await fetch(this.url(), { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE_MS) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return answer.ok ? page.getElementById(this.id) : null;
    } catch {
      return null;
    }
  }
}
