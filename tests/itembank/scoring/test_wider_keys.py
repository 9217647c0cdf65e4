"""«B counts as well»: what a wider key gives, and what it never takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.items.content import ItemContent
from itembank.scoring.rules import RULE_VERSION, Weight, score
from itembank.scoring.versions import UnknownRule, score_by
from itembank.scoring.wider_keys import WIDER_KEY, WiderKey, why_unfit, wider_key_name
from tests.factories.forms import choice_content, cluster_content, essay_content, short_content

QUARTER = Weight((Decimal(0), Decimal("0.25")))
CLUSTER = Weight(tuple(Decimal(p) for p in ("0", "0.1", "0.25", "0.5", "1")))
VERSION = "0" * 64


def multiple_content(*keys: str) -> ItemContent:
    options = [{"id": name, "body": f"<p>{name}</p>"} for name in "ABCDE"]
    part = {"type": "multiple", "options": options, "keys": list(keys)}
    made = choice_content().model_dump(mode="json", by_alias=True)
    return ItemContent.model_validate({**made, "kind": "multiple", "interaction": part})


def wider(**says: Any) -> WiderKey:
    return WiderKey(version=VERSION, **says)


def points(content: ItemContent, response: Any, by: WiderKey, weight: Weight = QUARTER) -> Decimal:
    given = score_by(WIDER_KEY, content, response, weight, by)
    assert given.points is not None and given.rule == WIDER_KEY
    return given.points


@pytest.mark.parametrize(
    ("response", "worth"),
    [("A", "0.25"), ("B", "0.25"), ("C", "0"), ("D", "0"), (None, "0"), ("", "0")],
)
def test_a_further_option_earns_what_the_key_earns(response, worth):
    assert points(choice_content("A"), response, wider(options=["B"])) == Decimal(worth)


@pytest.mark.parametrize(
    ("response", "worth"),
    [
        (["A", "C"], "0.25"), (["B", "A"], "0.25"), (["A", "B"], "0.25"), (["A"], "0"),
        (["A", "B", "C"], "0"), ([], "0"), (None, "0"),
    ],
)  # fmt: skip
def test_a_second_set_counts_whole_and_in_any_order(response, worth):
    assert points(multiple_content("A", "C"), response, wider(sets=[["B", "A"]])) == Decimal(worth)


def test_both_answers_to_a_statement_count_but_no_answer_does_not():
    content, by = cluster_content("ĐSĐS"), wider(statements=["b"])
    right = {"a": True, "b": False, "c": True, "d": False}
    without = {name: value for name, value in right.items() if name != "b"}
    assert points(content, right, by, CLUSTER) == 1
    assert points(content, {**right, "b": True}, by, CLUSTER) == 1
    assert points(content, without, by, CLUSTER) == Decimal("0.5")
    assert points(content, {"b": True}, by, CLUSTER) == Decimal("0.1")
    assert points(content, {"a": False}, by, CLUSTER) == 0


LETTERS = st.sampled_from("ABCDE")
CHOICES = st.one_of(st.none(), LETTERS, st.text(max_size=2))
LISTS = st.one_of(st.none(), st.lists(LETTERS, unique=True))
JUDGED = st.one_of(
    st.none(), st.dictionaries(st.sampled_from("abcdx"), st.one_of(st.booleans(), st.text()))
)


def is_never_less(content: ItemContent, response: Any, by: WiderKey, weight: Weight) -> None:
    before = score(content, response, weight)
    after = score_by(WIDER_KEY, content, response, weight, by)
    assert before.points is not None and after.points is not None
    assert after.points >= before.points
    assert after.category is not None and weight.table[after.category] == after.points
    assert after.answered == before.answered
    assert score_by(RULE_VERSION, content, response, weight) == before


@given(st.sampled_from("ABCD"), CHOICES, st.sets(st.sampled_from("ABCD")))
def test_a_wider_single_key_takes_no_point(key, response, options):
    is_never_less(choice_content(key), response, wider(options=options), QUARTER)


@given(st.sets(LETTERS, min_size=1), LISTS, st.lists(st.sets(LETTERS), max_size=4))
def test_a_wider_set_of_keys_takes_no_point(keys, response, sets):
    is_never_less(multiple_content(*sorted(keys)), response, wider(sets=sets), QUARTER)


@given(st.text("ĐS", min_size=4, max_size=4), JUDGED, st.sets(st.sampled_from("abcd")))
def test_a_wider_cluster_takes_no_point(keys, response, statements):
    is_never_less(cluster_content(keys), response, wider(statements=statements), CLUSTER)


@given(st.sets(st.sampled_from("BCD")), st.sets(st.sampled_from("BCD")), CHOICES)
def test_widening_further_takes_no_point_of_the_wider_key(some, more, response):
    content = choice_content("A")
    before = points(content, response, wider(options=some))
    assert points(content, response, wider(options=some | more)) >= before


def test_one_ruling_has_one_name_however_it_was_written():
    one, two = wider(sets=[["C", "A"], ["B"]]), wider(sets=[["B", "B"], ["A", "C"], ["A", "C"]])
    assert one == two and wider_key_name(one.stored) == wider_key_name(two.stored)
    elsewhere = WiderKey(version="1" * 64, sets=(("A", "C"), ("B",)))
    names = {wider_key_name(by.stored) for by in (one, elsewhere, wider(sets=[["B"]]))}
    assert len(names) == 3
    assert WiderKey.model_validate_json(one.stored) == one


def test_what_is_stored_is_written_as_it_always_was():
    """Scores name it for ever: another written form needs a rule of its own."""
    assert wider(options=["B"]).stored == (
        '{"options":["B"],"rule":"wider key 2026.1","sets":[],"statements":[],'
        f'"version":"{VERSION}"}}'
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (choice_content("A"), {}),
        (choice_content("A"), {"options": ["A"]}),
        (choice_content("A"), {"options": ["E"]}),
        (choice_content("A"), {"options": ["B"], "statements": ["a"]}),
        (multiple_content("A", "C"), {"sets": [["C", "A"]]}),
        (multiple_content("A", "C"), {"sets": [[]]}),
        (multiple_content("A", "C"), {"sets": [["A", "X"]]}),
        (multiple_content("A", "C"), {"options": ["B"]}),
        (multiple_content(), {"sets": [["A"]]}),
        (cluster_content(), {"statements": ["e"]}),
        (cluster_content(), {"options": ["A"]}),
        (short_content(), {"options": ["B"]}),
        (essay_content(), {"options": ["B"]}),
    ],
)
def test_what_the_item_does_not_have_or_counts_already_is_refused(content, says):
    assert why_unfit(content, wider(**says)) is not None


def test_what_the_item_has_is_taken():
    assert why_unfit(choice_content("A"), wider(options=["B", "C"])) is None
    assert why_unfit(multiple_content("A", "C"), wider(sets=[["A", "B"], ["C"]])) is None
    assert why_unfit(cluster_content(), wider(statements=["b"])) is None


def test_a_score_by_a_wider_key_is_not_guessed_without_it():
    with pytest.raises(UnknownRule):
        score_by(WIDER_KEY, choice_content(), "B", QUARTER)
    with pytest.raises(UnknownRule):
        score_by(RULE_VERSION, choice_content(), "B", QUARTER, wider(options=["B"]))
