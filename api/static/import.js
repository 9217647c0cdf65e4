// Fields of content on the import page: a textarea with XHTML becomes a region edited as it looks.
// Formulas are islands that keep their TeX; without this script the textarea itself is edited.
(() => {
  "use strict";

  function stored(region) {
    const copy = region.cloneNode(true);
    for (const island of copy.querySelectorAll("[data-tex]")) {
      for (const name of island.getAttributeNames()) if (name !== "data-tex") island.removeAttribute(name);
      island.textContent = "";
    }
    for (const picture of copy.querySelectorAll("img")) {
      const found = /\/hinh\/([0-9a-f]{64})$/.exec(picture.getAttribute("src") || "");
      if (found) picture.setAttribute("src", `asset:${found[1]}`);
    }
    return copy.innerHTML;
  }

  async function redraw(island, tex) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await fetch("/ngan-hang/api/cong-thuc", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
      body: JSON.stringify({ tex, display: island.tagName === "DIV" }),
    });
    const told = await answer.json();
    if (!answer.ok) return told.error ? told.error.message : "";
    island.dataset.tex = tex;
    island.innerHTML = told.mathml;
    return "";
  }

  function editFormula(region, island, changed) {
    region.parentElement.querySelector(".tex-line")?.remove();
    const line = document.createElement("div");
    line.className = "tex-line";
    const input = document.createElement("input");
    input.type = "text";
    input.value = island.dataset.tex;
    input.setAttribute("aria-label", "TeX");
    const words = document.createElement("span");
    words.className = "field-error";
    words.setAttribute("role", "alert");
    line.append(input, words);
    region.after(line);
    input.focus();
    input.addEventListener("input", async () => {
      words.textContent = await redraw(island, input.value);
      if (!words.textContent) changed();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      line.remove();
      region.focus();
    });
  }

  function enrich(area) {
    const region = document.createElement("div");
    region.className = "rich";
    region.contentEditable = "true";
    region.setAttribute("role", "textbox");
    region.setAttribute("aria-multiline", "true");
    const label = area.id && document.querySelector(`label[for="${area.id}"]`);
    region.setAttribute("aria-label", area.getAttribute("aria-label") || (label ? label.textContent : ""));
    region.innerHTML = area.dataset.rich;
    delete area.dataset.rich;
    area.hidden = true;
    area.after(region);
    const changed = () => { area.value = stored(region); };
    region.addEventListener("input", changed);
    region.addEventListener("click", (event) => {
      const island = event.target.closest("[data-tex]");
      if (island) editFormula(region, island, changed);
    });
    region.addEventListener("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    });
  }

  function enrichAll(root) {
    document.execCommand("defaultParagraphSeparator", false, "p");
    for (const area of root.querySelectorAll("textarea[data-rich]")) enrich(area);
  }

  enrichAll(document);
  // After a swap the focus stays with the item: at the first field to mend, else at the card.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const card = event.detail.elt.closest?.(".import-item") || document.getElementById(event.detail.target?.id || "");
    if (!card || !card.classList.contains("import-item")) return;
    enrichAll(card);
    const first = card.querySelector("form.mend input:not([type=hidden]), form.mend select");
    (first || card).focus({ preventScroll: true });
  });
})();
