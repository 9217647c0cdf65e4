/** A picture or a formula, large, over the page until it is put away with Escape or its button. */
import { t } from "./language.ts";

export function enlarge(button: Element): void {
  const shown = button.parentElement?.firstElementChild;
  if (!shown) return;
  const dialog = document.createElement("dialog");
  dialog.className = "kt-enlarged";
  dialog.setAttribute("aria-label", button.getAttribute("aria-label") ?? "");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button is-primary";
  close.textContent = t("Đóng");
  close.addEventListener("click", () => dialog.close());
  const sheet = document.createElement("div");
  sheet.className = "kt-enlarged-sheet";
  sheet.tabIndex = 0;
  sheet.append(shown.cloneNode(true));
  dialog.append(close, sheet);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
