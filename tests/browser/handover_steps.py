"""From approved items to a package signed for: quota, three gates, minutes, the file alone."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from api import cli
from itembank.handover.models import Handover, HandoverReceipt
from itembank.items.models import Item

from .appraisal_steps import REJECTED, whole_route
from .authoring import about, begin, send_by_keyboard, type_into
from .commission import AUTHOR, CAST, Commission
from .province import picture

QUOTA = {"biet": 5, "hieu": 9, "van_dung": 6}


def officer_sets_a_quota(commission: Commission) -> str:
    """As many items of each level as were written; the address of its board."""
    page = commission.desk("canbo")
    page.goto("/ban-giao")
    page.get_by_role("link", name="Lập chỉ tiêu").click()
    page.get_by_label("Môn").select_option("toan")
    page.get_by_label("Lớp").select_option("12")
    page.get_by_role("button", name="Mở bảng").click()
    page.get_by_label("Tên chỉ tiêu").fill("Toán 12, ứng dụng đạo hàm, đợt 1")
    for level, name in (("biet", "Biết"), ("hieu", "Hiểu"), ("van_dung", "Vận dụng")):
        box = page.get_by_role("textbox", name=f"Mọi chủ đề, {name}: số câu cần")
        box.fill(str(QUOTA[level]))
    page.get_by_role("radio", name="Thiếu thì chưa được bàn giao").check()
    page.get_by_role("button", name="Lưu chỉ tiêu").click()
    expect(page.get_by_role("heading", name="Toán 12, ứng dụng đạo hàm, đợt 1")).to_be_visible()
    return page.url


def fill_meeting(page: Page) -> None:
    page.get_by_label("Hội đồng", exact=True).fill("Hội đồng thẩm định môn Toán")
    page.get_by_label("Quyết định thành lập số").fill("112/QĐ-SGDĐT")
    page.get_by_label("Địa điểm họp").fill("Phòng họp số 2, Sở GDĐT Hải Phòng")
    page.get_by_label("Bắt đầu").fill("08:00")
    page.get_by_label("Kết thúc").fill("11:30")


def blocked_for_shortage(commission: Commission, board: str) -> None:
    page = commission.desk("thuki")
    page.goto(board)
    expect(page.get_by_text("5 / 6")).to_be_visible()
    fill_meeting(page)
    page.get_by_role("button", name="Kí gói và gửi Sở").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Chưa bàn giao được")
    expect(page.get_by_text("Cần 6 câu, có 5: thiếu 1 câu.")).to_be_visible()
    expect(page.get_by_label("Địa điểm họp")).to_have_value("Phòng họp số 2, Sở GDĐT Hải Phòng")
    picture(page, "10-ban-giao-bi-chan", whole=True)
    with commission.database.read() as db:
        assert db.scalars(select(Handover)).all() == []


def another_item_takes_the_rejected_ones_place(commission: Commission) -> None:
    page = commission.desk("giaovien")
    begin(page, "Trả lời ngắn")
    type_into(
        page,
        "Lời dẫn",
        "Nước chảy vào bể theo $V(t)=6t^{2}-t^{3}$. Tốc độ chảy lớn nhất bằng bao nhiêu?",
    )
    type_into(page, "Đáp số", "12")
    about(page, level_steps=2)
    send_by_keyboard(page)
    whole_route(commission)


def handed_over(commission: Commission, board: str) -> str:
    page = commission.desk("thuki")
    page.goto(board)
    expect(page.locator(".gate.open")).to_have_count(3)
    fill_meeting(page)
    picture(page, "10-ban-giao-du-ba-cua", whole=True)
    page.get_by_role("button", name="Kí gói và gửi Sở").click()
    expect(page.get_by_role("heading", name="Gói bàn giao 20 câu")).to_be_visible()
    expect(page.get_by_role("button", name="Kiểm tra và kí nhận")).to_have_count(0)
    return page.url


def officer_signs(commission: Commission, package: str) -> None:
    page = commission.desk("canbo")
    page.goto("/thong-bao")
    expect(page.get_by_text("Hội đồng gửi gói câu hỏi").first).to_be_visible()
    page.goto(package)
    page.get_by_role("button", name="Kiểm tra và kí nhận").click()
    expect(page.get_by_text("Sở đã kí nhận").first).to_be_visible()
    picture(page, "10-goi-da-ki-nhan")
    with commission.database.read() as db:
        (receipt,) = db.scalars(select(HandoverReceipt)).all()
        (sent,) = db.scalars(select(Handover)).all()
    assert receipt.received_by != sent.sent_by
    assert receipt.file_hash == sent.file_hash


def minutes_are_read(commission: Commission, package: str, folder: Path) -> None:
    """The Word document says who sat, what was voted, which versions, and has places to sign."""
    page = commission.desk("thuki")
    page.goto(package)
    page.get_by_role("link", name="Đọc biên bản thẩm định").click()
    picture(page, "10-bien-ban", whole=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải Word").click()
    file = folder / "bien-ban.docx"
    download.value.save_as(file)
    told = words_of(file)
    for name in ("Phạm Quốc Bảo", "Trần Thị Lan", "Đỗ Minh Khuê", "Nguyễn Hữu Phước"):
        assert name in told
    assert AUTHOR not in told
    for words in ("BIÊN BẢN", "112/QĐ-SGDĐT", "Phòng họp số 2", "THƯ KÝ", "CHỦ TỌA"):
        assert words in told
    assert told.count("(Ký, ghi rõ họ và tên)") >= len(CAST) - 3
    with commission.database.read() as db:
        items = db.scalars(select(Item).where(Item.approved_version.is_not(None))).all()
        approved = [(item.code, item.approved_version) for item in items]
    assert len(approved) == 20
    bare = re.sub(r"\s", "", told)
    for code, version in approved:
        assert code in told
        assert version in bare or version[:12] in bare
    assert commission.code(REJECTED) in told
    assert "Duyệt vào ngân hàng 2, Không nhận 1" in told


def words_of(file: Path) -> str:
    document = docx.Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def package_is_verified(
    commission: Commission, package: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, on the file alone; one byte changed and it says so."""
    page = commission.desk("canbo")
    page.goto(package)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải gói (.zip)").click()
    file = folder / "goi.zip"
    download.value.save_as(file)
    assert cli.main(["handover", "verify", str(file)]) == 0
    assert "Gói nguyên vẹn: 20 câu" in capsys.readouterr().out
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(bytes(body))
    assert cli.main(["handover", "verify", str(file)]) != 0
