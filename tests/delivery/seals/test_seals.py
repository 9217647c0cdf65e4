"""A sitting sealed at its end, and every tampering found against the root on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from api.closing import close
from delivery.attempts import invigilation, service
from delivery.attempts.models import AttemptAction, ResponseEvent
from delivery.incidents.models import Incident
from delivery.incidents.service import note_incident
from delivery.seals import repository
from delivery.seals.chain import seal_of, shown, typed
from delivery.seals.records import SealedIncident
from delivery.seals.service import seal_sitting, verify_sitting
from itembank.merkle import inclusion_proof, root_from_inclusion
from tests.factories.attempts import answer, held, make_candidate, make_room, sign_in_device


@pytest.fixture
def room(db, now):
    """Three candidates who answered, one of them with more time."""
    made = make_room(db, now=now)
    people = [made.candidate]
    people += [make_candidate(db, made.sitting, now=now, number=f"0300130{n}") for n in range(2)]
    for n, candidate in enumerate(people):
        device = sign_in_device(db, candidate, f"may-{n}", now=now)
        service.start(db, device, now=now)
        device = held(db, f"may-{n}")
        changes = [answer(1, made.choice, "ABC"[n]), answer(2, made.short, "3,5")]
        service.save_events(db, device, changes, now=now)
    invigilation.extend(
        db, made.officer, made.sitting, people[0], minutes=5, reason="Máy treo năm phút", now=now
    )
    return made


def close_room(db, room, now):
    close(db, room.officer, room.sitting, reason="Thu bài cuối giờ thi", now=now)
    return repository.newest_seal(db, room.sitting.id)


def tamper(db, statement, **values):
    """As somebody with all rights over the database would: the triggers go first."""
    table = statement.split()[1 if statement.startswith("UPDATE") else 2]
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    else:
        for verb in ("update", "delete"):
            db.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
    assert db.execute(text(statement), values).rowcount >= 1
    db.expire_all()


def test_closing_seals_what_is_there(db, room, now):
    seal = close_room(db, room, now)
    assert (seal.number, seal.n_attempts, seal.n_events) == (1, 3, 6)
    found = verify_sitting(db, room.sitting)
    assert found.fits and found.changed == ()
    assert typed(shown(seal.root)) == seal.root


def test_sealing_twice_is_one_seal(db, room, now):
    first = close_room(db, room, now)
    assert seal_sitting(db, room.officer, room.sitting, now=now + timedelta(minutes=1)) is first


def test_order_of_arrival_plays_no_part(db, room, now):
    records = repository.records(db, room.sitting.id)
    root = seal_of(records).root
    turned = [
        type(r)(**{**{n: getattr(r, n) for n in r.__slots__}, "events": r.events[::-1]})
        for r in reversed(records)
    ]
    assert seal_of(turned).root == root


def test_one_attempt_is_proved_against_the_root_without_the_others(db, room, now):
    made = seal_of(repository.records(db, room.sitting.id))
    for place in range(3):
        proof = inclusion_proof(made.leaves, place)
        assert root_from_inclusion(made.leaves[place], place, 3, proof) == made.root


TAMPERINGS = {
    "an answer": "UPDATE response_event SET value = :value WHERE seq = 1",
    "a time": "UPDATE response_event SET received_at = '2026-11-23 07:00:00' WHERE seq = 2",
    "an event gone": "DELETE FROM response_event WHERE seq = 2",
    "a reason": "UPDATE attempt_action SET reason = 'khác'",
    "a receipt": "UPDATE attempt SET receipt = 'AAAA-AAAA'",
    "who handed in": "UPDATE attempt SET submitted_by = 'candidate'",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_every_change_after_the_seal_is_found(db, room, now, what):
    paper = close_room(db, room, now).root
    statement = TAMPERINGS[what]
    values = {"value": b'"D"'} if ":value" in statement else {}
    tamper(db, statement, **values)
    found = verify_sitting(db, room.sitting)
    assert not found.fits and found.changed
    assert not verify_sitting(db, room.sitting, root=shown(paper)).fits


def test_rebuilding_the_seal_too_is_found_against_the_root_on_paper(db, room, now):
    """Whoever changes the answers and seals anew deceives the database, not the paper."""
    paper = shown(close_room(db, room, now).root)
    tamper(db, "UPDATE response_event SET value = :value WHERE seq = 1", value=b'"D"')
    seal_sitting(db, room.officer, room.sitting, now=now)
    assert verify_sitting(db, room.sitting).fits
    assert not verify_sitting(db, room.sitting, root=paper).fits


def test_what_is_sealed_names_every_column_that_says_what_happened(db):
    """A column added later is sealed too, or named here: keys to other rows are not."""
    sealed = set(repository.SealedEvent.__slots__)
    keys = {"attempt_id", "sitting_id"}
    assert {c.name for c in ResponseEvent.__table__.columns} - keys == sealed
    told = set(repository.SealedAction.__slots__)
    left = {c.name for c in AttemptAction.__table__.columns} - told
    assert left == {"sitting_id", "candidate_id", "attempt_id", "sitting_action_id", "by_id"}


def test_a_sitting_that_was_never_sealed_says_so(db, room):
    assert verify_sitting(db, room.sitting) is None


LOG_TAMPERINGS = {
    "words": "UPDATE incident SET text = 'Không có gì xảy ra'",
    "moment": "UPDATE incident SET happened_at = '2026-11-23 05:00:00'",
    "noted later": "UPDATE incident SET noted_at = '2026-11-24 05:00:00'",
    "gone": "DELETE FROM incident",
}


def note(db, room, now, words="Máy 07 treo, đổi sang máy 25"):
    note_incident(db, room.officer, room.sitting, kind="machine", text=words, now=now)


@pytest.mark.parametrize("what", LOG_TAMPERINGS)
def test_the_incident_log_is_sealed_too(db, room, now, what):
    note(db, room, now)
    paper = close_room(db, room, now).root
    assert verify_sitting(db, room.sitting, root=paper).fits
    tamper(db, LOG_TAMPERINGS[what])
    found = verify_sitting(db, room.sitting, root=paper)
    assert not found.fits and found.only_the_log_differs


def test_what_is_noted_after_the_seal_breaks_nothing_and_a_further_seal_holds_it(db, room, now):
    note(db, room, now)
    first = close_room(db, room, now)
    later = now + timedelta(minutes=5)
    note(db, room, later, "Thí sinh báo quên bút ở phòng thi")
    assert verify_sitting(db, room.sitting, root=first.root).fits
    again = seal_sitting(db, room.officer, room.sitting, now=later)
    assert (again.number, again.root != first.root) == (2, True)
    assert verify_sitting(db, room.sitting, root=again.root).fits


def test_every_column_of_an_incident_is_sealed():
    columns = {column.name for column in Incident.__table__.columns}
    assert columns - set(SealedIncident.__slots__) == {"sitting_id"}
