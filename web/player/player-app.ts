/** The player as one element of the page: it holds where the candidate is and draws what fits. */
import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import type { HeardKind, Item, Value } from "./contract.ts";
import { type Display, applyDisplay, readDisplay } from "./display.ts";
import { enlarge } from "./enlarged.ts";
import { renderHeader } from "./header.ts";
import { withPlace } from "./interactions/places.ts";
import { type Language, chooseLanguage, t } from "./language.ts";
import { Marks } from "./marks.ts";
import { renderBands, renderBlocked, renderPaused, renderSuspended, renderWaiting } from "./notices.ts";
import { type Page, pageAt, pageOf, pagesOf, placeOf } from "./pages.ts";
import type { Plays } from "./plays.ts";
import type { ProcessLog } from "./process-log.ts";
import type { Timers } from "./queue.ts";
import { renderClosing, renderSubmitted } from "./receipt.ts";
import { Recordings, type Tally } from "./recordings.ts";
import { renderReview } from "./review.ts";
import type { Screen } from "./screen.ts";
import type { AttemptSession } from "./session.ts";
import { Strikes } from "./strikes.ts";
import { TypingBuffer } from "./typing.ts";
import { renderWork } from "./work.ts";

const REVIEW = "kiem-tra";
const NOTICE_SHOWN_MS = 60_000;
const SAID_SHOWN_MS = 6000;
const SILENCE = { sentence: "", isSeen: false };

type Choices = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class PlayerApp extends LitElement implements Screen {
  pages: readonly Page[] = [];
  place: number | "review" = 0;
  returnTo = 0;
  mapIsOpen = false;
  display: Display = readDisplay();
  session!: AttemptSession;
  strikes!: Strikes;
  marks!: Marks;
  readonly begun = new Map<string, string>();
  recordings!: Recordings;
  typing!: TypingBuffer;
  said = SILENCE;
  read = 0;
  sentence = -1;
  private log!: ProcessLog;
  private timers!: Timers;
  private focusAfter: string | null = null;
  private shownPhase = "";
  private wasOffline = false;

  /** Must be called once, before the element is put into the page. */
  begin(session: AttemptSession, timers: Timers, choices: Choices, log: ProcessLog, plays: Plays): void {
    const { ref } = session.document.attempt;
    this.session = session;
    this.timers = timers;
    this.log = log;
    this.pages = pagesOf(session.document.parts, this.display.wholePart);
    this.strikes = new Strikes(ref, choices);
    this.marks = new Marks(ref, choices);
    this.recordings = new Recordings(this.tally(plays), (src) => new Audio(src), this.redraw);
    this.typing = new TypingBuffer(timers, (item, text) => this.write(item, text));
    this.readPlace();
  }

  /** Styles are in player.css and item.css, shared with the pages the server draws. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", () => this.readPlace());
    document.addEventListener("visibilitychange", () => this.keepSafe());
    window.addEventListener("pagehide", () => this.keepSafe());
    window.addEventListener("online", () => this.session.flush());
    window.addEventListener("blur", () => this.log.note("focus_lost"));
    window.addEventListener("focus", () => this.log.note("focus_gained"));
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest(".kt-zoom");
      if (button !== null) enlarge(button);
    });
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.mapIsOpen) this.toggleMap();
    });
    window.setInterval(() => this.tick(), 1000);
  }

  redraw = (): void => this.requestUpdate();

  open = (place: number | "review", item?: string): void => {
    this.typing.flush();
    if (this.place !== "review") this.returnTo = this.place;
    this.place = place;
    this.said = SILENCE;
    this.sentence = -1;
    this.mapIsOpen = false;
    const page = place === "review" ? undefined : this.pages[place];
    this.focusAfter = page === undefined ? "review-head" : `head-${item ?? page.items[0]?.ref ?? ""}`;
    history.pushState(null, "", `#${page === undefined ? REVIEW : placeOf(page)}`);
    this.redraw();
  };

  setDisplay = (display: Display): void => {
    const changesPages = display.wholePart !== this.display.wholePart;
    this.display = display;
    applyDisplay(display);
    if (changesPages) this.turnPages(display.wholePart);
    this.redraw();
  };

  switched = (language: Language): void => {
    this.typing.flush();
    chooseLanguage(language);
    this.redraw();
  };

  say = (sentence: string, isSeen = true): void => {
    const said = { sentence, isSeen };
    this.said = said;
    this.redraw();
    this.timers.after(SAID_SHOWN_MS, () => {
      if (this.said === said) this.said = SILENCE;
      this.redraw();
    });
  };

  putAway = (): void => {
    this.read = this.session.messages.length;
    this.redraw();
  };

  submit = (): void => {
    this.typing.flush();
    this.log.show([]);
    void this.log.send();
    void this.session.submit();
  };

  yieldToOtherTab(): void {
    this.typing.flush();
    this.session.yieldToOtherTab();
  }

  toggleMap = (): void => {
    this.mapIsOpen = !this.mapIsOpen;
    this.focusAfter = this.mapIsOpen ? "question-map" : null;
    this.redraw();
  };

  responseOf(item: Item): Value | null {
    return this.session.responseTo(item.ref).value;
  }

  answer(item: Item, value: Value | null): void {
    this.session.answer(item, value);
  }

  takes(_item: Item): boolean {
    return this.session.isOpen;
  }

  below(_item: Item): TemplateResult | typeof nothing {
    return nothing;
  }

  protected override render(): TemplateResult {
    return html`<a class="skip" href="#main" @click=${this.skip}>${t("Đến câu hỏi")}</a>
      ${renderHeader(this)} ${renderBands(this)} ${this.renderBody()}`;
  }

  protected override updated(_changed: PropertyValues): void {
    const { phase } = this.session;
    document.title = `${this.titleOfPlace()} – ${this.session.document.exam.title}`;
    if (this.shownPhase !== "" && this.shownPhase !== phase.name && phase.name !== "running") {
      this.focusAfter ??= this.querySelector("main h2[id]")?.id ?? null;
    }
    this.shownPhase = phase.name;
    if (phase.name === "submitted") this.forgetChoices();
    if (phase.name === "running" && this.session.items.length === 0) location.reload(); // came in during a pause
    if (phase.name !== "running") this.recordings?.stop();
    this.log.show(this.itemsInView());
    if (this.focusAfter !== null) this.moveFocus(this.focusAfter);
    this.focusAfter = null;
  }

  private renderBody(): TemplateResult {
    const { phase } = this.session;
    switch (phase.name) {
      case "running":
      case "read_only":
        return this.renderRunning();
      case "paused":
        return renderPaused(phase.message);
      case "suspended":
        return renderSuspended(phase.message, this);
      case "waiting":
        return renderWaiting();
      case "closing":
        return renderClosing(phase.automatic, this);
      case "submitted":
        return renderSubmitted(phase.receipt, phase.automatic, this);
      case "blocked":
        return renderBlocked(phase.reason, this);
    }
  }

  private renderRunning(): TemplateResult {
    const page = this.place === "review" ? undefined : this.pages[this.place];
    return page === undefined ? renderReview(this) : renderWork(page, this);
  }

  private titleOfPlace(): string {
    if (this.session.phase.name === "submitted") return t("Đã nhận bài");
    const page = this.place === "review" ? undefined : this.pages[this.place];
    return page === undefined
      ? t("Kiểm tra trước khi nộp")
      : t("Phần {part}, câu {n}", { part: page.part.code, n: page.items[0]?.number ?? "" });
  }

  private moveFocus(id: string): void {
    const target = this.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
    this.querySelector("main")?.scrollTo({ top: 0 });
    if (id === "question-map") target?.scrollIntoView({ block: "start" });
    else if (target !== null && !target.id.startsWith("head-")) window.scrollTo({ top: 0 });
    else if (this.isFirstOfPage(id)) window.scrollTo({ top: 0 });
    target?.focus({ preventScroll: this.isFirstOfPage(id) });
  }

  /** The heading of the first item stands under its part's instruction, which must stay in view. */
  private isFirstOfPage(id: string): boolean {
    const page = this.place === "review" ? undefined : this.pages[this.place];
    return page !== undefined && id === `head-${page.items[0]?.ref ?? ""}`;
  }

  private skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("#main")?.focus();
  };

  private readPlace(): void {
    const place = decodeURIComponent(location.hash.slice(1));
    this.place = place === REVIEW ? "review" : (pageAt(this.pages, place) ?? 0);
    this.redraw();
  }

  private tick(): void {
    this.noteLine();
    const before = this.session.notice;
    this.session.tick();
    const { notice } = this.session;
    if (notice !== null && notice !== before) {
      window.setTimeout(() => this.forget(notice), NOTICE_SHOWN_MS);
    }
    this.redraw();
  }

  /** The line going dead and coming back, once each. */
  private noteLine(): void {
    const isOffline = this.session.offlineSince !== null;
    if (isOffline !== this.wasOffline) this.log.note(isOffline ? "went_offline" : "came_online");
    this.wasOffline = isOffline;
  }

  private forget(notice: number): void {
    if (this.session.notice === notice) this.session.notice = null;
    this.redraw();
  }

  /** The page is leaving or hidden: what is in the hand goes into the journal and out at once. */
  private keepSafe(): void {
    this.typing.flush();
    if (document.visibilityState !== "hidden") return;
    this.session.flush();
    void this.log.send();
  }

  /** One item a page or a whole part a page: whoever switches stays at the item in view. */
  private turnPages(wholePart: boolean): void {
    const shown = this.place === "review" ? undefined : this.pages[this.place]?.items[0];
    this.pages = pagesOf(this.session.document.parts, wholePart);
    this.returnTo = 0;
    if (this.place !== "review") this.place = shown === undefined ? 0 : pageOf(this.pages, shown.ref);
  }

  private itemsInView(): string[] {
    const isShown = this.session.phase.name === "running" && this.place !== "review";
    return isShown ? (this.pages[this.place as number]?.items.map(({ ref }) => ref) ?? []) : [];
  }

  private forgetChoices(): void {
    this.strikes.clear();
    this.marks.clear();
  }

  /** Plays are told by item: a shared recording goes under the first item that needs it. */
  private tally(plays: Plays): Tally {
    const named = (key: string): [string, HeardKind] => {
      const sharing = this.session.items.find(({ stimulus }) => stimulus === key);
      return sharing === undefined ? [key, "heard"] : [sharing.ref, "heard_shared"];
    };
    return { count: (key) => plays.count(...named(key)), add: (key) => plays.add(...named(key)) };
  }

  private write(ref: string, text: string): void {
    const [name, place] = ref.split(" ", 2);
    const item: Item | undefined = this.session.items.find((candidate) => candidate.ref === name);
    if (item?.kind === "composite" && place !== undefined) {
      this.answer(item, withPlace(this.responseOf(item), place, text));
    } else if (item !== undefined) this.answer(item, { text });
  }
}

