"""The independent reader finds what is planted."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from faults.acknowledged import Journal, Sent
from faults.reader import judge

ITEM, WRITER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def journal():
    made = Journal()
    for seq in range(1, 6):
        change = Sent(WRITER, seq, "answer", ITEM, "ABCDA"[seq - 1], f"t{seq}")
        made.send(change)
        if seq < 5:
            made.acknowledge(change)
    return made


def rows(journal):
    return [(c.writer, c.seq, *c.stored()) for c in journal.sent.values()]


def test_what_was_sent_and_is_there_is_clean_acknowledged_or_not(journal):
    assert judge(journal, rows(journal)).is_clean
    assert judge(journal, rows(journal)[:4]).is_clean


def test_a_row_that_is_gone_is_lost(journal):
    assert judge(journal, rows(journal)[1:]).lost == 1


@pytest.mark.parametrize("place", range(2, 6))
def test_a_byte_that_differs_is_lost_and_invented(journal, place):
    found = rows(journal)
    changed = list(found[0])
    changed[place] = {
        2: "flag", 3: uuid.UUID(int=9), 4: b'"D"', 5: "t9",
    }[place]  # fmt: skip
    seen = judge(journal, [tuple(changed), *found[1:]])
    assert (seen.lost, seen.invented) == (1, 1)


def test_a_row_twice_is_doubled(journal):
    assert judge(journal, [*rows(journal), rows(journal)[0]]).doubled == 1


def test_a_row_nobody_sent_is_invented(journal):
    stranger = dataclasses.replace(journal.sent[WRITER, 1], seq=77)
    row = (stranger.writer, stranger.seq, *stranger.stored())
    assert judge(journal, [*rows(journal), row]).invented == 1
