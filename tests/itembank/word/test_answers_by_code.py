"""Answer keys for several arrangements of a paper (mã đề): the paper's own is read, or it is said."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from docx import Document

from itembank.exchange.found import ImportReport
from itembank.exchange.word import import_word

QUESTIONS = ("Số nào lớn nhất?", "Số nào là số chẵn?", "Số nào là số lẻ?", "Số nào bằng 1 + 1?")
RIGHT, OTHER = "ABCD", "DCBA"
Rows = Sequence[Sequence[str]]


def paper(heading: str, *behind: str | Rows, stem: str = "Câu {n}. {text}") -> bytes:
    document = Document()
    document.add_paragraph(heading)
    for number, text in enumerate(QUESTIONS, start=1):
        document.add_paragraph(stem.format(n=number, text=text, key=RIGHT[number - 1]))
        document.add_paragraph("\t".join(f"{letter}. {number}{n}" for n, letter in
                                         enumerate("ABCD")))  # fmt: skip
    for piece in behind:
        if isinstance(piece, str):
            document.add_paragraph(piece)
            continue
        table = document.add_table(len(piece), len(piece[0]))
        for row, cells in zip(table.rows, piece, strict=True):
            for cell, written in zip(row.cells, cells, strict=True):
                cell.text = written
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def columns(*codes: str, head: str = "Câu") -> Rows:
    return [
        (head, *codes),
        *(
            (str(n), *(RIGHT[n - 1] if "102" in code else OTHER[n - 1] for code in codes))
            for n in range(1, 5)
        ),
    ]


def keys(report: ImportReport) -> list[object]:
    return [item.key for item in report.items]


ROWS = [("Mã đề", "1", "2", "3", "4"), ("101", *OTHER), ("102", *RIGHT)]
KNOWN = {
    "a column each, named": ("Mã đề: 102", columns("Mã đề 101", "Mã đề 102")),
    "a column each, bare": ("ĐỀ KIỂM TRA - Mã đề thi 102", columns("101", "102", "103")),
    "the heading says both": ("MÃ ĐỀ 102", columns("101", "102", head="Câu\\Mã đề")),
    "a row each": ("Mã đề 102", ROWS),
    "one column only": ("ĐỀ ÔN TẬP", columns("Mã đề 102")),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_key_of_this_paper_is_read(name: str) -> None:
    heading, table = KNOWN[name]
    report = import_word(paper(heading, "ĐÁP ÁN", table))
    assert keys(report) == list(RIGHT)
    assert not report.refused
    assert not any(item.problems for item in report.items)


def test_typed_keys_stand_under_their_code() -> None:
    pairs = ["Đáp án mã đề 101", "1.D 2.C 3.B 4.A", "Đáp án mã đề 102", "1.A 2.B 3.C 4.D"]
    report = import_word(paper("Mã đề: 102", *pairs))
    assert keys(report) == list(RIGHT)
    assert not any(item.problems for item in report.items)


@pytest.mark.parametrize("heading", ["ĐỀ ÔN TẬP", "Mã đề: 109"])
def test_a_code_that_is_not_known_is_asked_for(heading: str) -> None:
    report = import_word(paper(heading, "ĐÁP ÁN", columns("101", "102")))
    assert keys(report) == [None] * 4
    assert all(item.problems for item in report.items)
    assert "101; 102" in str(report.refused[0].why)


def test_a_column_of_points_is_no_marking_guide() -> None:
    rows = [("Câu", "Đáp án", "Điểm") * 2] + [
        (str(n), RIGHT[n - 1], "0,25", str(n + 2), RIGHT[n + 1], "0,25") for n in (1, 2)
    ]
    assert keys(import_word(paper("ĐỀ", "HƯỚNG DẪN CHẤM", rows))) == list(RIGHT)


def test_a_key_in_brackets_behind_the_stem() -> None:
    report = import_word(paper("ĐỀ", stem="Câu {n}. {text} [Đáp án: {key}]"))
    assert keys(report) == list(RIGHT)
    assert [item.stem for item in report.items] == list(QUESTIONS)


def test_reading_says_how_far_it_is() -> None:
    heard: list[float] = []
    import_word(paper("ĐỀ", "ĐÁP ÁN", columns("Mã đề 102")), progress=heard.append)
    assert heard == sorted(heard)
    assert len(heard) > len(QUESTIONS)
    assert heard[-1] == 1.0
