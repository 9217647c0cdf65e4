"""Twenty items from draft to a package that the department has signed for, each person at a desk.

A teacher, the group lead of the school, two reviewers of other schools, the council's secretary and
an officer of the department; three members vote where the reviewers do not agree.
Set KHAOTHI_TOUR to a folder to keep a picture of every step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api import cli
from api.db import Database
from api.settings import Settings
from itembank.handover.models import Handover, HandoverReceipt
from itembank.items.models import Item

from .authoring import (
    about,
    begin,
    complete_and_send_drafts,
    import_the_rest,
    send,
    send_by_keyboard,
    type_a_choice,
    type_an_order,
    type_into,
)
from .commission import AUTHOR, CAST, MEMBERS, SCHOOL, Commission, seat_everybody
from .conftest import serving
from .test_six_steps import picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # minutes; `make days`
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
PATIENCE, USUAL_PATIENCE = 20_000, 5_000  # milliseconds; this walk is long and machines are busy
QUOTA = {"biet": 5, "hieu": 9, "van_dung": 6}

# What becomes of whom, by a phrase of the stem.
REWORDED = "đạt cực đại tại điểm"  # the group lead suggests other words, the author takes them
REMARKED = "có bao nhiêu điểm cực trị"  # the group lead remarks on an option, the author mends it
RETURNED = "chuyển động theo quy luật"  # both reviewers ask for a change
REJECTED = "mảnh vườn hình chữ nhật"  # not accepted by either
DIVIDED = "tất cả bao nhiêu đường tiệm cận"  # one accepts, one does not: the council votes
BETTER = "Hàm số $y=x^{3}-3x$ đạt cực đại tại điểm nào dưới đây?"


@dataclass(frozen=True)
class Word:
    """What a reviewer concludes, and why."""

    verdict: str
    reason: str = ""


@pytest.fixture
def commission(database: Database, browser: Browser, tmp_path: Path) -> Iterator[Commission]:
    with database.write() as db:
        seat_everybody(db, now=datetime.now(UTC))
    settings = Settings(centre_key_file=str(tmp_path / "centre.key"))
    expect.set_options(timeout=PATIENCE)
    with serving(database, settings) as address:
        made = Commission(address, browser, database)
        yield made
        made.leave()
    expect.set_options(timeout=USUAL_PATIENCE)


def test_twenty_items_from_draft_to_a_signed_package(
    commission: Commission, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = commission.desk("giaovien")
    type_a_choice(teacher)
    type_an_order(teacher)
    import_the_rest(teacher, tmp_path)
    complete_and_send_drafts(commission, teacher)
    assert len(commission.items()) == 20

    lead_screens(commission)
    author_takes_a_suggestion_and_answers(commission)
    lead_sees_what_changed(commission)

    reviewers_conclude(commission)
    secretary_decides(commission, {RETURNED: "Trả lại để sửa", REJECTED: "Không nhận"})
    author_mends_and_sends_again(commission)
    versions_stand_side_by_side(commission)
    council_votes(commission)

    board = officer_sets_a_quota(commission)
    blocked_for_shortage(commission, board)
    another_item_takes_the_rejected_ones_place(commission)
    package = handed_over(commission, board)
    officer_signs(commission, package)
    minutes_are_read(commission, package, tmp_path)
    package_is_verified(commission, package, tmp_path, capsys)


# --- appraisal -----------------------------------------------------------------------------------


def conclude(commission: Commission, who: str, words: Mapping[str, Word]) -> int:
    """Every sheet that waits on this desk; those not named are accepted. How many there were."""
    page = commission.desk(who)
    page.goto("/tham-dinh")
    sheets = page.get_by_role("link", name=re.compile("^Mở phiếu")).all()
    waiting = [(sheet.inner_text().split()[-1], sheet.get_attribute("href")) for sheet in sheets]
    stems = commission.items()
    for code, path in waiting:
        page.goto(path)
        word = next((w for phrase, w in words.items() if phrase in stems[code]), Word("Chấp nhận"))
        fill_sheet(page, word)
        page.get_by_role("button", name="Gửi kết luận").click()
        page.wait_for_url("**/tham-dinh")
    return len(waiting)


def fill_sheet(page: Page, word: Word) -> None:
    for met in page.locator(".criterion label.pass").all():
        met.click()
    page.get_by_role("radio", name=word.verdict, exact=True).check()
    page.get_by_label("Lí do, nhận xét gửi tác giả").fill(word.reason)


def open_sheet(commission: Commission, who: str, words: str) -> Page:
    page = commission.desk(who)
    page.goto("/tham-dinh")
    page.get_by_role("link", name=f"Mở phiếu {commission.code(words)}").click()
    return page


def remark(page: Page, part: str, text: str, better: str = "") -> None:
    """A remark anchored at one part, with another wording of it where one is offered."""
    with page.expect_response(re.compile("cho=")):
        page.get_by_role("link", name=f"Nhận xét {part}", exact=True).click()
    expect(page.get_by_label("Nhận xét về phần").locator("option:checked")).to_have_text(part)
    page.get_by_role("textbox", name="Nhận xét", exact=True).fill(text)
    if better:
        page.get_by_label("Đề nghị viết lại").fill(better)
    page.get_by_role("button", name="Thêm nhận xét").click()
    expect(page.locator("#nhan-xet li", has_text=text)).to_be_visible()
    expect(page.locator("#cac-phan li", has_text=part).locator(".mark").first).to_be_visible()


def lead_screens(commission: Commission) -> None:
    """The school's own look before the department's: open, not blind, two items go back."""
    page = open_sheet(commission, "totruong", REWORDED)
    expect(page.get_by_text("Sàng lọc ở trường").first).to_be_visible()
    remark(page, "Lời dẫn", "Lời dẫn nên là câu hỏi.", BETTER)
    picture(page, "10-nhan-xet-tung-phan", whole=True)
    page = open_sheet(commission, "totruong", REMARKED)
    remark(page, "Phương án D", "Phương án D chưa hấp dẫn, nên thay.")
    back = Word("Cần sửa", "Sửa theo nhận xét từng phần.")
    assert conclude(commission, "totruong", {REWORDED: back, REMARKED: back}) == 20
    assert {commission.state(REWORDED), commission.state(REMARKED)} == {"returned"}


def threads_page(commission: Commission, words: str) -> Page:
    page = commission.desk("giaovien")
    page.goto("/viec-cua-toi")
    code = commission.code(words)
    page.get_by_role("link", name=f"Nhận xét từng phần {code}").click()
    return page


def author_takes_a_suggestion_and_answers(commission: Commission) -> None:
    page = threads_page(commission, REWORDED)
    picture(page, "10-nhan-xet-gui-tac-gia")
    page.get_by_role("button", name="Lấy cách viết này vào bản nháp").click()
    expect(page.get_by_text("Đã lấy")).to_be_visible()
    page.get_by_role("link", name="Sửa câu hỏi").click()
    send(page)
    assert "nào dưới đây?" in commission.items()[commission.code(REWORDED)]

    page = threads_page(commission, REMARKED)
    page.get_by_label("Trả lời").fill("Đã thay phương án D.")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã thay phương án D.")).to_be_visible()
    page.get_by_role("link", name="Sửa câu hỏi").click()
    option = page.get_by_role("textbox", name="Phương án D", exact=True)
    option.fill("0")
    send(page)


def lead_sees_what_changed(commission: Commission) -> None:
    for words in (REWORDED, REMARKED):
        page = open_sheet(commission, "totruong", words)
        expect(page.get_by_role("heading", name="So với phiên bản 1")).to_be_visible()
        expect(page.locator(".changes ins").first).to_be_visible()
        resolve_remarks(page)
    picture(page, "10-so-voi-phien-ban-truoc", whole=True)
    assert conclude(commission, "totruong", {}) == 2


def resolve_remarks(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Xác nhận đã xử lí")).click()
    expect(page.locator("#nhan-xet").get_by_text("0 đang mở")).to_be_visible()
    expect(page.locator("#cac-phan .mark.done")).to_have_count(1)


def reviewers_conclude(commission: Commission) -> None:
    """Two people of other schools, who see neither the author nor the school."""
    page = open_sheet(commission, "thamdinh", RETURNED)
    expect(page.get_by_text("Vòng kín")).to_be_visible()
    for hidden in (AUTHOR, SCHOOL):
        expect(page.get_by_text(hidden)).to_have_count(0)
    remark(page, "Ý c)", "Ghi đơn vị bằng kí hiệu m/s².", "Gia tốc lúc 2 giây bằng 6 m/s².")
    mend = Word("Cần sửa", "Ý c cần ghi đơn vị bằng kí hiệu.")
    refuse = Word("Không nhận", "Trùng với bài trong sách giáo khoa.")
    doubt = Word("Không nhận", "Câu hỏi dễ nhầm giữa tiệm cận đứng và ngang.")
    first = {RETURNED: mend, REJECTED: refuse}
    assert conclude(commission, "thamdinh", first) == 20
    assert conclude(commission, "phanbien", {**first, DIVIDED: doubt}) == 20


def secretary_decides(commission: Commission, others: Mapping[str, str]) -> None:
    """Everything that waits for a decision: approved, but for those named."""
    page = commission.desk("thuki")
    page.goto("/hoi-dong")
    picture(page, "10-hoi-dong")
    rows = page.get_by_role("link", name=re.compile("^Xem và quyết định")).all()
    waiting = [(row.inner_text().split()[-1], row.get_attribute("href")) for row in rows]
    stems = commission.items()
    for code, path in waiting:
        page.goto(path)
        other = next((d for phrase, d in others.items() if phrase in stems[code]), "")
        page.get_by_label(other or "Duyệt vào ngân hàng", exact=True).check()
        if other:
            page.get_by_label("Lí do gửi tác giả").fill("Theo kết luận của hai người thẩm định.")
        page.get_by_role("button", name="Ghi quyết định").click()
        expect(page.get_by_role("heading", name=re.compile("^Chờ quyết định"))).to_be_visible()


def author_mends_and_sends_again(commission: Commission) -> None:
    """Returned by both: the suggestion is taken, and the whole route begins anew."""
    assert (commission.state(RETURNED), commission.state(REJECTED)) == ("returned", "rejected")
    page = threads_page(commission, RETURNED)
    page.get_by_role("button", name="Lấy cách viết này vào bản nháp").click()
    page.get_by_role("link", name="Sửa câu hỏi").click()
    send(page)
    whole_route(commission, with_remarks=RETURNED)
    assert commission.state(RETURNED) == "approved"


def whole_route(commission: Commission, with_remarks: str = "") -> None:
    """One item through school, two reviewers and the secretary."""
    assert conclude(commission, "totruong", {}) == 1
    if with_remarks:
        resolve_remarks(open_sheet(commission, "thamdinh", with_remarks))
    assert conclude(commission, "thamdinh", {}) == 1
    assert conclude(commission, "phanbien", {}) == 1
    secretary_decides(commission, {})


def versions_stand_side_by_side(commission: Commission) -> None:
    page = commission.desk("thuki")
    page.goto(f"/ngan-hang/cau-hoi/{commission.item(RETURNED).id}/phien-ban")
    expect(page.get_by_role("heading", name="So sánh hai phiên bản")).to_be_visible()
    expect(page.locator("ins").first).to_be_visible()
    expect(page.locator("del").first).to_be_visible()
    expect(page.get_by_text("Một người thẩm định yêu cầu sửa").first).to_be_visible()
    picture(page, "10-hai-phien-ban", whole=True)


def council_votes(commission: Commission) -> None:
    """Two for, one against; nobody's vote is seen before the count."""
    for member, choice in zip(MEMBERS, ("Duyệt vào ngân hàng", "Không nhận", "Duyệt vào ngân hàng"), strict=True):  # fmt: skip
        page = commission.desk(member)
        page.goto("/hoi-dong")
        page.get_by_role("link", name=re.compile("^Xem và bỏ phiếu")).click()
        expect(page.get_by_text("Phiếu của từng uỷ viên")).to_have_count(0)
        page.get_by_label(choice, exact=True).check()
        page.get_by_label("Lí do", exact=True).fill("Đã đối chiếu yêu cầu cần đạt.")
        page.get_by_role("button", name="Bỏ phiếu").click()
        expect(page.get_by_text("Bạn đã bỏ phiếu lúc")).to_be_visible()
    page = commission.desk("thuki")
    page.goto("/hoi-dong")
    page.get_by_role("link", name=re.compile("^Theo dõi")).first.click()
    page.get_by_role("button", name="Kiểm phiếu và ghi kết quả").click()
    expect(page.get_by_role("heading", name="Kết quả: Duyệt vào ngân hàng")).to_be_visible()
    picture(page, "10-bieu-quyet")
    assert commission.state(DIVIDED) == "approved"


# --- the hand-over -------------------------------------------------------------------------------


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
