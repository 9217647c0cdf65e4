/** Whether what was typed is safe, said in words beside an icon. */
import { type TemplateResult, html } from "lit";
import type { SaveState } from "./draft-saver.ts";
import { type IconName, icon } from "./icons.ts";
import { t, timeOfDay } from "./words.ts";

interface Said {
  readonly look: "ok" | "busy" | "warn" | "bad";
  readonly icon: IconName;
  readonly words: string;
}

function say(state: SaveState): Said {
  switch (state.name) {
    case "pending":
    case "saving":
      return { look: "busy", icon: "busy", words: t("Đang lưu…") };
    case "saved":
      return { look: "ok", icon: "check", words: t("Đã lưu nháp {time}", { time: timeOfDay(state.at) }) };
    case "offline":
      return state.keptHere
        ? { look: "warn", icon: "offline", words: t("Mất mạng, đang giữ trên máy này") }
        : { look: "bad", icon: "offline", words: t("Mất mạng, máy này không giữ được: đừng đóng trang") };
    case "conflict":
      return { look: "bad", icon: "people", words: t("Hai người cùng sửa") };
    case "refused":
      return { look: "bad", icon: "alert", words: state.signedOut ? t("Đã hết phiên đăng nhập") : t("Chưa lưu được") };
  }
}

export function renderSaveStatus(state: SaveState): TemplateResult {
  const { look, icon: name, words } = say(state);
  return html`<p class="saved is-${look}" role="status">${icon(name)}${words}</p>`;
}
