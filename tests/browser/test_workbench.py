"""The psychometrician's desk, from responses to the operational run, with a browser.

Set KHAOTHI_TOUR to a folder to keep a picture of every page.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from api.demo import load

from .province import SLOW, Province, phone, picture, province, wait_for_cohort

__all__ = ["province"]  # the fixture: the demo, served, its cohort on the way

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
TITLE = "Toán, chưa làm tới tính là sai"


def test_from_responses_to_the_operational_run(province: Province) -> None:
    page = province.desk("doluong")
    wait_for_cohort(page, province)
    wait_for_operational(page, province)
    run = calibrate_with_choices(page)
    declaring_too_early_names_what_is_missing(page, run)
    analyses(page, run)
    decide_of_every_flag(page, run)
    publish(page, run)
    bank_shows_this_run(page, province)
    in_english(page, run)
    page.context.close()


def wait_for_operational(page: Page, province: Province) -> None:
    """The demo's own first calibration is declared before anybody runs a second."""
    for _ in range(240):
        page.goto(f"{province.address}/hieu-chuan")
        if page.locator("table .tag", has_text="Kết quả chính thức").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the demo's calibration was not declared")


def calibrate_with_choices(page: Page) -> str:
    """Another treatment of what was not reached; the address of the run."""
    row = page.locator("li.row", has_text=load.FORM_CODE).filter(has=page.locator("a.button"))
    row.first.locator("a.button").click()
    page.get_by_label("Tên lần hiệu chuẩn").fill(TITLE)
    page.get_by_text("Thí sinh không tính, chỗ trống").click()
    page.get_by_label("Chưa làm tới").select_option(value="wrong")
    page.get_by_text("Mô hình từng câu, câu không tính").click()
    expect(page.get_by_label("Mô hình của câu II.3")).to_be_visible()
    picture(page, "07-lua-chon", whole=True)
    page.get_by_role("button", name="Chạy hiệu chuẩn").click()
    follow(page)
    expect(page.get_by_text("Nháp, chưa công bố")).to_be_visible()
    return page.url.partition("?")[0]


def follow(page: Page) -> None:
    """From the page of a job to what it found."""
    result = page.get_by_role("link", name="Xem kết quả")
    expect(result).to_be_visible(timeout=SLOW)
    result.click()


def declaring_too_early_names_what_is_missing(page: Page, run: str) -> None:
    page.goto(run)
    page.get_by_label("Lí do (bắt buộc)").fill("Đã rà dữ liệu; thay lần 1.")
    page.get_by_role("button", name="Công bố là kết quả chính thức").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("có cờ mà chưa có quyết định")
    expect(page.get_by_label("Lí do (bắt buộc)")).to_have_value("Đã rà dữ liệu; thay lần 1.")
    picture(page, "07-cong-bo-bi-chan")


ANALYSES = (
    ("do-khop", "Tính độ khớp", "07-do-khop"),
    ("lien-ket", "Liên kết", "07-lien-ket"),
    ("bat-thuong", "Tìm bài làm bất thường", "07-bai-lam-bat-thuong"),
    ("doi-chieu", "Đối chiếu", "07-chuong-trinh-thu-hai"),
    ("dif", "Phân tích DIF", "07-dif"),
)


def analyses(page: Page, run: str) -> None:
    """Every analysis by its button, each ending on its page with a picture and a table."""
    for tail, button, name in ANALYSES:
        page.goto(f"{run}/{tail}")
        ask = page.locator("main").get_by_role("button", name=button, exact=True)
        if tail == "dif" and not ask.count():  # a small cohort has no group of 100
            expect(page.get_by_text("không chia được thành nhóm")).to_be_visible()
            continue
        ask.click()
        follow(page)
        expect(page.locator("svg.chart").first).to_be_visible()
        expect(page.locator("table:visible").first).to_be_visible()
        picture(page, name, whole=True)
    page.goto(f"{run}/so-sanh")
    expect(page.get_by_role("heading", name="Lần 2 và lần 1")).to_be_visible()
    picture(page, "07-so-sanh", whole=True)
    page.goto(f"{run}?cau=I.9")
    page.get_by_role("button", name="Phân tích phương án").click()
    follow(page)
    with page.expect_download() as download:
        page.goto(f"{run}/do-khop")
        page.get_by_role("link", name="Tải XLSX").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")


def decide_of_every_flag(page: Page, run: str) -> None:
    page.goto(run)
    while page.locator(".undecided a").count():
        page.locator(".undecided a").first.click()
        form = page.locator("form.decision")
        form.get_by_text("Giữ, theo dõi").click()
        form.get_by_label("Lí do").fill("Câu đúng nội dung; theo dõi ở kì sau.")
        form.get_by_role("button", name="Ghi quyết định").click()
        expect(page.locator("#quyet-dinh + p")).to_contain_text("Giữ, theo dõi")
    page.goto(f"{run}?cau=I.9")
    picture(page, "07-san-sang-cong-bo", whole=True)


def publish(page: Page, run: str) -> None:
    page.get_by_label("Lí do (bắt buộc)").fill("Chưa làm tới phải tính là sai; thay lần 1.")
    page.get_by_role("button", name="Công bố là kết quả chính thức").click()
    expect(page.get_by_role("button", name="Công bố là kết quả chính thức")).to_have_count(0)
    expect(page.locator(".run-look")).to_contain_text("Lê Minh Quân công bố lúc")
    picture(page, "07-ket-qua-chinh-thuc")
    phone(page, "07-ket-qua-chinh-thuc-dien-thoai")
    page.get_by_role("link", name="II.1", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Câu II\.1"))).to_be_visible()


def bank_shows_this_run(page: Page, province: Province) -> None:
    page.get_by_role("link", name="Xem câu hỏi").click()
    expect(page.get_by_text(TITLE)).to_be_visible()
    page.goto(f"{province.address}/hieu-chuan")
    states = page.locator("table tbody .tag")
    expect(states.filter(has_text="Kết quả chính thức")).to_have_count(1)
    expect(states.filter(has_text="Đã được thay")).to_have_count(1)
    picture(page, "07-cac-lan-hieu-chuan")


def in_english(page: Page, run: str) -> None:
    page.goto(run)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Parameters and fit")).to_be_visible()
    picture(page, "07-in-english")
