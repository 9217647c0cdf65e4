/** Starts the player in <div id="player">: asks the server for the attempt, patiently, then hands over. */
import { render } from "lit";
import { ServerClock } from "./clock.ts";
import type { AttemptDocument } from "./contract.ts";
import { type Display, applyDisplay, readDisplay } from "./display.ts";
import { MemoryStore, type RecordStore } from "./journal.ts";
import { renderBlocked, renderPlain } from "./notices.ts";
import { PlayerApp } from "./player-app.ts";
import type { Timers } from "./queue.ts";
import { showReadiness } from "./readiness-panel.ts";
import { learnConfigKey } from "./safe-exam-browser.ts";
import { HttpRoomServer } from "./server.ts";
import { AttemptSession } from "./session.ts";
import { announceTab } from "./tabs.ts";
import { renderTools } from "./tools.ts";

const RETRY_MS = 2000;

const timers: Timers = {
  after(ms, task) {
    const handle = window.setTimeout(task, ms);
    return () => window.clearTimeout(handle);
  },
};

/** Math.random may be the same on machines cloned from one image; this is not. */
function random(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

function storeOfMachine(): RecordStore {
  try {
    localStorage.setItem("khaothi.probe", "1");
    localStorage.removeItem("khaothi.probe");
    return localStorage;
  } catch {
    return new MemoryStore();
  }
}

async function load(root: HTMLElement, server: HttpRoomServer, clock: ServerClock): Promise<AttemptDocument | null> {
  for (;;) {
    const answer = await server.attempt();
    if (answer.kind === "ok") {
      clock.learn({ serverNow: Date.parse(answer.body.server_now), ...answer.trip });
      return answer.body;
    }
    if (answer.kind === "refused") {
      if (answer.code === "writer_replaced" || answer.code === "not_signed_in") render(renderBlocked(answer.code), root);
      else render(renderPlain("Chưa mở được bài thi", `${answer.message} Giơ tay báo giám thị.`), root);
      return null;
    }
    render(renderPlain("Đang chờ máy chủ phòng thi", "Chưa tải được đề, đang thử lại. Giữ nguyên trang này."), root);
    await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS * (0.5 + random())));
  }
}

async function start(root: HTMLElement): Promise<void> {
  await learnConfigKey();
  const server = new HttpRoomServer();
  const clock = new ServerClock(() => performance.now());
  const document_ = await load(root, server, clock);
  if (document_ === null) return;
  if (document_.attempt.state === "waiting") return location.assign("/thi/xac-nhan");
  const app = new PlayerApp();
  const store = storeOfMachine();
  const session = new AttemptSession({
    document: document_,
    server,
    store,
    timers,
    clock,
    random,
    now: () => Date.now(),
    changed: () => app.redraw(),
  });
  session.start();
  app.begin(session, timers, store);
  announceTab(document_.attempt.ref, () => session.yieldToOtherTab());
  root.replaceChildren(app);
}

/** The pages before the paper: the candidate's display settings, and whether the machine is fit. */
function dressPage(): void {
  const tools = document.querySelector<HTMLElement>("[data-display-tools]");
  const show = (display: Display): void => {
    applyDisplay(display);
    if (tools !== null) render(renderTools(display, show), tools);
  };
  show(readDisplay());
  const panel = document.querySelector<HTMLElement>("[data-readiness]");
  if (panel !== null) void showReadiness(panel);
}

dressPage();
customElements.define("kt-player", PlayerApp);
const root = document.getElementById("player");
if (root !== null) void start(root);
