"""Laws of replay: only what was done counts, never the order in which it arrived."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from delivery.attempts.receipt import receipt_code
from delivery.attempts.replay import replay, value_bytes

ITEMS = [uuid.UUID(int=n) for n in range(1, 4)]


@dataclass(frozen=True)
class Did:
    epoch: int
    seq: int
    kind: str
    form_item_id: uuid.UUID
    value: bytes


def did(epoch: int, seq: int, item: int, value: Any, kind: str = "answer") -> Did:
    return Did(epoch, seq, kind, ITEMS[item], value_bytes(value))


events = st.builds(
    did,
    st.integers(1, 3),
    st.integers(1, 30),
    st.integers(0, 2),
    st.sampled_from(["A", "B", None, {"a": True}, "3,5"]),
)
histories = st.lists(events, unique_by=lambda e: (e.epoch, e.seq), max_size=25)


@given(histories, st.randoms())
def test_order_of_arrival_plays_no_part(history, random):
    shuffled = list(history)
    random.shuffle(shuffled)
    assert replay(shuffled) == replay(history)


@given(histories)
def test_a_repeated_event_changes_nothing(history):
    assert replay(history + history) == replay(history)


@given(histories, histories)
def test_merging_two_copies_is_their_union(one, other):
    known = {(e.epoch, e.seq): e for e in one}
    consistent = [e for e in other if known.get((e.epoch, e.seq), e) == e]
    assert replay([*one, *consistent]) == replay([*consistent, *one])


@given(histories, st.sampled_from(["A", "B"]))
def test_a_later_device_speaks_last(history, value):
    records = replay([*history, did(4, 1, 0, value)])
    assert records[ITEMS[0]].value == value


def test_a_flag_and_an_answer_do_not_disturb_each_other():
    records = replay([did(1, 1, 0, "A"), did(1, 2, 0, True, "flag"), did(1, 3, 0, None)])
    assert (records[ITEMS[0]].value, records[ITEMS[0]].flagged) == (None, True)


def test_the_same_response_is_the_same_bytes_whatever_the_order_of_its_parts():
    assert value_bytes({"a": True, "b": False}) == value_bytes({"b": False, "a": True})


@given(st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(["A", "B", "C", "D"]), min_size=1))
def test_another_response_gives_another_receipt(responses):
    attempt = uuid.UUID(int=99)
    item = next(iter(responses))
    changed = {**responses, item: responses[item] + "x"}
    assert receipt_code(attempt, responses) != receipt_code(attempt, changed)
    assert receipt_code(attempt, responses) != receipt_code(uuid.UUID(int=98), responses)


def test_a_receipt_is_two_groups_of_four_without_letters_that_look_alike():
    code = receipt_code(uuid.UUID(int=1), {})
    assert len(code) == 9 and code[4] == "-"
    assert not set(code) & set("0O1IL5S2Z8B")
