"""Item sheets: what leaves comes back the same, faults name their cell, nothing is worked out."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.errors import Invalid, TooLarge
from itembank.exchange.exported import ExportedItem
from itembank.exchange.found import FoundItem, Placement
from itembank.exchange.sheets import export_xlsx, import_xlsx, template
from itembank.exchange.sheets.columns import COLUMNS, HELD
from itembank.exchange.sheets.template import EXAMPLE_ROWS
from itembank.items.content import ItemContent, StimulusContent

from .kinds_of_items import (
    choices,
    clozes,
    clusters,
    essays,
    items,
    matches,
    multiples,
    orders,
    shorts,
)

TOAN = Placement("toan", 12)
KINDS = choices() | multiples() | orders() | clusters | shorts() | essays | matches() | clozes()
HEADS = [column.head for column in COLUMNS]


def book(*rows: dict[str, object], heads: list[str] = HEADS, sheet: str = "Câu hỏi") -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    page = made.add_worksheet(sheet)
    page.write_row(0, 0, heads)
    for number, row in enumerate(rows, start=1):
        for head, value in row.items():
            page.write(number, heads.index(head), value)
    made.close()
    return out.getvalue()


GOOD: dict[str, object] = {"Dạng": "Nhiều lựa chọn", "Lời dẫn": "Chọn", "A": "một", "B": "hai",
                           "Đáp án": "B"}  # fmt: skip


def one(**changes: object) -> FoundItem:
    (item,) = import_xlsx(book({**GOOD, **changes}), TOAN).items
    return item


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(items(KINDS), min_size=4, max_size=8))
def test_what_is_written_comes_back_the_same_and_the_rest_is_named(
    contents: list[ItemContent],
) -> None:
    exported = [ExportedItem(f"T{n}", content) for n, content in enumerate(contents)]
    made = export_xlsx(exported)
    left = {str(part.where) for part in made.untold}
    wanted = {
        e.identifier: e.content for e in exported if f"Câu {e.identifier}, không xuất" not in left
    }
    found = import_xlsx(made.body).items if made.written else ()
    assert {item.identity: item.content for item in found} == wanted
    assert not any(item.problems for item in found)
    assert made.written == len(wanted) == len(contents) - len(left)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(choices() | shorts() | orders() | multiples() | clusters.filter(
    lambda part: len(part.statements) > 1)))  # fmt: skip
def test_the_official_kinds_are_held(content: ItemContent) -> None:
    made = export_xlsx([ExportedItem("T1", content)])
    assert made.written == 1, made.untold


def cells(item: FoundItem) -> dict[str, str]:
    return {str(p.where).rpartition("ô ")[2]: str(p.what) for p in item.problems}


def test_the_template_reads_back_its_own_examples() -> None:
    opened = openpyxl.load_workbook(io.BytesIO(template()))
    assert opened.sheetnames == ["Câu hỏi", "Ví dụ", "Hướng dẫn", "Chủ đề"]
    assert [cell.value for cell in opened["Câu hỏi"][1]] == HEADS
    assert len(opened["Câu hỏi"].data_validations.dataValidation) >= 3
    with pytest.raises(Invalid) as caught:
        import_xlsx(template())
    assert caught.value.code == "no_items"
    del opened["Câu hỏi"]
    opened["Ví dụ"].title = "Câu hỏi"
    out = io.BytesIO()
    opened.save(out)
    found = import_xlsx(out.getvalue()).items
    assert sorted(item.kind for item in found) == sorted(HELD)
    assert all(item.is_settled for item in found), [item.problems for item in found]
    assert [item.key for item in found[:3]] == ["A", "ĐSĐS", "-2,5"]
    assert len(found) == len(EXAMPLE_ROWS)


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"Dạng": "Trắc nghiệm"}, "B2"),
        ({"Dạng": ""}, "B2"),
        ({"Môn": "Thiên văn"}, "C2"),
        ({"Lớp": "13"}, "D2"),
        ({"Cấp độ": "Dễ"}, "G2"),
        ({"Phút": "lâu"}, "I2"),
        ({"Lời dẫn": ""}, "K2"),
        ({"A": "", "B": ""}, "L2"),
        ({"B": "", "C": "ba"}, "M2"),
        ({"Đáp án": "E"}, "T2"),
        ({"Đáp án": ""}, "T2"),
        ({"Dạng": "Đúng/Sai", "Đáp án": "ĐSS"}, "T2"),
        ({"Dạng": "Trả lời ngắn", "Đáp án": "hai"}, "T2"),
        ({"Dạng": "Trả lời ngắn", "Đáp án": "2", "Số ô": "99"}, "AE2"),
        ({"Dạng": "Chọn nhiều đáp án", "Đáp án": "A, F"}, "T2"),
        ({"Dạng": "Sắp thứ tự", "Đáp án": "A"}, "T2"),
        ({"Dạng": "Ghép cặp"}, "L2"),
        ({"Dạng": "Điền vào chỗ trống"}, "K2"),
        ({"Dạng": "Tự luận", "Số từ": "nhiều"}, "AG2"),
        ({"Dạng": "Tự luận", "Hướng dẫn chấm": "1 | ý | mười | đủ"}, "AI2"),
        ({"Lời dẫn": "=1+1"}, "K2"),
        ({"A": "§Ò thi m«n To¸n cña ViÖt Nam"}, "L2"),
        ({"A": '<img src="https://e.org/a.png">'}, "L2"),
    ],
)
def test_a_fault_names_its_cell(changes: dict[str, object], cell: str) -> None:
    item = one(**changes)
    assert cell in cells(item), item.problems
    assert all(str(p.where).startswith("Trang «Câu hỏi», ô ") for p in item.problems)
    assert not item.is_settled


def test_numbers_as_excel_keeps_them() -> None:
    assert one(**{"Dạng": "Trả lời ngắn", "Đáp án": 0.5}).key == "0,5"
    assert one(**{"Dạng": "Trả lời ngắn", "Đáp án": -2}).key == "-2"
    assert one(**{"Lớp": 10}).content.grade == 10  # type: ignore[union-attr]


def test_a_date_that_excel_made_is_told() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    page = made.add_worksheet("Câu hỏi")
    page.write_row(0, 0, HEADS)
    for head, value in GOOD.items():
        page.write(1, HEADS.index(head), value)
    page.write_number(1, HEADS.index("A"), 45000, made.add_format({"num_format": "dd/mm/yyyy"}))
    made.close()
    (item,) = import_xlsx(out.getvalue(), TOAN).items
    assert "ngày" in cells(item)["L2"]


def test_rows_above_the_heads_and_columns_of_ones_own_do_no_harm() -> None:
    heads = ["Ghi chú", "Đáp án *", "dạng", "LỜI DẪN", "B", "A"]
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    page = made.add_worksheet("Bảng 1")
    page.write(0, 0, "TRƯỜNG THPT")
    page.write_row(2, 0, heads)
    page.write_row(3, 0, ["x", "Z", "Nhiều lựa chọn", "Chọn", "hai", "một"])
    page.write_row(5, 0, ["x", "B", "Nhiều lựa chọn", "Chọn", "hai", "một"])
    made.close()
    first, second = import_xlsx(out.getvalue(), TOAN).items
    assert list(cells(first)) == ["B4"]
    assert second.is_settled and second.options == ("một", "hai")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        import_xlsx(book(heads=["Dạng", "A", "B"]))
    assert "Lời dẫn" in str(caught.value) and "Đáp án" in str(caught.value)


def test_dollars_signs_of_html_and_formulas() -> None:
    item = one(**{"Lời dẫn": "Giá \\$5, a<b & c, $x<1$, 5$ và 10$\n$$y=1$$", "A": "H<sub>2</sub>O"})
    assert item.stem == "Giá $5, a<b & c, $x<1$, 5$ và 10$$y=1$"
    assert item.formulas == ("x<1", "y=1")
    assert item.content and item.content.interaction.options[0].body == "H<sub>2</sub>O"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["$$ $$", "$$x$$", "$ $", "$x$", "\\$", "\\$\\$ x"])
def test_dollar_signs_that_are_text_stay_text(text: str) -> None:
    item = one()
    assert item.content is not None
    content = item.content.model_copy(
        update={"stem": f"<p>{text}</p>", "solution": f"<p>{text}</p>"}
    )
    made = export_xlsx([ExportedItem("T1", content)])
    assert import_xlsx(made.body).items[0].content == content


def test_shared_material_is_one() -> None:
    passage = {"Ngữ liệu chung": "Bảng $x$."}
    report = import_xlsx(book({**GOOD, **passage}, {**GOOD, **passage}, GOOD), TOAN)
    first, second, third = report.items
    assert first.stimulus is second.stimulus and first.stimulus_text == "Bảng $x$."
    assert third.stimulus is None
    content = first.content
    assert content is not None
    made = export_xlsx([ExportedItem("T1", content, first.stimulus)])
    assert import_xlsx(made.body).items[0].stimulus == first.stimulus


PAYLOADS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "=HYPERLINK(\"http://e\")",
            "=DDE(\"cmd\";\"/C calc\";\"1\")"]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula(payload: str) -> None:
    item = one()
    assert item.content is not None
    part = item.content.interaction
    options = tuple(o.model_copy(update={"rationale": payload}) for o in part.options)  # type: ignore[union-attr]
    content = item.content.model_copy(
        update={
            "stem": f"<p>{payload}</p>",
            "interaction": part.model_copy(update={"options": options}),
        }
    )
    passage = StimulusContent(subject="toan", body=f"<p>{payload}</p>")
    made = export_xlsx([ExportedItem(payload, content, passage)])
    opened = openpyxl.load_workbook(io.BytesIO(made.body))
    found = [cell for row in opened["Câu hỏi"].iter_rows() for cell in row if cell.value]
    assert all(cell.data_type == "s" for cell in found)
    risky = [cell for cell in found if str(cell.value).startswith(("=", "+", "-", "@", "\t"))]
    assert (risky or not made.written) and all(cell.quotePrefix for cell in risky)


def changed(raw: bytes, name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, body if entry.filename == name else old.read(entry))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAR = (b"<worksheet " + NS + b'><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c>'
       b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>')  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"%PDF-1.7 xlsx",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        book(GOOD)[:900],
        changed(book(GOOD), SHEET, b"<worksheet>"),
        changed(book(GOOD), SHEET, FAR),
        changed(book(GOOD), SHEET, b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet '
                + NS + b">&x;</worksheet>"),
        changed(book(GOOD), SHEET, b"<worksheet>" + b"<a>" * 100_000 + b"</a>" * 100_000),
        changed(book(GOOD), "xl/workbook.xml", b"<workbook/>"),
        changed(book(GOOD), "xl/_rels/workbook.xml.rels", b"<Relationships/>"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_in_time(raw: bytes) -> None:
    started = time.process_time()
    with pytest.raises((Invalid, TooLarge)):
        import_xlsx(raw)
    assert time.process_time() - started < 2.0


def test_a_cell_longer_than_excel_allows_is_told() -> None:
    raw = book({**GOOD, "A": "DÀI"})
    strings = zipfile.ZipFile(io.BytesIO(raw)).read("xl/sharedStrings.xml")
    long = changed(raw, "xl/sharedStrings.xml", strings.replace("DÀI".encode(), b"a" * 40_000))
    (item,) = import_xlsx(long, TOAN).items
    assert "dài" in cells(item)["L2"]


def test_many_rows_are_refused() -> None:
    with pytest.raises(TooLarge):
        import_xlsx(book(*([GOOD] * 5_020)))
