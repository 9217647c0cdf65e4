/** From seat to seat by arrow keys: the map is one stop of the Tab key, as a grid is. */
export class Walking {
  private stop = "";

  constructor(private readonly choose: (seat: HTMLAnchorElement) => void) {
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("click", (event) => this.click(event));
  }

  /** After the seats were drawn anew. */
  settle(): void {
    const seats = this.all();
    const here = seats.find((seat) => seat.dataset.seat === this.stop) ?? seats.find((seat) => seat.hasAttribute("aria-current")) ?? seats[0];
    for (const seat of seats) seat.tabIndex = seat === here ? 0 : -1;
    this.stop = here?.dataset.seat ?? "";
  }

  back(id: string): void {
    const seat = this.all().find((one) => one.dataset.seat === id);
    if (seat) this.go(seat);
  }

  private all(): HTMLAnchorElement[] {
    return [...document.querySelectorAll<HTMLAnchorElement>("#ghe-trong-phong [data-seat]")];
  }

  private go(seat: HTMLAnchorElement): void {
    this.stop = seat.dataset.seat ?? "";
    this.settle();
    seat.focus();
  }

  private key(event: KeyboardEvent): void {
    const seat = (event.target as Element).closest<HTMLAnchorElement>("#ghe-trong-phong [data-seat]");
    if (!seat || event.ctrlKey || event.altKey || event.metaKey) return;
    const seats = this.all();
    const to = event.key === " " ? seat : next(seats, seat, event.key);
    if (!to) return;
    event.preventDefault();
    if (event.key === " ") this.choose(seat);
    else this.go(to);
  }

  private click(event: MouseEvent): void {
    const seat = (event.target as Element).closest<HTMLAnchorElement>("#ghe-trong-phong [data-seat]");
    if (!seat || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.stop = seat.dataset.seat ?? "";
    this.settle();
    this.choose(seat);
  }
}

/** The seat an arrow leads to, by where the seats stand on the screen. */
export function next<T extends Element>(seats: T[], from: T, key: string): T | undefined {
  const at = seats.indexOf(from);
  if (key === "ArrowRight") return seats[at + 1];
  if (key === "ArrowLeft") return seats[at - 1];
  if (key === "Home") return seats[0];
  if (key === "End") return seats[seats.length - 1];
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const here = from.getBoundingClientRect();
  const rows = seats.filter((seat) => {
    const top = seat.getBoundingClientRect().top;
    return key === "ArrowDown" ? top > here.top + 1 : top < here.top - 1;
  });
  const edge = rows.map((seat) => seat.getBoundingClientRect().top);
  const row = key === "ArrowDown" ? Math.min(...edge) : Math.max(...edge);
  const far = (seat: T) => Math.abs(seat.getBoundingClientRect().left - here.left);
  return rows.filter((seat) => Math.abs(seat.getBoundingClientRect().top - row) < 2).sort((a, b) => far(a) - far(b))[0];
}
