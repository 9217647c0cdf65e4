"""Laws of the reading: encodings, numbers, labels, keys in words, looks."""

from __future__ import annotations

import io
import unicodedata

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from itembank.exchange.word.document import Paragraph, Text, text_of
from itembank.exchange.word.labels import options_on, statements_on
from itembank.exchange.word.legacy_fonts import looks_unconverted, to_unicode
from itembank.exchange.word.numbering import written
from itembank.exchange.word.reader import read_document
from itembank.exchange.word.said_keys import letters_in, numbers_in_key, truths_in
from itembank.exchange.word.stimuli import numbers_in

from .corpus.legacy_text import as_tcvn3, as_vni

LOWER = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


@given(st.text(alphabet=LOWER + " ", max_size=40))
def test_every_vietnamese_letter_comes_back_from_tcvn3_and_vni(text: str) -> None:
    assert to_unicode(as_tcvn3(text), ".VnTime") == text
    assert to_unicode(as_vni(text), "VNI-Times") == text


def test_capitals_of_the_old_encodings() -> None:
    assert to_unicode(as_tcvn3("đề thi học kì"), ".VnTimeH") == "ĐỀ THI HỌC KÌ"
    assert to_unicode(as_vni("Đề thi Học kì"), "VNI-Helve") == "Đề thi Học kì"
    # Running text of old documents, so that the table is not only its own inverse.
    assert to_unicode("Céng hoµ x· héi chñ nghÜa ViÖt Nam", ".VnTime") == (
        "Cộng hoà xã hội chủ nghĩa Việt Nam"
    )
    assert (
        to_unicode("Ñoäc laäp - Töï do - Haïnh phuùc", "VNI-Times") == "Độc lập - Tự do - Hạnh phúc"
    )


def test_unicode_text_in_an_old_font_stays() -> None:
    assert to_unicode("Thủ đô Hà Nội", ".VnTime") == "Thủ đô Hà Nội"
    assert to_unicode(unicodedata.normalize("NFD", "Hà Nội"), None) == "Hà Nội"


def test_text_left_in_an_old_encoding_is_noticed() -> None:
    assert looks_unconverted("C©u nµo sau ®©y ®óng vÒ n­íc cÊt?")
    assert not looks_unconverted("Câu nào sau đây đúng về nước cất? Giá 5 €, 20 °C, 3 µm.")


@pytest.mark.parametrize(
    ("count", "form", "shown"),
    [(4, "upperLetter", "D"), (28, "lowerLetter", "bb"), (14, "upperRoman", "XIV"),
     (7, "decimal", "7"), (3, "decimalZero", "03")],
)  # fmt: skip
def test_numbers_as_word_shows_them(count: int, form: str, shown: str) -> None:
    assert written(count, form) == shown


@pytest.mark.parametrize(
    ("line", "letters"),
    [
        ("A. 1\tB. 2\tC. 3\tD. 4", "ABCD"),
        ("A. 1 B. 2 C. 3 D. 4", "ABCD"),
        ("A.1   B.2   C.3   D.4", "ABCD"),
        ("*A. 1  #B. 2", "AB"),
        ("(A) một\t(B) hai", "AB"),
        ("Cho tam giác ABC vuông tại A. Biết AB = 3", ""),
        ("The number (A) of students (B) have (C) risen (D)", ""),
        ("A. Vitamin A. B. subtilis", "AB"),
    ],
)
def test_labels_on_a_line(line: str, letters: str) -> None:
    assert "".join(label.letter for label in options_on(line, "")) == letters


def test_labels_in_columns_and_below_others() -> None:
    assert [x.letter for x in options_on("A. 1\tC. 3", "", ahead="B")] == ["A", "C"]
    assert [x.letter for x in options_on("B. 2\tD. 4", "AC")] == ["B", "D"]
    assert [x.letter for x in options_on("A. B. subtilis", "", ahead="B")] == ["A"]
    assert [x.letter for x in statements_on("a) một  b) hai", "")] == ["a", "b"]
    assert statements_on("xem hình a) và b)", "") == []


@pytest.mark.parametrize(
    ("text", "letters"),
    [("B", "B"), (" b.", "B"), ("B. Hà Nội", "B"), ("(C)", "C"), ("A, C", "AC"), ("B hoặc C", "BC"),
     ("đúng", ""), ("Bắc Ninh", ""), ("12", "")],
)  # fmt: skip
def test_letters_of_a_key(text: str, letters: str) -> None:
    assert "".join(sorted(letters_in(text))) == letters


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ĐSSĐ", "ĐSSĐ"), ("Đ S S Đ", "ĐSSĐ"), ("Đúng, Sai, Sai, Đúng", "ĐSSĐ"),
        ("a) Đúng b) Sai c) Sai d) Đúng", "ĐSSĐ"), ("a-Đ; b-S; c-S; d-Đ", "ĐSSĐ"),
        ("a) ĐÚNG. Vì ... b) SAI c) sai d) đúng", "ĐSSĐ"), ("ĐSS", ""), ("a) có lẽ", ""),
    ],
)  # fmt: skip
def test_truths_in_words(text: str, key: str) -> None:
    found = truths_in(text, "abcd")
    assert "".join("Đ" if found[x] else "S" for x in "abcd" if x in found) == key


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", ("12",)), ("-2,5", ("-2,5",)), ("−2.5", ("-2,5",)), ("$-2{,}5$", ("-2,5",)),
        ("x = 3", ("3",)), ("12 m/s", ("12",)), ("0,5 hoặc 0,50", ("0,5", "0,50")),
        ("2 024.", ("2024",)), ("1/2", None), ("3 ± 0,1", None), ("ba", None), ("5 + 2", None),
        (r"$\frac{1}{2}$", None),
    ],
)  # fmt: skip
def test_numbers_of_short_answers(text: str, numbers: tuple[str, ...] | None) -> None:
    assert numbers_in_key(text) == numbers


@pytest.mark.parametrize(
    ("lead", "numbers"),
    [
        ("Dựa vào thông tin sau trả lời câu 5–7:", {5, 6, 7}),
        ("Sử dụng dữ kiện sau cho câu 3 và câu 4", {3, 4}),
        ("các câu 27, 28 và 29", {27, 28, 29}),
        ("each of the questions from 1 to 5", {1, 2, 3, 4, 5}),
        ("Đọc đoạn trích sau", None),
    ],
)
def test_questions_a_lead_names(lead: str, numbers: set[int] | None) -> None:
    assert numbers_in(lead) == (None if numbers is None else frozenset(numbers))


def _looks(document: object) -> list[Text]:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    blocks = read_document(out.getvalue()).blocks
    return [a for b in blocks if isinstance(b, Paragraph) for a in b.atoms if isinstance(a, Text)]


def test_bold_of_two_styles_cancels_out_and_direct_bold_holds() -> None:
    document = docx.Document()
    styles = document.styles
    styles.add_style("Dong dam", 1).font.bold = True
    styles.add_style("Chu dam", 2).font.bold = True
    line = document.add_paragraph(style="Dong dam")
    line.add_run("một ")
    line.add_run("hai ", style="Chu dam")
    line.add_run("ba", style="Chu dam").bold = True
    assert [(t.text, t.look.bold) for t in _looks(document)] == [
        ("một ", True), ("hai ", False), ("ba", True),
    ]  # fmt: skip


def test_hidden_text_and_deleted_ends_of_paragraphs() -> None:
    document = docx.Document()
    line = document.add_paragraph("Câu 1. ")
    line.add_run("ẩn").font.hidden = True
    mark = f'<w:rPr {nsdecls("w")}><w:del w:id="1" w:author="x"/></w:rPr>'
    line._p.get_or_add_pPr().append(parse_xml(mark))
    document.add_paragraph("Tính tổng.")
    out = io.BytesIO()
    document.save(out)
    blocks = read_document(out.getvalue()).blocks
    assert [text_of(b.atoms) for b in blocks if isinstance(b, Paragraph)] == ["Câu 1. Tính tổng."]
