/** Starts the player in <div id="player">: asks the server for the attempt, patiently, then hands over. */
import { render } from "lit";
import { fromBase64 } from "./bytes.ts";
import { encryptingCodec } from "./cipher.ts";
import { ServerClock } from "./clock.ts";
import type { AttemptDocument } from "./contract.ts";
import { type Display, applyDisplay, applyGranted, readDisplay } from "./display.ts";
import { plainStorage, storeOfMachine } from "./indexed-store.ts";
import { MemoryStore, type RecordStore } from "./journal.ts";
import { type Language, chooseLanguage, readLanguage } from "./language.ts";
import { PlayerApp } from "./player-app.ts";
import { Plays } from "./plays.ts";
import { ProcessLog } from "./process-log.ts";
import { showReadiness } from "./readiness-panel.ts";
import { learnConfigKey } from "./safe-exam-browser.ts";
import { HttpRoomServer } from "./server.ts";
import { AttemptSession } from "./session.ts";
import { patiently, random, timers } from "./starting.ts";
import { announceTab } from "./tabs.ts";
import { renderTools } from "./tools.ts";

async function start(root: HTMLElement): Promise<void> {
  await learnConfigKey();
  const server = new HttpRoomServer();
  const clock = new ServerClock(() => performance.now());
  // The journal before the server: what another page hands over in between is then seen twice, never not at all.
  const store = await storeOfMachine();
  const attempt = await patiently(root, () => server.attempt());
  if (attempt === null) return;
  clock.learn({ serverNow: Date.parse(attempt.body.server_now), ...attempt.trip });
  if (attempt.body.attempt.state === "waiting") return location.assign("/thi/xac-nhan");
  const journalKey = await patiently(root, () => server.journalKey());
  if (journalKey !== null) await open(root, attempt.body, fromBase64(journalKey.body.key), store, server, clock);
}

async function open(
  root: HTMLElement, document_: AttemptDocument, key: Uint8Array, store: RecordStore, server: HttpRoomServer,
  clock: ServerClock,
): Promise<void> {
  const app = new PlayerApp();
  const choices = plainStorage() ?? new MemoryStore();
  const log = new ProcessLog(document_.writer.id, server, choices, timers, () => Date.now());
  const session = new AttemptSession({
    document: document_,
    server,
    store,
    codec: encryptingCodec(key),
    key,
    timers,
    clock,
    random,
    now: () => Date.now(),
    changed: () => app.redraw(),
    answered: (item) => log.note("changed", item),
  });
  session.start();
  applyGranted(document_.accommodations ?? null);
  const { attempt, writer, heard } = document_;
  const plays = new Plays({
    attempt: attempt.ref, writer: writer.id, server, store: choices, timers, nextSeq: log.nextSeq, now: () => Date.now(),
  }, heard ?? []);
  app.begin(session, timers, choices, log, plays);
  announceTab(document_.attempt.ref, () => app.yieldToOtherTab());
  root.replaceChildren(app);
}

/** The pages before the paper: the candidate's display settings, and whether the machine is fit. */
function dressPage(): void {
  const tools = document.querySelector<HTMLElement>("[data-display-tools]");
  const switched = (language: Language): void => {
    chooseLanguage(language);
    location.reload(); // these pages were drawn by the server
  };
  const show = (display: Display): void => {
    applyDisplay(display);
    if (tools !== null) render(renderTools(display, { setDisplay: show, switched, hasPaper: false }), tools);
  };
  show(readDisplay());
  const panel = document.querySelector<HTMLElement>("[data-readiness]");
  if (panel !== null) void showReadiness(panel);
}

readLanguage(document.cookie);
dressPage();
customElements.define("kt-player", PlayerApp);
const root = document.getElementById("player");
if (root !== null) void start(root);
