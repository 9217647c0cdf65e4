"""What a candidate without a mouse presses, kind by kind."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_TABS = 80


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the control has the focus: what cannot be reached so is a fault."""
    for _ in range(MOST_TABS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {target}")


def press(page: Page, target: Locator, *keys: str) -> None:
    tab_to(page, target)
    for key in keys:
        page.keyboard.press(key)


def by_keyboard(page: Page) -> dict[str, object]:
    """How each kind is answered without a mouse; the keys of each are what a candidate would press."""
    item = page.locator(".kt-item")
    return {
        "choice": lambda: press(page, item.locator("input").first, "ArrowDown", "Space"),
        "multiple": lambda: [
            press(page, item.locator("input").nth(at), "Space") for at in (0, 1, 3)
        ],
        "tf_cluster": lambda: [
            press(page, item.locator(".kt-statement").nth(row).locator("input").first, *keys)
            for row, keys in enumerate((["Space"], ["Space"], ["ArrowRight"], ["Space"]))
        ],
        "short": lambda: press(page, item.locator(".kt-short-field"), "3", ",", "5"),
        "cloze": lambda: [
            press(page, item.locator("select"), "w", "w"),
            press(page, item.locator("input"), *"library"),
        ],
        "match": lambda: [
            press(page, item.locator(".kt-row").nth(row).locator("input").first, *keys)
            for row, keys in enumerate((["ArrowLeft"], ["Space"], ["ArrowRight"]))
        ],
        "order": lambda: press(page, item.get_by_role("button", name="Lên: mục 2"), "Enter"),
        "hotspot": lambda: press(page, item.locator("input").first, "ArrowDown"),
        "gap_match": lambda: [
            press(page, item.locator("select").nth(0), "q"),
            press(page, item.locator("select").nth(1), "t"),
        ],
        "hottext": lambda: press(page, item.get_by_role("button", name="tham quang"), "Enter"),
        "composite": lambda: composite_by_keyboard(page),
        "essay": lambda: [
            tab_to(page, item.locator("textarea")),
            page.keyboard.insert_text("Em giúp bạn học."),
        ],
    }


def composite_by_keyboard(page: Page) -> None:
    """Every place of a composite item, in the order in which Tab comes by."""

    def at(asks: str) -> Locator:
        return page.locator(f'.kt-place[data-asks="{asks}"]')

    press(page, page.locator(".kt-composite > p input"), "1", "2")
    press(page, at("multiple").locator("input").first, "ArrowDown")
    press(page, at("slider").locator("input"), *["ArrowRight"] * 3)
    press(page, at("match").locator(".kt-row").nth(0).locator("input").first, "ArrowRight")
    press(page, at("match").locator(".kt-row").nth(1).locator("input").first, "Space")
    press(page, at("order").get_by_role("button", name="Lên: mục 2"), "Enter")
    for name in ("nóng", "lạnh", "ngày", "đêm"):
        press(page, at("associate").get_by_role("button", name=name, exact=True), "Enter")
    press(page, at("gap_match").locator("select"), "q")
    press(page, at("hottext").get_by_role("button", name="tham quang"), "Enter")
    press(page, at("hotspot").locator("input").first, "ArrowDown")
    press(page, at("picture_points").get_by_role("application"), "ArrowRight", "Enter")
    for name in ("C. Cái cây", "B. Ngôi nhà", "A. Mặt trời"):
        press(page, at("picture_order").get_by_role("button", name=name), "Enter")
    for name in ("A. Mặt trời", "C. Cái cây"):
        press(page, at("picture_links").get_by_role("button", name=name, exact=True), "Enter")
    press(page, at("picture_gaps").locator("select").nth(0), "n")
    press(page, at("picture_gaps").locator("select").nth(1), "c")
    tab_to(page, at("text").locator("textarea"))
    page.keyboard.insert_text("Em thấy đúng.")
    pen = ("Space", "ArrowRight", "ArrowRight", "Space")
    press(page, at("drawing").get_by_role("application"), *pen)
