"""The whole of writing an item without a mouse: from the teacher's page to the reviewers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.items import repository
from itembank.items.content import WRITTEN_HERE
from itembank.permissions import Role
from tests.factories.web import add_staff

from .conftest import serving
from .editor_desk import OpenDesk, desks, sign_in
from .test_editor_kinds import png

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
MOST_STOPS = 60


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Tab until what has the focus is called so; that it can be reached is part of the test."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(NAME_OF_FOCUSED) == name:
            return
    raise AssertionError(f"«{name}» was not reached in {MOST_STOPS} stops")


NAME_OF_FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent ?? '';
  return (at.getAttribute('aria-label') ?? (label || at.textContent)).replace(/\\s+/g, ' ').trim();
}"""


def test_an_item_is_begun_written_and_sent_by_keyboard_alone(
    browser: Browser, database: Database
) -> None:
    now = datetime.now(UTC)
    add_staff(database, "giaovien", Role.TEACHER, now=now)
    with serving(database, Settings(worker_in_process=False)) as address:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=address)
        page = context.new_page()
        sign_in(page)
        begin(page)
        write_stem(page)
        write_options(page)
        tell_what_it_is_about(page)
        look_at_it_as_others_will(page)
        send(page)
        code = page.locator("main").get_by_text("T12-").first.inner_text()
        context.close()
    with database.read() as db:
        item = repository.item_by_code(db, code.split()[0])
        assert item is not None
        assert item.state == "in_review"
        assert item.current_version is not None
        content = repository.read_version(db, item.current_version)
    assert content.stem.startswith('<p>Tính <span data-tex="2^{3}"></span>.')
    assert 'alt="Tám ô vuông"' in content.stem
    assert content.interaction.model_dump()["key"] == "B"


def begin(page: Page) -> None:
    page.goto("/viec-cua-toi")
    tab_to(page, "Soạn câu hỏi mới")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Soạn câu hỏi mới")).to_be_visible()
    tab_to(page, "Nhiều lựa chọn")
    tab_to(page, "Bắt đầu soạn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Lời dẫn", exact=True)).to_be_visible()


def write_stem(page: Page) -> None:
    tab_to(page, "Lời dẫn")
    page.keyboard.type("Tính ")
    page.keyboard.press("Alt+=")
    page.keyboard.type("2^{3}")
    page.keyboard.press("Enter")
    stem = page.get_by_role("textbox", name="Lời dẫn", exact=True)
    expect(stem).to_be_focused()
    page.keyboard.type(".")
    expect(stem).to_contain_text(".")
    add_picture(page)


def add_picture(page: Page) -> None:
    """From the bar on top: arrows to the picture, the file, its description, back to the text."""
    page.keyboard.press("Alt+F10")
    for _ in range(MOST_STOPS):
        if page.evaluate(NAME_OF_FOCUSED) == "Hình":
            break
        page.keyboard.press("ArrowRight")
    assert page.evaluate(NAME_OF_FOCUSED) == "Hình"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": png()})
    description = page.get_by_label("Lời mô tả hình (bắt buộc)")
    expect(description).to_be_focused()
    page.keyboard.type("Tám ô vuông")
    tab_to(page, "Xong")
    page.keyboard.press("Enter")


def write_options(page: Page) -> None:
    for letter, text in zip("ABCD", ("6", "8", "9", "12"), strict=True):
        tab_to(page, f"Phương án {letter}")
        page.keyboard.type(text)
        tab_to(page, f"Lí giải phương án {letter}")
        page.keyboard.type("Vì thế.")
    tab_to(page, "Chọn A làm đáp án", back=True)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Chọn B làm đáp án")).to_be_checked()


def tell_what_it_is_about(page: Page) -> None:
    tab_to(page, "Chủ đề")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Yêu cầu cần đạt")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Biết")
    page.keyboard.press("Space")


def look_at_it_as_others_will(page: Page) -> None:
    """Every view, by the arrows of their group; what could be better, read on the way."""
    tab_to(page, "Máy tính")
    for view in ("Điện thoại", "Tương phản", "Trên giấy", "Đọc thành tiếng"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name=view)).to_be_checked()
    expect(page.get_by_text("Tám ô vuông").first).to_be_visible()


def send(page: Page) -> None:
    expect(page.get_by_text("Đủ 13 mục bắt buộc")).to_be_visible()
    tab_to(page, "Gửi thẩm định")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/soan"))


def test_every_control_of_every_kind_is_reached_by_tab(
    browser: Browser, database: Database
) -> None:
    """Bars are one stop, their buttons reached by arrows; a group of radio buttons is one stop too."""
    with desks(browser, database) as open_desk:
        for kind in WRITTEN_HERE:
            missed = never_focused(open_desk, kind)
            assert missed == [], f"{kind}: {missed}"


def never_focused(open_desk: OpenDesk, kind: str) -> list[str]:
    page = open_desk(kind).page
    expect(page.get_by_role("button", name="Gửi thẩm định")).to_be_visible()
    page.evaluate(MARK_CONTROLS)
    page.locator("h1").first.click()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(LEFT_THE_EDITOR):
            break
    assert page.evaluate("window.reached.size") > 12
    left: list[str] = page.evaluate(UNREACHED)
    return left


# Fields of text are left by Tab as they are entered by it; what is not shown is no stop.
MARK_CONTROLS = """() => {
  window.reached = new Set();
  document.addEventListener('focusin', ({ target }) => window.reached.add(target));
}"""
LEFT_THE_EDITOR = """() => window.reached.size > 0
  && document.activeElement.closest('.sitefoot') !== null"""
UNREACHED = """() => {
  const names = new Set([...window.reached].map(one => one.name).filter(name => name));
  return [...document.querySelectorAll('#editor :is(a[href], button, input, select, textarea, [contenteditable="true"], [tabindex])')]
    .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)
    .filter(one => !window.reached.has(one) && !(one.type === 'radio' && names.has(one.name)))
    .map(one => one.outerHTML.slice(0, 140));
}"""
