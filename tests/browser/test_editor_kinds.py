"""Every kind of item written in a real browser: what is typed, drawn and chosen is what is stored."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from itembank.items import checks
from itembank.items.content import WRITTEN_HERE, ItemContent

from .editor_desk import STEM, OpenDesk, barriers, desks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def open_desk(browser: Browser, database: Database) -> Iterator[OpenDesk]:
    with desks(browser, database) as opened:
        yield opened


def png(width: int = 400, height: int = 300) -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (width, height), "#cde").save(stored, "PNG")
    return stored.getvalue()


def wav(samples: int = 8_000) -> bytes:
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 8_000, 1, 8)
    data = struct.pack("<I", samples) + bytes([128]) * samples
    return b"RIFF" + struct.pack("<I", 36 + samples) + b"WAVEfmt " + form + b"data" + data


def choose(page: Page, button: str, name: str, media_type: str, body: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files({"name": name, "mimeType": media_type, "buffer": body})


def problems(content: ItemContent) -> set[str]:
    about = {"topic", "outcome", "level"}
    return {str(problem.where) for problem in checks.problems(content)} - about


def test_several_right_options(open_desk: OpenDesk) -> None:
    desk = open_desk("multiple")
    desk.write(STEM, "Số nào là số nguyên tố?")
    for letter, text in zip("ABCD", ("2", "9", "11", "15"), strict=True):
        desk.write(f"Phương án {letter}", text)
    desk.page.get_by_role("checkbox", name="Chọn C làm đáp án").check()
    desk.page.get_by_role("checkbox", name="Chọn A làm đáp án").check()
    content = desk.saved()
    assert content.interaction.model_dump()["keys"] == ("A", "C")
    assert problems(content) == set()
    assert desk.barriers() == []


def test_chosen_words_become_a_gap_and_a_gap_undone_keeps_its_key(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("cloze", "tieng-anh")
    page = desk.page
    desk.write(STEM, "She went home")
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+End")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="Chỗ trống").click()
    expect(page.get_by_role("textbox", name="Đáp án của chỗ trống 1")).to_have_value("went")
    page.locator("label", has_text="Chọn trong danh sách").click()
    desk.write("Lựa chọn B của chỗ trống 1", "goes")
    desk.write("Lựa chọn C của chỗ trống 1", "gone")
    content = desk.saved()
    (gap,) = content.interaction.model_dump()["gaps"]
    assert (gap["keys"], [option["body"] for option in gap["options"]]) == (
        ("A",), ["<p>went</p>", "<p>goes</p>", "<p>gone</p>"],
    )  # fmt: skip
    assert content.stem == f'<p>She <span data-gap="{gap["id"]}"></span> home</p>'
    assert problems(content) == set()
    seen = page.frame_locator("preview-pane iframe")
    expect(seen.get_by_role("combobox", name="Chỗ trống 1")).to_be_visible()
    assert desk.barriers() == []
    page.get_by_role("textbox", name=STEM, exact=True).locator("[data-gap]").click()
    page.keyboard.press("Delete")
    expect(page.get_by_text("Chưa có chỗ trống nào.")).to_be_visible()
    page.keyboard.press("Control+z")
    assert desk.saved().interaction == content.interaction


def test_pairs(open_desk: OpenDesk) -> None:
    desk = open_desk("match", "lich-su")
    desk.write(STEM, "Ghép sự kiện với năm.")
    for letter, year in zip("ABCD", ("1945", "1954", "1975", "1986"), strict=True):
        desk.write(f"Mục {letter} bên phải", year)
    events = ("Cách mạng tháng Tám", "Điện Biên Phủ", "Thống nhất")
    for number, event in enumerate(events, start=1):
        desk.write(f"Mục {number} bên trái", event)
        group = desk.page.get_by_role("group", name=f"Mục {number} ghép với")
        group.get_by_role("checkbox", name="ABC"[number - 1]).check()
    content = desk.saved()
    part = content.interaction.model_dump()
    years = {column["id"]: column["body"] for column in part["columns"]}
    assert [years[link["right"]] for link in part["keys"]] == [
        "<p>1945</p>", "<p>1954</p>", "<p>1975</p>",
    ]  # fmt: skip
    assert problems(content) == set()
    assert desk.barriers() == []


def test_an_order_is_written_in_its_right_order_and_moved_by_buttons(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("order")
    desk.write(STEM, "Sắp tăng dần.")
    for place, number in enumerate(("3", "1", "2"), start=1):
        desk.write(f"Mục đứng thứ {place}", number)
    first = desk.page.get_by_role("button", name="Đưa mục 1 xuống")
    first.click()
    desk.page.get_by_role("button", name="Đưa mục 2 xuống").click()
    content = desk.saved()
    part = content.interaction.model_dump()
    bodies = {option["id"]: option["body"] for option in part["options"]}
    assert [bodies[key] for key in part["keys"]] == ["<p>1</p>", "<p>2</p>", "<p>3</p>"]
    assert problems(content) == set()
    assert desk.barriers() == []


def test_areas_are_drawn_by_pointer_and_moved_by_keyboard(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("hotspot")
    page = desk.page
    desk.write(STEM, "Chọn tâm đường tròn.")
    choose(page, "Chọn hình", "hinh.png", "image/png", png())
    page.get_by_label("Lời mô tả hình (bắt buộc)").fill("Đường tròn tâm O")
    board = page.locator("area-board")
    expect(board.locator("img")).to_have_js_property("complete", True)
    box = board.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Hình tròn").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Tên vùng A", exact=True).fill("góc trái")
    page.get_by_role("textbox", name="Tên vùng B", exact=True).fill("tâm O")
    page.get_by_role("checkbox", name="Vùng B đúng").check()
    content = desk.saved()
    drawn, middle = content.interaction.model_dump()["areas"]
    scale = 400 / box["width"]
    assert drawn["shape"] == "rect"
    assert drawn["coords"] == pytest.approx(
        (20 * scale, 20 * scale, 120 * scale, 90 * scale), abs=3
    )
    assert middle["coords"] == (200, 150, 50)
    page.get_by_role("button", name="Dời vùng B").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert desk.saved().interaction.model_dump()["areas"][1]["coords"] == (204, 150, 54)
    assert problems(content) == set()
    assert desk.barriers() == []


def test_a_recording_needs_its_transcript_and_candidates_never_see_it(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("choice", "tieng-anh")
    choose(desk.page, "Âm thanh", "bai-nghe.wav", "audio/wav", wav())
    assert "recording.transcript" in problems(desk.saved())
    desk.page.get_by_label("Lời thoại").fill("Good morning, everyone.")
    desk.page.get_by_label("Thí sinh nghe được").select_option("1")
    content = desk.saved()
    assert content.recording is not None
    assert (content.recording.plays, content.recording.transcript) == (1, "Good morning, everyone.")
    assert "recording.transcript" not in problems(content)
    seen = desk.page.frame_locator("preview-pane iframe")
    expect(seen.locator("audio")).to_have_count(1)
    expect(seen.get_by_text("Good morning")).to_have_count(0)
    assert desk.barriers() == []


def test_what_is_no_sound_is_refused_by_its_bytes(open_desk: OpenDesk) -> None:
    desk = open_desk("choice", "tieng-anh")
    choose(desk.page, "Âm thanh", "bai-nghe.mp3", "audio/mpeg", b"MZ" + bytes(4_000))
    expect(desk.page.get_by_text("không phải âm thanh đọc được")).to_be_visible()
    assert desk.content().recording is None


def test_tolerance_boxes_and_score_table_are_the_authors_to_set(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("short", "vat-li")
    desk.page.get_by_label("Đáp số", exact=True).fill("1/3")
    desk.page.get_by_label("Kí tự được gõ").select_option("0-9,/-")
    desk.page.get_by_label("Sai số cho phép").fill("0,01")
    desk.page.get_by_label("Số ô").fill("6")
    desk.page.get_by_label("Số ô").blur()
    short = desk.saved().interaction.model_dump(mode="json")
    assert (short["keys"], short["charset"], short["tolerance"], short["max_chars"]) == (
        ["1/3"], "0-9,/-", "0.01", 6,
    )  # fmt: skip
    cluster = open_desk("tf_cluster")
    cluster.page.get_by_label("Bảng điểm riêng của câu này").check()
    cluster.page.get_by_label("1 ý", exact=True).fill("15")
    cluster.page.get_by_label("1 ý", exact=True).blur()
    shares = cluster.saved().interaction.model_dump(mode="json")["shares"]
    assert shares == ["0", "0.15", "0.25", "0.5", "1"]


def test_points_of_a_level_go_by_quarters(open_desk: OpenDesk) -> None:
    desk = open_desk("essay", "ngu-van")
    desk.page.get_by_role("button", name="Thêm tiêu chí").click()
    desk.page.get_by_label("Điểm của mức 2, tiêu chí 1").focus()
    desk.page.keyboard.press("ArrowUp")
    levels: Any = desk.saved().interaction.model_dump(mode="json")["rubric"][0]["levels"]
    assert [level["points"] for level in levels] == ["0", "0.75"]


def test_a_formula_is_written_as_it_looks_and_its_library_comes_only_then(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("choice")
    fetched: list[str] = []
    desk.page.on("request", lambda request: fetched.append(request.url))
    desk.write(STEM, "Số ")
    desk.page.keyboard.press("Alt+=")
    assert not any("visual-formulas" in url for url in fetched)
    desk.page.get_by_role("button", name="Trực quan").click()
    expect(desk.page.locator("math-field")).to_be_focused()
    desk.page.keyboard.type("1/2")
    desk.page.keyboard.press("Enter")
    content = desk.saved()
    assert content.stem == '<p>Số <span data-tex="\\frac{1}{2}"></span></p>'
    assert any("visual-formulas" in url for url in fetched)
    assert not any("://" in url and "127.0.0.1" not in url for url in fetched)


def test_chemistry_is_typed_as_chemists_write_it(open_desk: OpenDesk) -> None:
    desk = open_desk("choice", "hoa-hoc")
    desk.write(STEM, "Phản ứng ")
    desk.page.get_by_role("button", name="Hoá học").click()
    desk.page.keyboard.type("2H2 + O2")
    desk.page.get_by_role("button", name="Phản ứng", exact=True).click()
    desk.page.keyboard.type("2H2O")
    desk.page.keyboard.press("Enter")
    content = desk.saved()
    assert content.stem == '<p>Phản ứng <span data-tex="\\ce{2H2 + O2 -&gt; 2H2O}"></span></p>'
    expect(desk.page.frame_locator("preview-pane iframe").locator("math")).to_have_count(1)
    desk.page.get_by_label("Đọc thành tiếng").check(force=True)
    expect(desk.page.get_by_text("2 H 2 cộng O 2 tạo thành 2 H 2 O")).to_be_visible()


def test_advice_says_what_and_why_and_can_be_put_aside(open_desk: OpenDesk) -> None:
    desk = open_desk("choice")
    desk.write(STEM, "Phát biểu nào sau đây sai?")
    hint = desk.page.get_by_text("Câu hỏi phủ định")
    expect(hint).to_be_visible()
    expect(desk.page.get_by_text("Đọc lướt là sót chữ phủ định")).to_be_visible()
    desk.page.get_by_role("button", name="Bỏ qua gợi ý").click()
    expect(hint).to_have_count(0)
    desk.write("Phương án A", "một")
    desk.saved()
    expect(hint).to_have_count(0)


def test_on_paper_and_read_aloud(open_desk: OpenDesk) -> None:
    desk = open_desk("choice")
    desk.write(STEM, "Tính $x^2$ khi $x=3$.")
    for letter, text in zip("ABCD", ("3", "6", "9", "12"), strict=True):
        desk.write(f"Phương án {letter}", text)
    desk.saved()
    desk.page.get_by_label("Trên giấy").check(force=True)
    paper = desk.page.frame_locator("preview-pane iframe")
    expect(paper.get_by_text("Câu 1.")).to_be_visible()
    expect(paper.locator(".columns-4 li")).to_have_count(4)
    desk.page.get_by_label("Đọc thành tiếng").check(force=True)
    expect(desk.page.get_by_text("Tính x bình phương khi x bằng 3.")).to_be_visible()
    assert desk.barriers() == []


@pytest.mark.parametrize("width", [1366, 390])
def test_no_barrier_is_found_in_the_editor_of_any_kind(open_desk: OpenDesk, width: int) -> None:
    for kind in WRITTEN_HERE:
        page = open_desk(kind).page
        page.set_viewport_size({"width": width, "height": 800})
        page.get_by_role("button", name="Gửi thẩm định").click()
        expect(page.get_by_text("Còn thiếu", exact=True).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(page) == [], kind
