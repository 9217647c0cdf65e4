/** What a screen needs to begin: timers, chance, and the patience to wait for its server. */
import { render } from "lit";
import { t } from "./language.ts";
import { renderBlocked, renderPlain } from "./notices.ts";
import type { Timers } from "./queue.ts";
import type { Answer } from "./server.ts";

const RETRY_MS = 2000;

export const timers: Timers = {
  after(ms, task) {
    const handle = window.setTimeout(task, ms);
    return () => window.clearTimeout(handle);
  },
};

/** Math.random may be the same on machines cloned from one image; this is not. */
export function random(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

/** Asks until the server answers; null when it answered that this machine gets nothing. */
export async function patiently<T>(root: HTMLElement, ask: () => Promise<Answer<T>>) {
  for (;;) {
    const answer = await ask();
    if (answer.kind === "ok") return answer;
    if (answer.kind === "refused") {
      if (answer.code === "writer_replaced" || answer.code === "not_signed_in") render(renderBlocked(answer.code), root);
      else render(renderPlain(t("Chưa mở được bài thi"), `${answer.message} ${t("Giơ tay báo giám thị.")}`), root);
      return null;
    }
    render(renderPlain(t("Đang chờ máy chủ phòng thi"), t("Chưa tải được đề, đang thử lại. Giữ nguyên trang này.")), root);
    await new Promise((resolve) => window.setTimeout(resolve, RETRY_MS * (0.5 + random())));
  }
}
