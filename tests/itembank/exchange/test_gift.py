"""GIFT: what leaves comes back the same; every construct of the format is read; faults are told."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.errors import Invalid
from itembank.exchange.exported import ExportedItem
from itembank.exchange.found import FoundItem, ImportReport, Placement
from itembank.exchange.gift import export_gift, from_gift, import_gift, to_gift
from itembank.items.content import Essay, ItemContent, StimulusContent
from itembank.items.interactions import Cloze, Gap, Match

from .kinds_of_items import (
    choices,
    clozes,
    clusters,
    items,
    matches,
    multiples,
    orders,
    shorts,
    words,
)

TOAN = Placement("toan", 12)


def read(text: str) -> ImportReport:
    return import_gift(text.encode(), TOAN)


def one(text: str) -> FoundItem:
    (item,) = read(text).items
    return item


def whys(item: FoundItem) -> str:
    return " ".join(str(problem.what) for problem in item.problems)


typed = words.filter(lambda t: "*" not in t and "->" not in t and any(c.isalpha() for c in t))


@st.composite
def one_gap(draw: st.DrawFn) -> Cloze:
    keys = draw(st.lists(typed, min_size=1, max_size=3, unique=True))
    return Cloze(gaps=(Gap(id="G1", keys=tuple(keys), case_sensitive=draw(st.booleans())),))


def fully_paired(part: Match) -> bool:
    return {link.right for link in part.keys} == {column.id for column in part.columns}


HELD = (
    choices()
    | multiples()
    | shorts(hint=st.just(""))
    | st.just(Essay())
    | matches().filter(fully_paired)
    | one_gap()
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(HELD))
def test_an_item_comes_back_the_same(content: ItemContent) -> None:
    assert from_gift(to_gift(content)) == content


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(clusters | orders() | clozes() | matches()))
def test_what_gift_cannot_hold_is_named_or_comes_back(content: ItemContent) -> None:
    made = export_gift([ExportedItem("T1", content)])
    assert made.written or "T1" in str(made.untold[0].where)
    if made.written:
        assert import_gift(made.body).items[0].content == content


def test_every_construct() -> None:
    report = read(
        """// một tệp thử
$CATEGORY: $course$/top/Địa lí/Dân cư

// [id:D1] [tag:muc:biet]
::Q1:: Thủ đô của Việt Nam? {
  =Hà Nội#đúng rồi
  ~Huế#chưa đúng
  ~%-25%Vinh
  #### Xem bài 1.
}

Hai số chẵn là? {~%50%2 ~%50%4 ~%-100%5}

[html]<p>2 &lt; 3 và \\\\(x\\\\)</p>{T#sai rồi#đúng rồi}

Mặt trời mọc ở hướng tây. {FALSE}

Sông dài nhất {=sông Nin =Nin} thế giới.

Việt Nam có {=63 ~64 ~58} tỉnh.

Năm thống nhất {#1976}

Số thập phân {#=-2.5:0}

[markdown]Ghép *cặp* {=Pháp -> Paris =Ý -> Rô-ma =Đức -> Béc-lin}

Trình bày ý kiến. {}
"""
    )
    found = [(item.kind, item.key) for item in report.items]
    assert found == [
        ("choice", "A"), ("multiple", ("A", "B")), ("choice", "A"), ("choice", "B"),
        ("cloze", ("sông Nin",)), ("choice", "A"), ("short", "1976"), ("short", "-2,5"),
        ("match", ("R1 C1", "R2 C2", "R3 C3")), ("essay", None),
    ]  # fmt: skip
    assert all(item.is_settled for item in report.items)
    first = report.items[0]
    assert first.identity == "D1" and first.content is not None
    assert first.content.level == "biet" and first.content.solution == "Xem bài 1."
    assert [o.rationale for o in first.content.interaction.options] == [  # type: ignore[union-attr]
        "đúng rồi", "chưa đúng", "",
    ]  # fmt: skip
    assert report.items[2].stem == "2 < 3 và $x$"
    assert report.items[4].stem == "Sông dài nhất ____ thế giới."
    assert report.items[5].stem == "Việt Nam có _____ tỉnh."
    assert report.items[8].content is not None
    assert report.items[8].content.stem == "<p>Ghép <em>cặp</em></p>"
    assert {item.content.topic for item in report.items if item.content} == {"Dân cư"}
    assert ["điểm trừ" in str(part.why) for part in report.refused] == [True]


def test_feedback_of_typed_answers_goes_into_the_solution() -> None:
    item = one("Thủ đô {=Hà Nội#đúng rồi =Thăng Long####Xem bài 1}")
    assert item.content is not None
    assert item.content.solution == "Xem bài 1<p>Hà Nội: đúng rồi</p>"
    number = one("Năm {#=1976:0#đúng rồi}")
    assert number.content is not None and "đúng rồi" in number.content.solution


def test_escapes() -> None:
    item = one("a \\= b \\~ c \\# d \\{e\\} f\\: \\\\frac g\\nh x \\(y \\neq 0\\) {=x\\=1 ~y\\}}")
    assert item.stem == "a = b ~ c # d {e} f: \\frac g h x $y \\neq 0$"
    assert item.options == ("x=1", "y}")


def test_signs_of_html_that_are_none() -> None:
    assert one("a<b và b>c & d {}").stem == "a<b và b>c & d"
    assert one("H<sub>2</sub>O <b>đậm</b> {}").content.stem == (  # type: ignore[union-attr]
        "H<sub>2</sub>O <strong>đậm</strong>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Câu {=a =b ~c}",
        "Câu {~a ~b}",
        "Câu {~%75%a ~%25%b}",
        "Câu {=a ~%50%b}",
        "Câu {#3:0.5}",
        "Câu {#1..5}",
        "Câu {#ba}",
        "Câu {#}",
        "Câu {=Hà*}",
        "Câu {=a =%50%b}",
        "Câu {a}",
        "Câu {=a -> b}",
        "Câu {=a ~b",
        "Tính \\frac{1}{2} {=a ~b}",
        "{=a ~b}",
        "Câu <img src='a.png'> {}",
        "Câu <img src='https://e.org/a.png'> {}",
        "§Ò thi m«n To¸n cña ViÖt Nam {}",
    ],
)
def test_what_is_doubtful_is_flagged_with_its_line(text: str) -> None:
    item = one("\n\n" + text)
    assert not item.is_settled
    assert all("dòng 3" in str(problem.where) and str(problem.what) for problem in item.problems)


def test_text_without_braces_is_shared_material_or_named() -> None:
    report = read("Đoạn văn chung.\n\nmột {}\n\nhai {}\n\n$CATEGORY: x\n\nba {}\n\nbỏ dở")
    assert [item.stimulus_text for item in report.items] == [
        "Đoạn văn chung.", "Đoạn văn chung.", "",
    ]  # fmt: skip
    assert [str(part.where) for part in report.refused] == ["Dòng 11"]
    assert "không có câu nào" in str(report.refused[0].why)


def test_material_stays_with_its_items() -> None:
    passage = StimulusContent(subject="toan", title="Bảng: số", body="<p>Bảng = 1.</p>")
    content = from_gift("câu {}", TOAN)
    other = from_gift("câu khác {}", TOAN)
    made = export_gift([ExportedItem("T1", content, passage), ExportedItem("T2", other)])
    found = {item.identity: item for item in import_gift(made.body, TOAN).items}
    assert found["T1"].stimulus == passage and found["T2"].stimulus is None


def test_pictures_are_not_lost_in_silence() -> None:
    content = from_gift("câu {}", TOAN)
    drawn = content.model_copy(update={"stem": f'<p><img src="asset:{"0a" * 32}" alt="x"></p>'})
    made = export_gift([ExportedItem("T1", drawn)])
    assert made.written == 0 and "hình" in str(made.untold[0].why)


def test_scripts_and_handlers_are_gone() -> None:
    item = one(
        "[html]<p onclick\\='x()'>Câu<script>alert(1)</script></p>{=<img src\\=x onerror\\=y()>a ~b}"
    )
    assert item.content is not None
    stored = item.content.model_dump_json()
    assert "script" not in stored and "onclick" not in stored and "onerror" not in stored


@pytest.mark.parametrize(
    "text",
    ["{" * 200_000, "=" * 200_000 + "{", "a{" + "~" * 50_000 + "}", "\\" * 200_001, "::" * 100_000,
     "x{" + "=a -> b " * 20_000 + "}", "// [id:" * 30_000, "<p a=" * 50_000 + "{}",
     "$CATEGORY: " + "/" * 200_000, "[html]" * 40_000 + "{}", "#" * 100_000 + "{}"],
)  # fmt: skip
def test_texts_made_to_be_slow_are_not(text: str) -> None:
    started = time.process_time()
    import_gift(text.encode(), TOAN)
    assert time.process_time() - started < 5.0


@pytest.mark.parametrize("raw", [b"%PDF-1.7", "§Ò thi m«n To¸n cña ViÖt".encode("latin-1")])
def test_what_is_not_unicode_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        import_gift(raw)
