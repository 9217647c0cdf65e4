"""Formulas and items in Vietnamese words: as a teacher reads them aloud."""

from __future__ import annotations

import pytest

from itembank.items.candidate_view import candidate_view
from itembank.items.content import Choice, ItemContent, Option, Statement, TrueFalseCluster
from itembank.items.interactions import Cloze, Gap, Recording
from itembank.items.read_aloud import NO_DESCRIPTION, paragraphs, read_aloud
from itembank.items.spoken_math import spoken, spoken_mathml

READ = {
    r"x^2": "x bình phương",
    r"x^3": "x lập phương",
    r"a^{n+1}b": "a mũ n cộng 1, hết mũ, b",
    r"x_1": "x chỉ số 1",
    r"\frac{1}{2}": "1 phần 2",
    r"\frac{a+1}{b}": "phân số, tử số a cộng 1, mẫu số b, hết phân số",
    r"\sqrt{2}": "căn bậc hai của 2",
    r"\sqrt[3]{x+1}": "căn bậc ba của x cộng 1, hết căn",
    r"-5": "âm 5",
    r"a-5": "a trừ 5",
    r"x \ge -3": "x lớn hơn hoặc bằng âm 3",
    r"\int_{0}^{1} x\,dx": "tích phân từ 0 đến 1 của x d x",
    r"\sum_{k=1}^{n} k": "tổng từ k bằng 1 đến n của k",
    r"\lim_{x \to 0} f(x)": "giới hạn khi x tiến đến 0 của f của x",
    r"\log_2 x": "lô-ga cơ số 2 của x",
    r"\overrightarrow{AB}": "vectơ A B",
    r"\vec{u}": "vectơ u",
    r"\widehat{ABC}=60^{\circ}": "góc A B C bằng 60 độ",
    r"\left|x\right|": "giá trị tuyệt đối của x",
    r"|x-1|<2": "giá trị tuyệt đối của x trừ 1, hết giá trị nhỏ hơn 2",
    r"f'(x)": "f phẩy mở ngoặc x đóng ngoặc",
    r"C_n^k": "tổ hợp chập k của n",
    r"\mathbb{R}": "tập số thực",
    r"A \cap B \ne \varnothing": "A giao B khác tập rỗng",
    r"\Delta ABC": "tam giác A B C",
    r"\begin{cases} x+y=1 \\ x-y=2 \end{cases}": (
        "hệ gồm 2 dòng, dòng 1: x cộng y bằng 1; dòng 2: x trừ y bằng 2, hết hệ"
    ),
    r"\ce{H2O}": "H 2 O",
    r"\ce{2H2 + O2 -> 2H2O}": "2 H 2 cộng O 2 tạo thành 2 H 2 O",
    r"\ce{Na+}": "Na, điện tích dương",
}


@pytest.mark.parametrize("tex", READ)
def test_a_formula_is_read_as_in_the_classroom(tex: str) -> None:
    assert spoken(tex) == READ[tex]


def test_where_a_fraction_ends_can_be_heard() -> None:
    assert spoken(r"\frac{a}{b+c}") != spoken(r"\frac{a}{b}+c")
    assert spoken(r"\sqrt{a+b}") != spoken(r"\sqrt{a}+b")
    assert spoken(r"x^{a+b}") != spoken(r"x^a+b")


def test_mathml_without_its_tex_is_read_too() -> None:
    assert spoken_mathml("<math><mi>y</mi><mo>&lt;</mo><mn>2</mn></math>") == "y nhỏ hơn 2"


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    assert spoken(r"\frac{") == r"\frac{"


def test_tables_are_read_row_by_row_and_pictures_by_their_description() -> None:
    table = "<table><tr><th>Tháng</th><th>1</th></tr><tr><td>Doanh thu</td><td>5</td></tr></table>"
    assert paragraphs(table) == ["Tháng, 1", "Doanh thu, 5"]
    assert paragraphs('<figure><img src="asset:x" alt="Đồ thị"></figure>') == ["Hình: Đồ thị."]
    assert NO_DESCRIPTION in paragraphs('<p><img src="asset:x" alt=""></p>')[0]


def item(**changes: object) -> ItemContent:
    given = {"kind": "choice", "subject": "toan", "grade": 12, "stem": "<p>Hỏi?</p>", **changes}
    return ItemContent.model_validate(given)


def test_options_are_told_by_letter_and_neither_key_nor_rationale_is_heard() -> None:
    options = (Option(id="A", body="<p>Một</p>", rationale="bí mật"), Option(id="B", body="Hai"))
    lines = read_aloud(candidate_view(item(interaction=Choice(options=options, key="A"))))
    assert [(line.role, line.words) for line in lines] == [
        ("Lời dẫn", "Hỏi?"), ("Nút chọn một A", "Một"), ("Nút chọn một B", "Hai"),
    ]  # fmt: skip


def test_statements_and_gaps_say_what_is_to_be_done() -> None:
    cluster = TrueFalseCluster(statements=(Statement(id="a", body="x", key=True),))
    heard = read_aloud(candidate_view(item(kind="tf_cluster", interaction=cluster)))
    assert heard[-1].role == "Ý a, chọn Đúng hoặc Sai"
    cloze = Cloze(gaps=(Gap(id="g1", options=(Option(id="A", body="đi"),), keys=("A",)),))
    stem = '<p>Em <span data-gap="g1"></span> học.</p>'
    told = read_aloud(candidate_view(item(kind="cloze", stem=stem, interaction=cloze)))
    assert told[0].words == "Em chỗ trống 1 học."
    assert told[1].role == "Chỗ trống 1, hộp chọn"


def test_of_a_recording_the_button_is_heard_and_never_the_transcript() -> None:
    recording = Recording(src="asset:" + "a" * 64, plays=2, transcript="lời thoại bí mật")
    lines = read_aloud(candidate_view(item(interaction=Choice(), recording=recording)))
    assert lines[-1].words == "Đoạn âm thanh, nghe được 2 lần"
    assert not any("bí mật" in line.words for line in lines)
