"""Papers under test codes, their keys, and the files they become."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from itembank.exchange.paper import (
    Heading,
    Paper,
    PrintedItem,
    RuledKey,
    coded,
    item_list_xlsx,
    key_text,
    key_xlsx,
    paper_docx,
    paper_of_items,
    paper_pdf,
)
from itembank.exchange.paper.widths import columns_for
from itembank.exchange.qti import Asset, ExportedItem
from itembank.exchange.word import import_word
from itembank.exchange.word_template import template_docx
from itembank.items.content import Choice, ItemContent, Option, StimulusContent
from itembank.items.interactions import Cloze, Gap, Link, Match, Order, Part
from itembank.scoring.wider_keys import WiderKey

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>'
HEADING = Heading("Sở GDĐT", "THPT Thử", "Kiểm tra giữa kì", "Toán", 45)


def no_assets(name: str) -> Asset | None:
    return None


def choice(
    number: int, key: str = "A", *, shuffle: bool = True, stimulus: str | None = None
) -> ItemContent:
    options = tuple(Option(id=i, body=f"<p>{i} của câu {number}</p>") for i in "ABCD")
    return ItemContent(
        kind="choice",
        subject="toan",
        grade=12,
        stem=f"<p>Lời dẫn số {number}?</p>",
        stimulus=stimulus,
        interaction=Choice(options=options, key=key, shuffle=shuffle),
    )


def cluster(keys: str) -> ItemContent:
    parts = [
        {"id": "abcd"[n], "body": f"<p>Ý thứ {n}</p>", "key": key == "Đ"}
        for n, key in enumerate(keys)
    ]
    return ItemContent.model_validate(
        {"kind": "tf_cluster", "subject": "toan", "grade": 12, "stem": "<p>Xét các phát biểu sau:</p>",
         "interaction": {"type": "tf_cluster", "statements": parts}}
    )  # fmt: skip


def short(key: str) -> ItemContent:
    return ItemContent.model_validate(
        {"kind": "short", "subject": "toan", "grade": 12, "stem": "<p>Tính giá trị?</p>",
         "interaction": {"type": "short", "keys": [key]}}
    )  # fmt: skip


@pytest.fixture
def paper() -> Paper:
    contents = [
        *(choice(n, "ABCD"[n % 4]) for n in range(8)),
        cluster("ĐSĐS"),
        cluster("SSSS"),
        short("-2,5"),
    ]
    return paper_of_items([PrintedItem(0, content) for content in contents], HEADING)


def test_a_code_names_one_order_for_ever(paper: Paper) -> None:
    first, again = coded(paper, "101", seed="x"), coded(paper, "101", seed="x")
    assert first == again
    assert coded(paper, "102", seed="x").parts != first.parts


def test_the_key_follows_its_option_into_every_code(paper: Paper) -> None:
    for code in ("101", "102", "103"):
        for item in coded(paper, code, seed="x").parts[0].items:
            part = item.content.interaction
            assert isinstance(part, Choice)
            original = int(item.content.stem.split("số ")[1].rstrip("?</p>"))
            right = next(option.body for option in part.options if option.id == part.key)
            assert right == f"<p>{'ABCD'[original % 4]} của câu {original}</p>"


def test_pinned_options_stay_and_items_with_one_text_stay_together() -> None:
    text = StimulusContent(subject="toan", title="", body="<p>Ngữ liệu</p>")
    items = [PrintedItem(0, choice(n, shuffle=False, stimulus="h" if 2 <= n <= 4 else None),
                         text if 2 <= n <= 4 else None) for n in range(8)]  # fmt: skip
    for code in "123456":
        made = coded(paper_of_items(items), code, seed="x").parts[0].items
        places = [item.number for item in made if item.stimulus]
        assert places == list(range(places[0], places[0] + 3))
        assert all(key_text(item.content) == "A" for item in made)


def test_keys_in_the_layouts_of_schools(paper: Paper) -> None:
    papers = [coded(paper, code, seed="x") for code in ("101", "102")]
    book = CalamineWorkbook.from_filelike(io.BytesIO(key_xlsx(papers)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1] == ["Mã đề", *map(str, range(1, 9)), "Câu 1", "Câu 2", "Câu 1"]
    assert [row[0] for row in rows[2:]] == ["101", "102"]
    for row, made in zip(rows[2:], papers, strict=True):
        assert row[1:] == [key_text(i.content) for part in made.parts for i in part.items]
    assert {"ĐSĐS", "SSSS", "-2,5"} <= set(rows[2])


def test_a_ruling_is_told_in_the_letters_of_each_code() -> None:
    """B of the item counts beside A: each code prints both under letters of its own."""
    also = RuledKey(choice(1), WiderKey(version="", options=("B",)))
    plain = paper_of_items([PrintedItem(0, choice(1), ruled=also)])
    seen = set()
    for code in ("", *map(str, range(101, 125))):
        paper = coded(plain, code, seed="x") if code else plain
        (item,) = paper.parts[0].items
        assert isinstance(item.content.interaction, Choice)
        bodies = {o.id: o.body[3] for o in item.content.interaction.options}
        cell = keys_of([paper])[0]
        assert sorted(bodies[letter] for letter in cell.split(" hoặc ")) == ["A", "B"]
        seen.add(cell)
    assert len(seen) > 3


def test_rulings_of_other_kinds_on_the_sheet_of_keys() -> None:
    version, judged = WiderKey(version="", statements=("b",)), cluster("ĐSĐS")
    assert keys_of([paper_of_items([PrintedItem(0, judged, ruled=RuledKey(judged, version))])]) == [
        "Đ(Đ/S)ĐS"
    ]
    other = PrintedItem(0, choice(1), ruled=RuledKey(choice(1, "C")))
    dropped = PrintedItem(0, choice(2), ruled=RuledKey(choice(2), is_full_marks=True))
    assert keys_of([paper_of_items([other, dropped])]) == ["C", "trọn điểm"]


def keys_of(papers: list[Paper]) -> list[str]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(key_xlsx(papers)))
    return [str(cell) for cell in book.get_sheet_by_index(0).to_python()[2][1:]]


def test_a_cell_is_never_a_formula() -> None:
    content = choice(1).model_copy(update={"stem": "<p>=HYPERLINK(1)</p>"})
    made = item_list_xlsx([ExportedItem("=1+1", content)])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "=1+1" and rows[1][7] == "=HYPERLINK(1)"


def test_pdf_holds_heading_words_and_embedded_fonts(paper: Paper, tmp_path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    file = tmp_path / "p.pdf"
    file.write_bytes(paper_pdf(coded(paper, "101", seed="x"), assets=no_assets))
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True
    ).stdout
    for words in ("SỞ GDĐT", "KIỂM TRA GIỮA KÌ", "Mã đề: 101", "PHẦN II", "HẾT", "Trang 1 / "):
        assert words in text
    assert "Đáp án" not in text
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True).stdout.splitlines()[
        2:
    ]
    assert fonts and all(" yes yes yes" in line for line in fonts)


def test_words_that_look_like_markup_are_printed_as_words() -> None:
    words = r'#set page(1) $x$ *b* _i_ [a] @b <c> \ "q" // /* `r` ~ = 1'
    stem = "<p>" + words.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    content = choice(1).model_copy(update={"stem": stem})
    assert paper_pdf(paper_of_items([PrintedItem(1, content)]), assets=no_assets)


def test_tables_lists_pictures_and_nested_looks_print() -> None:
    html = (
        "<ul><li>một</li><li>hai <strong><em>đậm</em></strong></li></ul>"
        '<table><thead><tr><th colspan="2">Đầu</th></tr></thead><tbody><tr><td rowspan="2">1</td>'
        "<td>2<br>3</td></tr><tr><td>4</td></tr></tbody></table>"
        f'<figure><img src="asset:{"a" * 64}" alt="hình"></figure>'
        f'<p>H<sub>2</sub>O <img src="asset:{"b" * 64}" alt="mất"></p>'
        '<div data-tex="\\frac{1}{2}"></div><blockquote>trích</blockquote>'
    )
    content = choice(1).model_copy(update={"stem": html, "solution": html})
    made = paper_of_items([PrintedItem(1, content)], HEADING)
    drawing = Asset("image/svg+xml", SVG)
    assets = {"a" * 64: drawing}.get
    assert paper_pdf(made, assets=assets, with_keys=True).startswith(b"%PDF")
    found = import_word(paper_docx(made, assets=assets, with_keys=True)).items
    assert found[0].key == "A" and len(found[0].images) == 1


def test_options_stand_in_as_many_columns_as_fit() -> None:
    assert columns_for(["1", "2", "3", "4"]) == 4
    assert columns_for(["một câu trả lời dài vừa phải thôi"] * 4) == 2
    assert columns_for(["một câu trả lời rất dài " * 4] * 4) == 1
    assert columns_for(['<span data-tex="\\frac{1}{2}"></span>'] * 4) == 4
    assert columns_for(["<p>a</p><p>b</p>"] * 4) == 1


def test_the_template_is_read_without_a_doubt() -> None:
    report = import_word(template_docx())
    assert [item.kind for item in report.items] == [
        "choice", "choice", "choice", "tf_cluster", "short", "essay",
    ]  # fmt: skip
    assert [item.key for item in report.items] == ["A", "B", "C", "ĐSĐS", "2", None]
    assert not [p for item in report.items for p in item.problems] and not report.refused
    assert report.items[1].stimulus is report.items[2].stimulus is not None
    assert all(item.content and item.content.level for item in report.items)


def parts(prefix: str, *bodies: str) -> tuple[Part, ...]:
    return tuple(Part(id=f"{prefix}{n}", body=body) for n, body in enumerate(bodies, start=1))


WRITTEN_OUT: dict[str, Match | Order | Cloze] = {
    "match": Match(
        rows=parts("R", "Huế", "Hà Nội", "Cần Thơ"),
        columns=parts("C", "sông Hương", "sông Hồng", "sông Hậu"),
        keys=tuple(Link(left=f"R{n}", right=f"C{n}") for n in (1, 2, 3)),
    ),
    "order": Order(
        options=tuple(Option(id=i, body=b) for i, b in zip("ABC", ("Một", "Hai", "Ba"), strict=True)),
        keys=("A", "B", "C"),
        shuffle=False,
    ),
    "cloze": Cloze(
        gaps=(
            Gap(id="G1", keys=("Hồng",)),
            Gap(id="G2", options=(Option(id="x", body="Lô"), Option(id="y", body="Đà")), keys=("y",)),
        )
    ),
}  # fmt: skip


def written_out(kind: str) -> ItemContent:
    stem = '<p>Sông <span data-gap="G1"></span> và sông <span data-gap="G2"></span>.</p>'
    return ItemContent(
        kind=kind,  # type: ignore[arg-type]
        subject="dia-li",
        grade=12,
        stem=stem if kind == "cloze" else "<p>Làm theo yêu cầu.</p>",
        interaction=WRITTEN_OUT[kind],
    )


@pytest.mark.parametrize("kind", WRITTEN_OUT)
def test_pairs_orders_and_gaps_are_written_out(kind: str) -> None:
    paper = paper_of_items([PrintedItem(0, written_out(kind))], HEADING)
    bare = words_of(paper_docx(paper, assets=no_assets))
    keyed = words_of(paper_docx(paper, assets=no_assets, with_keys=True))
    for word in {"match": ("sông Hậu", "Cột II"), "order": ("Ba",), "cloze": ("…", "Đà")}[kind]:
        assert word in bare
    assert "Đáp án" not in bare
    assert f"Đáp án: {key_text(written_out(kind))}" in keyed
    assert paper_pdf(paper, assets=no_assets, with_keys=True).startswith(b"%PDF")


def words_of(docx: bytes) -> str:
    return " ".join(str(node.text or "") for node in Document(io.BytesIO(docx)).element.iter())


def test_printed_order_never_tells_the_key() -> None:
    """Both are stored in the order of their key; on paper they stand in another."""
    pairs = key_text(written_out("match")).split("; ")
    assert sorted(pair[-1] for pair in pairs) == ["A", "B", "C"]
    assert pairs != ["1–A", "2–B", "3–C"]
    assert key_text(written_out("order")) != "A, B, C"
    assert key_text(written_out("cloze")) == "(1) Hồng; (2) B"
