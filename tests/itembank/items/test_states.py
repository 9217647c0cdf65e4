"""Where an item may go: exactly what the table lists, for every state and verb."""

from __future__ import annotations

from itertools import product

import pytest

from itembank.errors import Conflict
from itembank.items.states import EDITABLE, STATE_NAMES, TRANSITIONS, after

PAIRS = list(product(STATE_NAMES, TRANSITIONS))


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_only_listed_transitions_happen(state, verb):
    starts, end = TRANSITIONS[verb]
    if state in starts:
        assert after(state, verb) == end
    else:
        with pytest.raises(Conflict) as caught:
            after(state, verb)
        assert caught.value.code == "wrong_state"


def test_nothing_is_approved_but_from_appraisal():
    assert {
        start
        for verb, (starts, end) in TRANSITIONS.items()
        if end == "approved"
        for start in starts
    } == {"in_review"}


def test_what_is_before_the_council_cannot_be_edited():
    assert not EDITABLE & {"in_review", "approved", "rejected", "retired", "external"}


def test_every_state_has_a_name_and_can_be_reached():
    reached = {end for _, end in TRANSITIONS.values()} | {"draft", "external", "retired"}
    assert reached == set(STATE_NAMES)
