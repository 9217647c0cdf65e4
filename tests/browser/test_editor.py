"""The item editor in a real browser: nothing typed is lost, whatever happens around it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.items import repository, service
from itembank.people import repository as people
from itembank.permissions import Actor, Role
from tests.factories.web import PASSWORD, add_staff

from .conftest import serving

# What is under the page is tested on both databases elsewhere.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STEM = "Lời dẫn"
FROM_WORD = """<html xmlns:m="x"><head><style>p.MsoNormal{margin:0}</style></head><body>
<p class=MsoNormal><b><span style='font-size:13pt'>Bảng sau</span></b><span> cho biết
<i>doanh thu</i>, với <!--[if gte msEquation 12]><m:oMath><m:f><m:fPr><m:ctrlPr/></m:fPr>
<m:num><m:r><m:t>x+1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>
<![endif]--><![if !msEquation]><img src="file:///C:/x.png"><![endif]>.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table class=MsoTableGrid border=1><tr><td width=100><p class=MsoNormal>Tháng</p></td>
<td><p class=MsoNormal>1</p></td></tr></table></body></html>"""


PICTURE = f"asset:{'a' * 64}"
EVERYTHING = (
    '<p>Số <span data-tex="a&lt;b"></span>, <strong><em>x</em></strong><sub>1</sub>, <u>u</u>'
    f'<sup>2</sup>; <math><mi>y</mi></math><br>dòng hai <img src="{PICTURE}" alt="nhỏ" width="20"></p>'
    '<div data-tex="\\frac{1}{2}"></div>'
    '<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>'
    '<tr><th scope="row">1</th><td rowspan="2"><strong>2</strong> m</td></tr>'
    "<tr><td>3</td></tr></tbody></table>"
    '<ol start="3"><li>ba</li><li><p>bốn</p><p>năm</p></li></ol><ul><li>chấm</li></ul>'
    f'<blockquote><p>trích</p></blockquote><figure><img src="{PICTURE}" alt="Đồ thị" width="200">'
    '<figcaption>Hình <span data-tex="1"></span></figcaption></figure><p>Cuối</p>'
)


@dataclass
class Draft:
    """An item being written, and the people who write it."""

    database: Database
    item_id: uuid.UUID
    author: Actor
    path: str

    def content(self) -> dict[str, Any]:
        with self.database.read() as db:
            draft = repository.draft_of(db, repository.item_by_id(db, self.item_id))
            assert draft is not None
            return dict(draft.content)

    def save_elsewhere(self, stem: str) -> None:
        """The author saved the same draft on another machine."""
        with self.database.write() as db:
            item = repository.item_by_id(db, self.item_id)
            draft = repository.draft_of(db, item)
            assert draft is not None
            content = service.draft_content(draft).model_copy(update={"stem": stem})
            service.save_draft(
                db, self.author, item, content,
                expected_revision=draft.revision, now=datetime.now(UTC),
            )  # fmt: skip


@pytest.fixture
def kind() -> str:
    return "choice"


@pytest.fixture
def draft(database: Database, kind: str) -> Draft:
    now = datetime.now(UTC)
    person, _ = add_staff(database, "giaovien", Role.TEACHER, now=now)
    with database.write() as db:
        author = people.load_actor(db, person)
        item = service.create_item(db, author, kind=kind, subject="toan", grade=12, now=now)
        return Draft(database, item.id, author, f"/ngan-hang/cau-hoi/{item.id}/soan")


@pytest.fixture
def page(browser: Browser, draft: Draft) -> Iterator[Page]:
    """The author has just opened the editor."""
    with serving(draft.database, Settings(worker_in_process=False)) as address:
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, base_url=address, timezone_id="Asia/Saigon"
        )
        opened = context.new_page()
        opened.goto("/dang-nhap")
        opened.get_by_label("Tên đăng nhập").fill("giaovien")
        opened.get_by_label("Mật khẩu").fill(PASSWORD)
        opened.get_by_role("button", name="Đăng nhập").click()
        opened.goto(draft.path)
        expect(opened.get_by_role("textbox", name=STEM, exact=True)).to_be_visible()
        yield opened
        context.close()


def write(page: Page, field: str, text: str) -> None:
    page.get_by_role("textbox", name=field, exact=True).click(position={"x": 12, "y": 12})
    page.keyboard.type(text)


def saved(page: Page) -> None:
    """What is said is about the latest change: the page first says that it is saving."""
    expect(page.get_by_text("Đang lưu…")).to_be_visible()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()


def paste(page: Page, html: str, rtf: str = "") -> None:
    page.evaluate(
        """([html, rtf]) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          if (rtf) clipboardData.setData("text/rtf", rtf);
          const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        [html, rtf],
    )


def test_what_is_typed_is_saved_unasked_with_its_formulas(page: Page, draft: Draft) -> None:
    write(page, STEM, "Cho $y=x^2$ và giá 5$ hay 6$.")
    write(page, "Phương án A", "Lớn hơn ")
    page.keyboard.press("Alt+=")
    page.keyboard.type(r"\sqrt{2}")
    page.keyboard.press("Enter")
    write(page, "Lí giải phương án A", "Vì $a>b$")
    saved(page)
    content = draft.content()
    option = content["interaction"]["options"][0]
    assert content["stem"] == '<p>Cho <span data-tex="y=x^2"></span> và giá 5$ hay 6$.</p>'
    assert option["body"] == '<p>Lớn hơn <span data-tex="\\sqrt{2}"></span></p>'
    assert option["rationale"] == "Vì $a>b$"


def test_the_candidates_view_follows_and_never_shows_rationales(page: Page) -> None:
    write(page, STEM, "Tính $1+1$.")
    write(page, "Lí giải phương án A", "Bí mật của tác giả")
    seen = page.frame_locator("iframe")
    expect(seen.locator("math")).to_have_count(1)
    saved(page)
    expect(seen.get_by_text("Bí mật")).to_have_count(0)


def test_a_formula_that_cannot_be_read_says_where_and_keeps_the_text(page: Page) -> None:
    write(page, STEM, "Số ")
    page.keyboard.press("Alt+=")
    page.keyboard.type(r"\frac{1}{2")
    expect(page.get_by_text("Công thức còn thiếu ở cuối")).to_be_visible()
    expect(page.get_by_label("Công thức", exact=True).last).to_have_value(r"\frac{1}{2")


def test_words_tables_and_formulas_of_word_are_kept_and_its_junk_is_not(
    page: Page, draft: Draft
) -> None:
    write(page, STEM, "")
    paste(page, FROM_WORD)
    saved(page)
    stem = " ".join(draft.content()["stem"].split())
    assert stem == (
        "<p><strong>Bảng sau</strong> cho biết <em>doanh thu</em>, với "
        '<span data-tex="\\frac{x+1}{2}"></span>.</p>'
        "<table><tbody><tr><td>Tháng</td><td>1</td></tr></tbody></table>"
    )


def test_pictures_of_word_are_stored_and_stand_where_they_stood(page: Page, draft: Draft) -> None:
    stored = io.BytesIO()
    Image.new("RGB", (30, 20), "#cde").save(stored, "PNG")
    html = '<p>Trước</p><p><img width=30 src="file:///C:/Temp/image001.png"></p><p>Sau</p>'
    rtf = (
        r"{\rtf1 {\*\shppict{\pict{\*\picprop{\sp{\sn x}}}\pngblip "
        + stored.getvalue().hex()
        + "}}}"
    )
    write(page, STEM, "")
    paste(page, html, rtf)
    picture = page.get_by_role("textbox", name=STEM, exact=True).locator("img[src*='/hinh/']")
    expect(picture).to_have_count(1)
    expect(page.get_by_text("Thiếu lời mô tả")).to_be_visible()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.saved.is-busy')")
    stem = draft.content()["stem"]
    assert stem.index("Trước") < stem.index("asset:") < stem.index("Sau")


def test_what_acts_in_pasted_markup_does_not_enter(page: Page) -> None:
    caption = "<figcaption>Chú <b onclick=run()>thích</b><script>run()</script></figcaption>"
    figure = f'<figure><img src="{PICTURE}" alt="x">{caption}</figure>'
    math = "<p><math><mtext><img src=x onerror=run()>m</mtext></math></p>"
    write(page, STEM, "")
    paste(page, figure + math)
    stem = page.get_by_role("textbox", name=STEM, exact=True)
    expect(stem.locator("math")).to_have_count(1)
    expect(stem.locator("figcaption")).to_have_text("Chú thích")
    expect(stem.locator("script, [onclick], [onerror]")).to_have_count(0)


def test_writing_in_a_stem_changes_nothing_else_in_it(page: Page, draft: Draft) -> None:
    draft.save_elsewhere(EVERYTHING)
    page.reload()
    before = draft.content()["stem"]
    page.get_by_role("textbox", name=STEM, exact=True).get_by_text("Cuối").click()
    page.keyboard.press("End")
    page.keyboard.type(" câu")
    saved(page)
    assert draft.content()["stem"] == before.replace("Cuối", "Cuối câu")


def test_without_network_the_draft_is_kept_here_and_taken_up_again(
    page: Page, draft: Draft
) -> None:
    page.route("**/nhap", lambda route: route.abort())
    write(page, STEM, "Viết khi mất mạng")
    expect(page.get_by_text("Mất mạng, đang giữ trên máy này")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/nhap")
    page.reload()
    expect(page.get_by_role("textbox", name=STEM, exact=True)).to_have_text("Viết khi mất mạng")
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    assert draft.content()["stem"] == "<p>Viết khi mất mạng</p>"
    assert page.evaluate("localStorage.length") == 0


def test_leaving_with_unsaved_words_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.route("**/nhap", lambda route: route.abort())
    write(page, STEM, "Chưa lưu")
    page.goto("/")
    assert asked == ["beforeunload"]


def test_two_who_write_at_once_see_both_drafts_and_choose(page: Page, draft: Draft) -> None:
    draft.save_elsewhere("<p>Lời dẫn của máy kia</p>")
    write(page, STEM, "Lời dẫn của tôi")
    conflict = page.get_by_role("alert")
    expect(conflict.get_by_role("cell", name="Lời dẫn của tôi")).to_be_visible()
    expect(conflict.get_by_role("cell", name="Lời dẫn của máy kia")).to_be_visible()
    assert draft.content()["stem"] == "<p>Lời dẫn của máy kia</p>"
    page.get_by_role("button", name="Giữ bản của tôi").click()
    expect(page.get_by_text("Đã lưu nháp")).to_be_visible()
    assert draft.content()["stem"] == "<p>Lời dẫn của tôi</p>"


def test_sending_too_early_leads_to_the_first_missing_field(page: Page) -> None:
    expect(page.get_by_text("Còn thiếu", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Gửi thẩm định").click()
    expect(page.get_by_label("Chủ đề")).to_be_focused()
    expect(page.get_by_text("Còn thiếu", exact=True).first).to_be_visible()


def test_one_stop_for_the_bar_then_field_after_field(page: Page) -> None:
    page.get_by_role("textbox", name=STEM, exact=True).focus()
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="Công thức")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Hoá học")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name=STEM, exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Chọn A làm đáp án")).to_be_focused()
    for field in ("Phương án A", "Lí giải phương án A"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("textbox", name=field, exact=True)).to_be_focused()
