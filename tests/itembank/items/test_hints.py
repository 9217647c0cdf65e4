"""Advice to authors: each rule speaks where it should, and keeps quiet beside it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from itembank.items.content import (
    Choice,
    Criterion,
    Essay,
    ItemContent,
    Option,
    RubricLevel,
    ShortAnswer,
    Statement,
    StimulusContent,
    TrueFalseCluster,
)
from itembank.items.hints import hints
from itembank.items.hints.quantities import Interval, interval, quantity
from itembank.items.hints.readability import reading_of
from itembank.items.interactions import Cloze, Gap, Link, Match, MultipleChoice, Order, Part

LONG = "Một phương án dài dòng, giải thích đủ mọi lẽ để người đọc thấy nó đúng"


def item(interaction: Any, stem: str = "<p>Chọn số.</p>", **changes: Any) -> ItemContent:
    given = {"kind": interaction.type, "subject": "toan", "grade": 12, "stem": stem}
    return ItemContent.model_validate({**given, "interaction": interaction, **changes})


def choice(*bodies: str, key: str = "A") -> Choice:
    options = tuple(Option(id="ABCDEFGH"[n], body=body) for n, body in enumerate(bodies))
    return Choice(options=options, key=key)


def rules(content: ItemContent, stimulus: StimulusContent | None = None) -> dict[str, str]:
    """Rule -> where it speaks."""
    return {hint.rule: hint.where for hint in hints(content, stimulus)}


QUIET = [
    ("1", "2", "3", "4"),
    ("4", "3", "2", "1"),
    ("3 m", "30 m", "300 m", "3 000 m"),
    ("Đồng bằng", "Cao nguyên", "Trung du", "Bờ biển"),
    ("$[0;1)$", "$[1;2)$", "$[2;3)$", "$[3;4)$"),
]


@pytest.mark.parametrize("bodies", QUIET)
def test_good_options_are_let_alone(bodies: tuple[str, ...]) -> None:
    assert rules(item(choice(*bodies))) == {}


OPTIONS = {
    "length": (("ngắn", LONG, "vừa", "nhỏ"), "B", "options.B"),
    "catch_all": (("một", "hai", "ba", "Tất cả các phương án trên"), "A", "options.D"),
    "same": (("0,5", "1/2", "1", "2"), "A", "options.B"),
    "within": (("đi học", "đi học và đi làm", "ở nhà", "đi chơi"), "A", "options.B"),
    "shared_unit": (("3 lít", "4 lít", "5 lít", "6 lít"), "A", "options"),
    "missing_unit": (("3 lít", "4 lít", "5", "6 lít"), "A", "options.C"),
    "order": (("3", "1", "2", "4"), "A", "options"),
    "overlap": (("từ 1 đến 5", "từ 4 đến 8", "từ 9 đến 10", "từ 11 đến 12"), "A", "options.B"),
    "absolute": (("nước sôi ở 100", "nước luôn sôi", "nước nặng", "nước nhẹ"), "A", "options.B"),
}


@pytest.mark.parametrize("rule", OPTIONS)
def test_each_rule_of_options_speaks_at_its_place(rule: str) -> None:
    bodies, key, where = OPTIONS[rule]
    assert rules(item(choice(*bodies, key=key)))[rule] == where


def test_unfinished_options_are_not_criticised() -> None:
    assert rules(item(choice("37,5 lít", "", "50 lít", "1 lít"))) == {}


def test_a_long_distractor_and_a_long_key_are_told_apart() -> None:
    about_key = hints(item(choice("ngắn", LONG, "vừa", "nhỏ", key="B")))[0]
    about_other = hints(item(choice("ngắn", LONG, "vừa", "nhỏ", key="A")))[0]
    assert str(about_key.what) != str(about_other.what)


def test_putting_advice_aside_holds_until_the_option_changes() -> None:
    before = hints(item(choice("một", "hai", "ba", "Tất cả các phương án trên")))[0]
    after = hints(item(choice("một", "hai", "ba", "Tất cả các đáp án trên")))[0]
    assert before.key == hints(item(choice("x", "y", "z", "Tất cả các phương án trên")))[0].key
    assert before.key != after.key


def test_a_negative_stem_is_to_be_emphasised() -> None:
    stems = {
        "<p>Chất nào không phải là acid?</p>": True,
        "<p>Chất nào KHÔNG phải là acid?</p>": False,
        "<p>Chất nào <strong>không</strong> phải là acid?</p>": False,
        "<p>Phát biểu nào sau đây sai?</p>": True,
        "<p>Phát biểu nào sau đây <u>sai</u>?</p>": False,
        "<p>Một vật không có ma sát. Gia tốc của nó bằng bao nhiêu?</p>": False,
    }
    found = {stem: "negative" in rules(item(choice("a", "b"), stem)) for stem in stems}
    assert found == stems


def test_what_the_stem_points_at_must_be_there() -> None:
    stem = "<p>Theo bảng số liệu trên hoặc biểu đồ sau, chọn nhận xét.</p>"
    assert rules(item(choice("a", "b"), stem))["material"] == "stem"
    with_table = stem + "<table><tr><td>1</td></tr></table>"
    assert "material" not in rules(item(choice("a", "b"), with_table))
    assert "material" not in rules(item(choice("a", "b"), stem, stimulus="f" * 64))


def test_a_long_sentence_is_measured_in_syllables_and_by_grade() -> None:
    stem = f"<p>{' '.join(['tiếng'] * 31)}.</p>"
    assert "long_sentence" not in rules(item(choice("a", "b"), stem))
    assert rules(item(choice("a", "b"), stem, grade=10))["long_sentence"] == "stem"


def test_a_formula_counts_as_one_syllable() -> None:
    reading = reading_of('<p>Cho <span data-tex="x^2 + y^2 + z^2"></span>. Tính.</p><p>Rồi vẽ</p>')
    assert reading.lengths == (2, 1, 2)
    assert reading.average == pytest.approx(5 / 3)


def test_a_stimulus_that_is_hard_to_read_is_told() -> None:
    body = f"<p>{' '.join(['tiếng'] * 40)}.</p>"
    stimulus = StimulusContent(subject="toan", title="x", body=body)
    assert rules(item(choice("a", "b")), stimulus)["reading_level"] == "stimulus"


def test_a_physical_answer_needs_its_unit() -> None:
    short = ShortAnswer(keys=("2",))
    asked = "<p>Thời gian rơi là?</p>"
    assert rules(item(short, asked, subject="vat-li"))["missing_unit"] == "hint"
    assert "missing_unit" not in rules(
        item(short, "<p>Tính theo đơn vị giây.</p>", subject="vat-li")
    )
    assert "missing_unit" not in rules(item(short, asked))


def test_other_keys_have_their_own_advice() -> None:
    statements = tuple(Statement(id=i, body=i, key=True) for i in "abcd")
    cluster = TrueFalseCluster(statements=statements)
    parts = tuple(Part(id=i, body=i) for i in "ab")
    match = Match(rows=parts, columns=parts, keys=(Link(left="a", right="b"),))
    level = RubricLevel(points=Decimal("0.5"))
    essay = Essay(rubric=(Criterion(id="r1", criterion="x", levels=(level, level)),))
    multiple = MultipleChoice(options=choice("a", "b").options, keys=("A", "B"))
    cloze = Cloze(gaps=(Gap(id="g1", options=(Option(id="A", body="x"),), keys=("A",)),))
    told = {
        "one_sided": cluster, "elimination": match, "same_level": essay, "model_answer": essay,
        "all_right": multiple, "one_choice": cloze, "few_to_order": Order(options=multiple.options),
        "several_values": ShortAnswer(keys=("1", "2")),
    }  # fmt: skip
    assert {rule for rule, part in told.items() if rule in rules(item(part))} == set(told)


def test_quantities_and_intervals_are_read_as_they_are_written() -> None:
    found = quantity(r"$\frac{1}{2}$")
    assert found is not None
    assert (found.value, found.unit) == (Fraction(1, 2), "")
    volume = quantity("1 000,5 lít")
    assert volume is not None
    assert (volume.value, volume.unit) == (Fraction(2001, 2), "lít")
    assert quantity("25 %") == quantity("0,25")
    assert quantity("hai lít") is None
    assert quantity("$x = 2$") is None
    assert interval(r"$(-\infty; 2]$") == Interval(None, Fraction(2), False, True)
    assert interval("nhỏ") is None


def test_intervals_that_only_touch_do_not_overlap() -> None:
    low, high = interval("[0;1)"), interval("[1;2)")
    closed = interval("[0;1]")
    assert low is not None and high is not None and closed is not None
    assert not low.meets(high)
    assert closed.meets(high)
