"""What the author of the walk does: types by keyboard alone, imports, completes, sends."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from itembank.items import checks, repository
from itembank.items.models import Item

from .appraisal_paper import N_ITEMS, word_file
from .commission import Commission
from .test_editor_keyboard import tab_to

TOPIC = "toan.12.dao-ham"


def begin(page: Page, kind: str, first: str = "Nhiều lựa chọn") -> None:
    """From the teacher's page to an empty item, without a mouse."""
    page.goto("/viec-cua-toi")
    tab_to(page, "Soạn câu hỏi mới")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Soạn câu hỏi mới")).to_be_visible()
    tab_to(page, first)
    while not page.get_by_role("radio", name=kind, exact=True).is_checked():
        page.keyboard.press("ArrowDown")
    tab_to(page, "Bắt đầu soạn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Lời dẫn", exact=True)).to_be_visible()


def type_into(page: Page, name: str, words: str) -> None:
    tab_to(page, name)
    page.keyboard.type(words)


def about(page: Page, level_steps: int) -> None:
    """Topic, level and outcome by the arrows of the keyboard."""
    tab_to(page, "Chủ đề")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Biết")
    page.keyboard.press("Space")
    for _ in range(level_steps):
        page.keyboard.press("ArrowRight")
    tab_to(page, "Yêu cầu cần đạt")
    page.keyboard.press("ArrowDown")


def send_by_keyboard(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"Đủ \d+ mục bắt buộc"))).to_be_visible()
    tab_to(page, "Gửi thẩm định")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/soan"))


def type_a_choice(page: Page) -> None:
    begin(page, "Nhiều lựa chọn")
    type_into(page, "Lời dẫn", "Đạo hàm của hàm số $y=x^{4}$ là")
    for letter, body in zip("ABCD", ("4x^{3}", "x^{3}", "4x", "3x^{4}"), strict=True):
        type_into(page, f"Phương án {letter}", f"${body}$ ")
        type_into(page, f"Lí giải phương án {letter}", "Quy tắc đạo hàm của luỹ thừa.")
    tab_to(page, "Chọn A làm đáp án", back=True)
    page.keyboard.press("Space")
    about(page, level_steps=0)
    send_by_keyboard(page)


def type_an_order(page: Page) -> None:
    begin(page, "Sắp thứ tự")
    type_into(page, "Lời dẫn", "Sắp các bước khảo sát hàm số theo đúng thứ tự.")
    for place, step in enumerate(("Tìm tập xác định", "Tính đạo hàm", "Lập bảng biến thiên"), 1):
        type_into(page, f"Mục đứng thứ {place}", step)
    about(page, level_steps=1)
    send_by_keyboard(page)


def import_the_rest(page: Page, folder: Path) -> None:
    file = folder / "de-cuong-dao-ham.docx"
    file.write_bytes(word_file())
    page.goto("/ngan-hang/nhap")
    page.get_by_label("Tệp câu hỏi").set_input_files(file)
    page.get_by_label("Môn").select_option("toan")
    page.get_by_label("Lớp").select_option("12")
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.get_by_role("link", name="Xem kết quả").click()
    page.get_by_label("Chủ đề").first.select_option(TOPIC)
    page.get_by_role("button", name=f"Lưu {N_ITEMS} câu thành bản nháp").click()
    expect(page.get_by_text(f"Đã lưu {N_ITEMS} câu thành bản nháp của bạn.")).to_be_visible()


def complete_and_send_drafts(commission: Commission, page: Page) -> None:
    """Every imported draft gets what a Word file does not say: outcome and reasons."""
    page.goto("/viec-cua-toi")
    drafts = page.get_by_role("link", name=re.compile("^Soạn tiếp"))
    for path in [link.get_attribute("href") for link in drafts.all()]:
        page.goto(path)
        complete(page)
        send(page)
    with commission.database.read() as db:
        for item in db.scalars(select(Item)):
            assert item.state == "in_review"
            assert checks.problems(repository.read_version(db, item.current_version)) == []


def complete(page: Page) -> None:
    page.get_by_label("Yêu cầu cần đạt").select_option(index=2)
    for box in page.get_by_role("textbox", name=re.compile("^Lí giải")).all():
        box.fill("Suy ra từ đạo hàm và bảng biến thiên.")


def send(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"Đủ \d+ mục bắt buộc"))).to_be_visible()
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.get_by_role("dialog").get_by_role("button", name="Gửi", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/soan"))
