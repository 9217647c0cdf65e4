"""What becomes of the twenty items under appraisal: remarks, verdicts, decisions, a vote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from .authoring import send
from .commission import AUTHOR, MEMBERS, SCHOOL, Commission
from .province import picture

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
        changed = page.get_by_role("region", name="So với phiên bản 1")
        expect(changed.locator("> :not(.panel-head) ins").first).to_be_visible()
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
