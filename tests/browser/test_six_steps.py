"""The main job, walked by the people in it, each in a browser context of their own."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.demo import load
from api.formats import local
from api.web import system_clock
from itembank.items.repository import item_by_code

from .province import SLOW, Province, phone, picture, province, wait_for_cohort

__all__ = ["province"]  # the fixture: the demo, served, its cohort on the way
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
FIGURE = Path(__file__).parents[2] / "api/demo/bank/figures/t12-dh-0005.svg"
ROSTER = (
    "so_bao_danh,ho_ten,ngay_sinh,truong,phong,may\n"
    "03009001,Trịnh Bảo Ngọc,02/03/2009,THPT Hải Đăng,01,01\n"
    "03009002,Đoàn Quốc Khánh,19/08/2009,THPT Hải Đăng,01,02\n"
)


def test_from_a_teachers_item_to_a_calibrated_ability(province: Province) -> None:
    code = teacher_writes_and_submits(province)
    author_is_refused(province, code)
    reviewer_accepts(province, "thamdinh", code)
    reviewer_accepts(province, "phanbien", code)
    secretary_approves(province, code)
    sitting, slips = officer_prepares_a_sitting(province)
    candidate_sits(province, sitting, slips)
    officer_closes_and_exports(province, sitting)
    psychometrician_calibrates(province)


def teacher_writes_and_submits(province: Province) -> str:
    """Step 1. An item with a formula and a picture, seen as a candidate will, submitted."""
    page = province.desk("giaovien")
    expect(page.get_by_role("heading", name="Bị trả lại, cần sửa")).to_be_visible()
    picture(page, "01-viec-cua-toi")
    page.get_by_role("link", name="Soạn câu hỏi mới").click()
    page.get_by_label("Nhiều lựa chọn").check()
    page.get_by_label("Chủ đề").select_option(value="toan.12.dao-ham")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    write_stem(page)
    write_options(page)
    page.get_by_label("Yêu cầu cần đạt").select_option(index=1)
    page.get_by_text("Hiểu", exact=True).click()
    page.get_by_label("Thời gian dự kiến").fill("2")
    expect(page.get_by_text(re.compile("Đã lưu nháp"))).to_be_visible()
    expect(page.get_by_label("Thời gian dự kiến")).to_have_value("2")
    seen = page.frame_locator("iframe")
    expect(seen.locator("math").first).to_be_visible()
    expect(seen.locator("img")).to_have_count(1)
    expect(seen.get_by_text("Vì")).to_have_count(0)
    picture(page, "01-soan-cau-hoi", whole=True)
    phone(page, "01-soan-cau-hoi-dien-thoai")
    code = page.locator(".mono, code").first.inner_text()
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.get_by_role("dialog").get_by_role("button", name="Gửi", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/soan"))
    expect(page.get_by_text("Đang thẩm định").first).to_be_visible()
    page.context.close()
    return re.search(r"T12-\w+-\d{4}", code)[0]


def write_stem(page: Page) -> None:
    stem = page.get_by_role("textbox", name="Lời dẫn", exact=True)
    stem.click()
    page.keyboard.type("Cho hàm số $y=\\frac{2x-1}{x+1}$ có đồ thị như hình dưới đây. ")
    page.keyboard.type("Tiệm cận ngang của đồ thị là đường thẳng")
    page.keyboard.press("Enter")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("toolbar").first.get_by_role("button", name="Hình").click()
    chooser.value.set_files(FIGURE)
    alternative = page.get_by_label(re.compile("[Mm]ô tả"))
    expect(alternative.first).to_be_visible()
    alternative.first.fill("Đồ thị hàm số phân thức với hai nhánh và hai đường tiệm cận")
    page.get_by_role("button", name="Xong").click()
    expect(page.get_by_text("Thiếu lời mô tả")).to_be_hidden()


def write_options(page: Page) -> None:
    for letter, text in zip("ABCD", ("y = 2", "y = −1", "x = −1", "x = 2"), strict=True):
        page.get_by_role("textbox", name=f"Phương án {letter}", exact=True).click()
        page.keyboard.type(f"${text.replace('−', '-')}$ ")
        page.get_by_role("textbox", name=f"Lí giải phương án {letter}", exact=True).click()
        page.keyboard.type(
            "Vì giới hạn của y khi x ra vô cực bằng 2" if letter == "A" else "Nhầm tiệm cận"
        )
    page.get_by_role("radio", name="Chọn A làm đáp án").check()


def author_is_refused(province: Province, code: str) -> None:
    """Step 2, first half. The author may neither appraise nor approve, and is told why."""
    secretary = province.desk("thuki")
    secretary.goto(f"{province.address}/hoi-dong")
    row = secretary.locator("li, tr", has_text=code).first
    round_path = row.get_by_role("link").last.get_attribute("href")
    secretary.context.close()
    author = province.desk("giaovien")
    author.goto(f"{province.address}{round_path}")
    expect(author.get_by_text("Bạn là tác giả của câu hỏi này").first).to_be_visible()
    picture(author, "02-tac-gia-bi-tu-choi")
    author.context.close()


def reviewer_accepts(province: Province, username: str, code: str) -> None:
    """Step 2. A reviewer sees the frozen version without its author, answers the checklist, accepts."""
    page = province.desk(username)
    row = page.locator("li, tr", has_text=code).first
    row.get_by_role("link", name="Mở phiếu").click()
    expect(page.get_by_text("Nguyễn Thu Hà")).to_have_count(0)
    expect(page.get_by_text("THPT Bình Minh")).to_have_count(0)
    for group in page.locator('[role="radiogroup"], fieldset').all():
        met = group.get_by_text("Đạt", exact=True)
        if met.count():
            met.first.click()
    page.get_by_text("Chấp nhận", exact=True).click()
    picture(page, f"02-{username}", whole=True)
    page.get_by_role("button", name="Gửi kết luận").click()
    expect(page.get_by_text("Chấp nhận").first).to_be_visible()
    page.context.close()


def secretary_approves(province: Province, code: str) -> None:
    page = province.desk("thuki")
    page.locator("li, tr", has_text=code).first.get_by_role("link").last.click()
    page.get_by_text("Duyệt vào ngân hàng", exact=True).click()
    picture(page, "02-hoi-dong", whole=True)
    page.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_role("heading", name=re.compile("Chờ quyết định"))).to_be_visible()
    expect(page.get_by_text(code)).to_have_count(0)
    page.context.close()
    with province.database.read() as db:
        item = item_by_code(db, code)
        assert item is not None
        assert item.approved_version == item.current_version is not None


def officer_prepares_a_sitting(province: Province) -> tuple[str, dict[str, str]]:
    """Step 3. A form from the bank by the 2025 structure, a sitting, a roster, printed codes."""
    page = province.desk("totchuc")
    page.goto(f"{province.address}/de/moi")
    choose_preset(page)
    page.get_by_role("button", name="Chọn câu").click()
    expect(page.get_by_text("Phần III.").first).to_be_visible()
    picture(page, "03-lap-de", whole=True)
    page.get_by_label("Tôi đã xem lại cả đề").check()
    page.get_by_role("button", name="Chốt đề").click()
    page.get_by_role("link", name="Tổ chức ca thi").click()
    plan_sitting(page)
    sitting = page.url
    page.locator('input[type="file"]').set_input_files(
        {"name": "ds.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    )
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_role("rowheader", name="Trịnh Bảo Ngọc")).to_be_visible()
    picture(page, "03-danh-sach-xem-truoc")
    page.locator("main button.primary").click()
    slips = print_codes(page)
    page.goto(sitting)
    page.get_by_role("button", name="Mở ca thi").click()
    expect(page.get_by_text(re.compile("đã đề nghị mở đề"))).to_be_visible()
    second_person_opens(province, sitting)
    page.reload()
    expect(page.get_by_role("button", name="Đóng ca thi")).to_be_visible()
    picture(page, "03-ca-thi")
    page.context.close()
    return sitting, slips


def second_person_opens(province: Province, sitting: str) -> None:
    """Two people open a sitting: what the officer asked for, the invigilator does."""
    page = province.desk("giamthi")
    page.goto(sitting.replace("/ca-thi/", "/phong-thi/"))
    page.get_by_role("button", name="Mở đề").click()
    expect(page.get_by_text("Đóng ca thi").first).to_be_visible()
    page.context.close()


def choose_preset(page: Page) -> None:
    choice = page.locator("select[name=preset]")
    if choice.count():
        choice.select_option(value="thpt-2025-toan")
    else:
        page.locator("input[value='thpt-2025-toan']").check()
    page.locator("input[name=code]").fill("TOAN-2025-02")
    page.locator("input[name=title]").fill("Thi thử tốt nghiệp THPT, môn Toán, đề số 2")
    page.locator("main button.primary").click()


def plan_sitting(page: Page) -> None:
    soon = local(system_clock() + timedelta(minutes=2))
    page.locator("input[name=title]").fill("Thi thử tốt nghiệp THPT, đợt 2")
    page.get_by_label("Đơn vị tổ chức").select_option(label="THPT Hải Đăng")
    page.locator("input[name=day]").fill(soon.strftime("%Y-%m-%d"))
    page.locator("input[name=time]").fill(soon.strftime("%H:%M"))
    page.locator("main button.primary").click()


def print_codes(page: Page) -> dict[str, str]:
    """The slips, shown once: candidate number -> code."""
    page.get_by_role("button", name=re.compile("[Pp]hát mã|[Ii]n phiếu")).first.click()
    expect(page.get_by_text("03009001").first).to_be_visible()
    picture(page, "03-phieu-du-thi")
    text = page.locator("main").inner_text()
    found = re.findall(r"(0300900\d)[\s\S]*?([0-9A-Z]{5}-[0-9A-Z]{5})", text)
    slips = dict(found)
    assert set(slips) == {"03009001", "03009002"}
    return slips


def candidate_sits(province: Province, sitting: str, slips: dict[str, str]) -> None:
    """Step 4. Number and code, all three kinds, a reload in the middle, a receipt."""
    page = province.stranger()
    page.goto(f"{province.address}/thi")
    picture(page, "04-vao-phong-thi")
    page.get_by_label("Số báo danh").fill("03009001")
    page.get_by_label("Mã vào phòng").fill(slips["03009001"])
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Trịnh Bảo Ngọc").first).to_be_visible()
    expect(page.get_by_text("Đoàn Quốc Khánh")).to_have_count(0)
    picture(page, "04-xac-nhan")
    page.get_by_role("button", name=re.compile("bắt đầu làm bài")).click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    answer_some_of_every_kind(page)
    saved(page)
    page.reload()
    check_answers(page)
    hand_in(page)
    page.context.close()


def answer_some_of_every_kind(page: Page) -> None:
    page.locator(".kt-option").nth(1).click()
    page.get_by_role("button", name="Đánh dấu xem lại").click()
    go(page, 1, "II")
    for row, side in enumerate(("Đúng", "Sai", "Đúng")):
        page.locator(".kt-statement").nth(row).get_by_text(side, exact=True).click()
    picture(page, "04-thi-sinh-lam-bai")
    phone(page, "04-thi-sinh-lam-bai-dien-thoai")
    go(page, 1, "III")
    page.locator(".kt-short-field").fill("3,5")
    picture(page, "04-tra-loi-ngan")


def go(page: Page, number: int, part: str) -> None:
    """To an item by the question map."""
    heading = page.locator("nav.map h3").filter(has_text=re.compile(rf"^\s*Phần {part}\b"))
    heading.locator("xpath=following-sibling::ol[1]").get_by_role("button").nth(number - 1).click()


def saved(page: Page) -> None:
    expect(page.locator('.saved.is-saved[data-pending="0"]')).to_contain_text("Đã lưu")


def check_answers(page: Page) -> None:
    go(page, 1, "I")
    expect(page.locator(".kt-option.is-chosen")).to_have_count(1)
    go(page, 1, "II")
    expect(page.locator(".kt-statement .is-chosen")).to_have_count(3)
    go(page, 1, "III")
    expect(page.locator(".kt-short-field")).to_have_value("3,5")


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Kiểm tra và nộp bài").first.click()
    picture(page, "04-kiem-tra-truoc-khi-nop")
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.get_by_text("Đã nhận bài").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"3\s*/\s*22|3 trên 22")).first).to_be_visible()
    picture(page, "04-bien-nhan")


def officer_closes_and_exports(province: Province, sitting: str) -> None:
    """Step 5. Scored by the official points, listed, exported."""
    page = province.desk("totchuc")
    room = sitting.replace("/ca-thi/", "/phong-thi/")
    page.goto(room)
    expect(page.get_by_text("03009001").first).to_be_visible()
    picture(page, "05-phong-thi")
    page.goto(sitting)
    for box in page.locator("form[action$='/dong'] input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Đóng ca thi").click()
    page.goto(f"{sitting}/ket-qua")
    button = page.get_by_role("button", name=re.compile("[Cc]hấm"))
    if button.count():
        button.first.click()
    wait_for_job(page)
    page.goto(f"{sitting}/ket-qua")
    row = page.locator("tr", has_text="03009001")
    expect(row).to_contain_text("3 / 22")
    picture(page, "05-ket-qua")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "03009001" in text
    assert "03009002" in text
    page.context.close()


def wait_for_job(page: Page) -> None:
    if "/viec/" in page.url:
        expect(page.get_by_role("link", name="Xem kết quả")).to_be_visible(timeout=SLOW)


def psychometrician_calibrates(province: Province) -> None:
    """Step 6. A calibration job with progress, then parameters, curves, information, abilities."""
    page = province.desk("doluong")
    wait_for_cohort(page, province)
    page.goto(f"{province.address}/hieu-chuan")
    row = page.locator("tr, li", has_text=load.FORM_CODE).filter(has=page.locator("a.button"))
    row.first.locator("a.button").click()
    picture(page, "06-chon-du-lieu")
    page.get_by_role("button", name="Chạy hiệu chuẩn").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    picture(page, "06-dang-chay")
    result = page.get_by_role("link", name="Xem kết quả")
    expect(result).to_be_visible(timeout=SLOW)
    result.click()
    expect(page.get_by_role("heading", name="Bản đồ Wright")).to_be_visible()
    expect(page.get_by_text("Đã hội tụ").first).to_be_visible()
    picture(page, "06-hieu-chuan", whole=True)
    page.get_by_role("link", name="II.1", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Câu II\.1"))).to_be_visible()
    picture(page, "06-cau-dung-sai", whole=True)
    page.get_by_role("link", name="Xem câu hỏi").click()
    expect(page.get_by_text("Tương quan với phần còn lại").first).to_be_visible()
    picture(page, "06-trang-cau-hoi", whole=True)
    page.goto(f"{province.address}/ngan-hang?mon=toan&chu-de=toan.11.mu-logarit")
    expect(page.get_by_role("heading", name="Ngân hàng câu hỏi")).to_be_visible()
    picture(page, "06-ngan-hang")
    page.context.close()
