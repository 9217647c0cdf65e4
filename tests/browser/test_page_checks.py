"""The checks of pages find what they are there to find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .page_checks import barriers, frame_problems, left_in_vietnamese, overflow

pytestmark = pytest.mark.browser
GOOD = (
    '<html lang="en"><title>Bank · Khảo thí</title>'
    "<body><main><h1>Bank</h1><p>Words.</p></main></body></html>"
)


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 800})
    yield page
    page.close()


def test_a_good_page_has_nothing_wrong(sheet: Page) -> None:
    sheet.set_content(GOOD)
    assert [*barriers(sheet), *frame_problems(sheet), *overflow(sheet)] == []
    assert left_in_vietnamese(sheet) == []


def test_a_picture_without_words_and_a_folded_field_without_a_name_are_barriers(
    sheet: Page,
) -> None:
    sheet.set_content(
        GOOD.replace("Words.", '<img src=""><details><summary>More</summary><input></details>')
    )
    found = barriers(sheet)
    assert any(one.startswith("image-alt") for one in found)
    assert any(one.startswith("label") for one in found)


def test_a_page_without_heading_title_and_language_is_told(sheet: Page) -> None:
    sheet.set_content("<title>Khảo thí</title><p>Words.</p>")
    assert frame_problems(sheet) == ["0 h1", "no title of its own", "no lang"]


def test_what_is_wider_than_a_telephone_is_named(sheet: Page) -> None:
    sheet.set_content(GOOD.replace("<p>", '<p id="wide" style="width: 700px">'))
    (found,) = overflow(sheet)
    assert "390" in found
    assert 'id="wide"' in found


def test_sentences_of_the_program_are_told_from_words_of_people(sheet: Page) -> None:
    mixed = (
        '<p>Bản nháp</p><p aria-label="Đang thẩm định">1</p><p>Còn thiếu 3 mục</p>'
        '<div class="content">Bản nháp</div><p>Nguyễn Thu Hà</p>'
    )
    sheet.set_content(GOOD.replace("<p>Words.</p>", mixed))
    assert set(left_in_vietnamese(sheet)) == {"Bản nháp", "Đang thẩm định", "Còn thiếu 3 mục"}
