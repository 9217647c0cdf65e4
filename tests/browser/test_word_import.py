"""A teacher's walk: a Word file with three mistakes is uploaded, mended, saved and printed.

Set KHAOTHI_TOUR to a folder to keep a picture of every step.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from api.db import Database
from api.settings import Settings
from itembank.exchange.docx_writer import Writer, new_document, saved
from itembank.imports.models import ImportItem
from itembank.items.models import ItemDraft
from tests import demo_province

from .conftest import serving
from .province import Province, phone, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def province(database: Database, browser: Browser) -> Iterator[Province]:
    demo_province.fill(database)
    with serving(database, Settings()) as address:
        yield Province(address, browser, database)


def formula(tex: str) -> str:
    return f'<span data-tex="{tex}"></span>'


LOGARITHM = formula(r"\log_{2}8")
EQUATION = formula(r"\frac{x}{2}=3")
LIMIT = formula(r"\lim_{x\rightarrow0}\frac{\sin x}{x}")
# Mistakes: no key; underline against the answer table; a statement without words.
QUESTIONS = (
    ("Câu 1.", f"Đạo hàm của {formula('y=x^{3}')} là", "A", [formula("3x^{2}"), formula("x^{2}"), formula("3x"), formula("x^{4}")]),
    ("Câu 2.", f"Giá trị của {LOGARITHM} bằng", "", ["2", "3", "4", "8"]),
    ("Câu 3.", f"Nghiệm của phương trình {EQUATION} là", "B", ["5", "6", "3", "2"]),
    ("Câu 4.", f"Giới hạn {LIMIT} bằng", "C", ["0", "2", "1", "3"]),
)  # fmt: skip
STATEMENTS = (
    "Hàm số xác định với mọi số thực.",
    "",
    "Đồ thị đi qua gốc toạ độ.",
    "Hàm số luôn dương.",
)


def word_file() -> bytes:
    writer = Writer(new_document(), lambda name: None)
    writer.paragraph().add_run("PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn.")
    for label, stem, key, bodies in QUESTIONS:
        writer.content(f"<p>{stem}</p>", into=_after(writer, label))
        for letter, body in zip("ABCD", bodies, strict=True):
            line = writer.paragraph()
            line.add_run(letter).underline = letter == key or None
            line.add_run(". ")
            writer.content(body, into=line)
    writer.paragraph().add_run("PHẦN II. Câu trắc nghiệm đúng sai.")
    writer.content(
        f"<p>Cho hàm số {formula('y=x^{2}')}. Xét các phát biểu sau:</p>",
        into=_after(writer, "Câu 1."),
    )
    for letter, body in zip("abcd", STATEMENTS, strict=True):
        line = writer.paragraph()
        line.add_run(letter).underline = letter in "ac" or None
        line.add_run(f") {body}")
    writer.paragraph().add_run("BẢNG ĐÁP ÁN PHẦN I")
    writer.paragraph().add_run("3-A   4-C")
    return saved(writer.document)


def _after(writer: Writer, label: str) -> object:
    line = writer.paragraph()
    line.add_run(f"{label} ")
    return line


def test_a_file_with_three_mistakes_is_mended_saved_and_printed(
    province: Province, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "de-cuong.docx"
    file.write_bytes(word_file())
    assert len(docx.Document(io.BytesIO(word_file())).paragraphs) > 20
    page = province.desk("giaovien")
    page.get_by_role("link", name="Nhập từ Word").click()
    page.get_by_label("Tệp câu hỏi").set_input_files(file)
    picture(page, "08-nhap-tu-word")
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.get_by_role("link", name="Xem kết quả").click()

    open_cards = page.locator(".import-item.open")
    expect(open_cards).to_have_count(3)
    expect(page.get_by_role("status").first).to_contain_text("2 câu lưu được · 3 câu cần sửa")
    picture(page, "08-cau-can-sua", whole=True)
    phone(page, "08-cau-can-sua-dien-thoai")

    card = page.locator("#cau-2")
    _open(card)
    card.get_by_label("B là đáp án").check()
    _done(card)

    card = page.locator("#cau-3")
    expect(card).to_contain_text("Các nơi ghi đáp án khác nhau")
    _open(card)
    picture(page, "08-sua-tai-cho")
    card.get_by_label("B là đáp án").check()
    _done(card)

    card = page.locator("#cau-5")
    expect(card).to_contain_text("Ý b để trống.")
    _open(card)
    card.get_by_role("textbox", name="Ý b").fill("Hàm số đồng biến trên tập số thực.")
    card.get_by_role("radiogroup", name="Ý b").get_by_label("Sai").check()
    _done(card)

    expect(open_cards).to_have_count(0)
    page.get_by_label("Cấp độ").select_option("hieu")
    page.get_by_role("button", name="Lưu 5 câu thành bản nháp").click()
    expect(page.get_by_text("Đã lưu 5 câu thành bản nháp của bạn.")).to_be_visible()
    picture(page, "08-da-luu")
    with page.expect_download() as started:
        page.get_by_role("link", name="Bản in (PDF)").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")
    _check_drafts(database)


def _open(card: Locator) -> None:
    """By keyboard: the link is focused and pressed, the fields take the focus."""
    card.get_by_role("link", name="Sửa").press("Enter")
    expect(card.locator("form.mend")).to_be_visible()
    expect(card.get_by_label("Dạng câu hỏi")).to_be_focused()


def _done(card: Locator) -> None:
    card.get_by_label("Tôi đã xử lí những chỗ bị đánh dấu ở trên").check()
    card.get_by_role("button", name="Xong câu này").press("Enter")
    expect(card.get_by_text("Lưu được")).to_be_visible()
    expect(card).to_be_focused()


def _check_drafts(database: Database) -> None:
    with database.read() as db:
        rows = db.scalars(select(ImportItem).order_by(ImportItem.position)).all()
        made = [db.get_one(ItemDraft, row.item_id).content for row in rows]
    assert [c["interaction"].get("key") for c in made] == ["A", "B", "B", "C", None]
    assert [s["key"] for s in made[4]["interaction"]["statements"]] == [True, False, True, False]
    assert made[4]["interaction"]["statements"][1]["body"] == "Hàm số đồng biến trên tập số thực."
    assert made[0]["stem"] == '<p>Đạo hàm của <span data-tex="y=x^{3}"></span> là</p>'
    assert {c["level"] for c in made} == {"hieu"}
