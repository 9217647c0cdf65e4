"""Set union of facts: commutative, idempotent, and blind to nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import api.tables  # noqa: F401 - the metadata is whole
from delivery.packages.fact_tables import BACK
from delivery.packages.rows import key_of
from delivery.sites.merging import union

EVENT = next(fact for fact in BACK if fact.name == "response_event")
ATTEMPT = next(fact for fact in BACK if fact.name == "attempt")
SITTING = next(fact for fact in BACK if fact.name == "sitting")


def event(seq, value):
    return {"attempt_id": "a", "writer_id": "w", "seq": seq, "value": value}


def united(fact, *copies):
    """The database after these copies were taken in one after another."""
    here = {}
    for copy in copies:
        found = union(fact, here, copy)
        assert found.clashes == ()
        here |= {key_of(fact.table, row): row for row in (*found.fresh, *found.changed)}
    return here


def rows(numbers):
    return [event(n, f"v{n}") for n in sorted(numbers)]


@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)))
def test_copies_unite_in_any_order_and_any_number_of_times(a, b, c):
    a, b, c = rows(a), rows(b), rows(c)
    assert united(EVENT, a, b, c) == united(EVENT, c, a, b, a, c)


@given(st.integers(0, 5))
def test_other_bytes_under_a_known_key_are_a_clash(seq):
    here = united(EVENT, rows(range(6)))
    found = union(EVENT, here, [event(seq, "other")])
    assert [(clash.key, clash.columns) for clash in found.clashes] == [(f"a/w/{seq}", ("value",))]
    assert found.fresh == found.changed == ()


def attempt(**told):
    return {"id": "1", "started_at": "t0", "submitted_at": None, "last_seen_at": None, **told}


def test_what_one_copy_does_not_know_yet_is_filled_in():
    early, late = attempt(), attempt(submitted_at="t9", last_seen_at="t8")
    assert united(ATTEMPT, [early], [late]) == united(ATTEMPT, [late], [early])
    assert united(ATTEMPT, [early], [late])[("1",)]["submitted_at"] == "t9"


def test_two_ends_of_one_attempt_are_a_clash():
    here = united(ATTEMPT, [attempt(submitted_at="t8")])
    (clash,) = union(ATTEMPT, here, [attempt(submitted_at="t9")]).clashes
    assert clash.columns == ("submitted_at",)


def test_a_sitting_only_goes_forward():
    for states in (("closed", "open"), ("open", "closed"), ("planned", "closed", "open")):
        copies = [[{"id": "1", "state": state}] for state in states]
        assert united(SITTING, *copies)[("1",)]["state"] == "closed"


def test_what_the_centre_planned_counts_as_the_centre_says():
    here = united(SITTING, [{"id": "1", "state": "planned", "title": "Mới"}])
    found = union(SITTING, here, [{"id": "1", "state": "closed", "title": "Cũ"}])
    assert found.clashes == ()
    assert found.changed == ({"id": "1", "state": "closed", "title": "Mới"},)
