// The items chosen in the bank's list are remembered from page to page until something is done
// with them. Without this script the marks of the page on screen are sent, and the bar always stands.
(() => {
  "use strict";
  const KEPT = "kt-chon-cau";
  const all = (what) => [...document.querySelectorAll(what)];
  const read = () => new Set(JSON.parse(sessionStorage.getItem(KEPT) || "[]"));
  const keep = (chosen) => sessionStorage.setItem(KEPT, JSON.stringify([...chosen]));
  const picks = () => all("input[data-pick]");

  function show() {
    const chosen = read();
    for (const pick of picks()) {
      pick.checked = chosen.has(pick.value);
      pick.closest("tr").classList.toggle("chosen", pick.checked);
    }
    const here = picks();
    for (const whole of all("input[data-pick-all]")) {
      const n = here.filter((pick) => pick.checked).length;
      whole.checked = n > 0 && n === here.length;
      whole.indeterminate = n > 0 && n < here.length;
    }
    for (const bar of all("[data-selection]")) tell(bar, chosen.size);
  }

  function tell(bar, n) {
    const everything = bar.querySelector("#tat-ca")?.checked;
    const count = bar.querySelector("[data-count]");
    const words = everything ? count.dataset.all : count.dataset.one.replace("#", String(n));
    if (count.textContent !== words) count.textContent = words;
    bar.querySelector("[data-clear]").hidden = n === 0;
    bar.hidden = n === 0 && !everything;
  }

  function choose(boxes, on) {
    const chosen = read();
    for (const box of boxes) chosen[on ? "add" : "delete"](box.value);
    keep(chosen);
    show();
  }

  function sendOthersToo(form) {
    form.querySelectorAll("[data-elsewhere]").forEach((one) => one.remove());
    const here = new Set(picks().map((pick) => pick.value));
    for (const value of [...read()].filter((one) => !here.has(one))) {
      const one = Object.assign(document.createElement("input"), { type: "hidden", name: "cau", value });
      one.dataset.elsewhere = "";
      form.append(one);
    }
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-pick]")) choose([target], target.checked);
    else if (target.matches("input[data-pick-all]")) choose(picks(), target.checked);
    else if (target.id === "tat-ca") show();
  });
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-clear]")) return;
    keep(new Set());
    const everything = document.querySelector("#tat-ca");
    if (everything) everything.checked = false;
    show();
    document.querySelector("input[data-pick-all]")?.focus();
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.id === "chon-cau") sendOthersToo(target);
  });
  document.addEventListener("htmx:afterSettle", show);
  window.addEventListener("pageshow", () => {
    if (document.querySelector("[data-done]")) keep(new Set());
    show();
  });
})();
