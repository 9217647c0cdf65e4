"""Processing is bounded in steps, depth and time, and runs nothing of its author's choosing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.scoring.qti.errors import ProcessingError
from itembank.scoring.qti.item_session import begin, read_item, submit
from itembank.scoring.qti.patterns import full_match
from itembank.scoring.qti.random_stream import RandomStream
from itembank.scoring.qti.rounding import rounded
from itembank.scoring.qti.tree import Node, plain_name

QUICKLY = 2.0


def processed(*rules: Node, base: str = "float") -> object:
    declared = Node(
        "outcomeDeclaration", {"identifier": "SCORE", "cardinality": "single", "baseType": base}
    )
    program = Node("responseProcessing", {}, rules)
    item = read_item(Node("assessmentItem", {}, (declared, program)))
    return submit(item, begin(item), {}).values["SCORE"]


def number(written: str) -> Node:
    return Node("baseValue", {"baseType": "integer"}, (written,))


def assign(value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": "SCORE"}, (value,))


def test_nesting_beyond_reason_is_refused() -> None:
    node = number("1")
    for _ in range(160):
        node = Node("sum", {}, (node,))
    with pytest.raises(ProcessingError) as caught:
        processed(assign(node))
    assert caught.value.code == "qti_too_long"


def test_work_beyond_reason_is_refused_in_time() -> None:
    node = number("1")
    for _ in range(6):
        node = Node("repeat", {"numberRepeats": "10000"}, (node,))
    start = time.process_time()
    with pytest.raises(ProcessingError):
        processed(assign(Node("containerSize", {}, (node,))))
    assert time.process_time() - start < QUICKLY


def test_numbers_beyond_reason_become_null() -> None:
    big = number("9" * 200)
    start = time.process_time()
    tower = Node("power", {}, (big, number("99999999")))
    assert processed(assign(tower)) is None
    assert processed(assign(Node("product", {}, (big,) * 500))) is None
    assert time.process_time() - start < QUICKLY


def test_a_constraint_that_never_holds_ends() -> None:
    never = Node(
        "templateProcessing",
        {},
        (Node("templateConstraint", {}, (Node("isNull", {}, (number("1"),)),)),),
    )
    begin(read_item(Node("assessmentItem", {}, (never,))))


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|aa)+", "([a-z]+)*", "(.*)(.*)(.*)(.*)(.*)x", "(a?){60}a{60}"]
)
def test_patterns_take_time_linear_in_the_text(pattern: str) -> None:
    start = time.process_time()
    full_match(pattern, "a" * 3_000 + "!")
    assert time.process_time() - start < QUICKLY


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[a", "*a", "a{2,1}", "a{99999}", "\\p{IsGreek}", "(" * 99 + ")" * 99,
                "((a{500}){500}){500}", "x" * 3_000],
)  # fmt: skip
def test_patterns_that_are_none_are_refused(pattern: str) -> None:
    with pytest.raises(ProcessingError):
        full_match(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "", True),
        ("a|b|", "", True),
        ("a{0}b", "b", True),
        ("a{2,}", "aaaa", True),
        ("a{2,3}", "aaaa", False),
        ("[^0-9]+", "abc", True),
        (r"[\d.]+", "1.5", True),
        (r"\-?\d+", "-12", True),
        (r"[a\-z]", "-", True),
        (r"[a\-z]", "m", False),
        (r"[-a]", "-", True),
        (r"\P{L}", "1", True),
        (r"\s*\w+\s*", " từ ", True),
        (r"(?:ab)+?", "abab", True),
        (r"\$5", "$5", True),
        (r"5\$", "5$", True),
        (".", "\n", False),
        ("đường", "ĐƯỜNG", False),
    ],
)
def test_patterns_mean_what_xml_schema_says(pattern: str, text: str, fits: bool) -> None:
    assert full_match(pattern, text) is fits


def test_case_may_be_ignored() -> None:
    assert full_match("[a-z]+ đường", "ABC ĐƯỜNG", ignore_case=True)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_stays_within_half_a_unit(value: float, places: int) -> None:
    found = rounded(value, "decimalPlaces", places)
    assert found is not None
    assert abs(found - value) <= 0.5 * 10.0**-places + 1e-9


def test_randomness_is_the_seed_s_and_even() -> None:
    first = RandomStream(42)
    again = RandomStream(42)
    assert [first.uniform() for _ in range(5)] == [again.uniform() for _ in range(5)]
    counts = [0] * 6
    stream = RandomStream(7)
    for _ in range(6_000):
        counts[stream.below(6)] += 1
    assert all(850 < count < 1150 for count in counts)


@pytest.mark.parametrize(
    ("qti3", "qti2"),
    [
        ("qti-response-condition", "responseCondition"),
        ("qti-duration-lt", "durationLT"),
        ("qti-any-n", "anyN"),
        ("match-max", "matchMax"),
        ("qti-outcome-else-if", "outcomeElseIf"),
        ("p", "p"),
    ],
)
def test_both_vocabularies_are_one(qti3: str, qti2: str) -> None:
    assert plain_name(qti3) == qti2
