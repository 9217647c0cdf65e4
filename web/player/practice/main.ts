/** Starts practice in <div id="practice">: the examination's screen over the class's server. */
import { ServerClock } from "../clock.ts";
import { applyDisplay, readDisplay } from "../display.ts";
import { plainStorage, storeOfMachine } from "../indexed-store.ts";
import { MemoryStore } from "../journal.ts";
import { readLanguage } from "../language.ts";
import { Plays } from "../plays.ts";
import { ProcessLog } from "../process-log.ts";
import { AttemptSession } from "../session.ts";
import { patiently, random, timers } from "../starting.ts";
import { announceTab } from "../tabs.ts";
import type { PracticeDocument } from "./contract.ts";
import { PracticeApp } from "./practice-app.ts";
import { PracticeServer } from "./server.ts";

async function start(root: HTMLElement, task: string): Promise<void> {
  const server = new PracticeServer(`/lop/api/bai/${task}`);
  const clock = new ServerClock(() => performance.now());
  const attempt = await patiently(root, () => server.attempt());
  if (attempt === null) return;
  clock.learn({ serverNow: Date.parse(attempt.body.server_now), ...attempt.trip });
  await open(root, attempt.body, server, clock, () => location.replace(`/lop/bai/${task}`));
}

async function open(
  root: HTMLElement, work: PracticeDocument, server: PracticeServer, clock: ServerClock, ended: () => void,
): Promise<void> {
  const app = new PracticeApp();
  const choices = plainStorage() ?? new MemoryStore();
  const log = new ProcessLog(work.writer.id, server, choices, timers, () => Date.now());
  const changed = () => (session.phase.name === "submitted" ? ended() : app.redraw());
  const session: AttemptSession = new AttemptSession({
    document: work, server, store: await storeOfMachine(), timers, clock, random, now: () => Date.now(),
    changed: () => changed(),
  });
  app.learn(work, server);
  session.start();
  const { attempt, writer } = work;
  const now = () => Date.now();
  const plays = new Plays({ attempt: attempt.ref, writer: writer.id, server, store: choices, timers, nextSeq: log.nextSeq, now }, []);
  app.begin(session, timers, choices, log, plays);
  announceTab(attempt.ref, () => app.yieldToOtherTab());
  root.replaceChildren(app);
}

readLanguage(document.cookie);
applyDisplay(readDisplay());
customElements.define("kt-player", PracticeApp);
const root = document.getElementById("practice");
if (root !== null) void start(root, root.dataset["task"] ?? "");
