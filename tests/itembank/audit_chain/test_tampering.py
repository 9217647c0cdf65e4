"""F37: the record of who did what, changed by somebody who owns the database. All of it is found."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from itembank import audit
from itembank.audit_chain import repository, service
from itembank.audit_chain.heads import read_head
from itembank.audit_chain.models import AuditLink
from itembank.audit_chain.records import NOTHING_BEFORE, leaf_of, linked
from itembank.audit_chain.verifying import Kind, verify
from itembank.errors import Invalid
from itembank.merkle import Frontier, root_of
from itembank.permissions import Actor
from itembank.signing import new_seed, signing_key, verify_key_of

SEED, OTHER_SEED = new_seed(), new_seed()
KEY = verify_key_of(signing_key(SEED))
WHO = Actor(uuid.UUID(int=7), "Nguyễn Thị Hạnh", uuid.UUID(int=8), "Trường THPT Ngô Quyền")
TABLES = ("audit_event", "audit_link", "audit_head")


def write_events(db: Session, count: int, *, now, first: int = 0) -> None:
    for n in range(first, first + count):
        audit.record(
            db, WHO if n % 3 else None, "code.reissued", "candidate", f"thí sinh {n}",
            now=now + timedelta(seconds=n), before={"n": n, "cũ": [1.5, None]}, after={"n": n + 1},
            reason="Làm mất phiếu" if n % 2 else None,
        )  # fmt: skip
        db.flush()


@pytest.fixture
def kept(db, now):
    """Twelve events under two heads; the second head is what lies outside, as a file."""
    write_events(db, 7, now=now)
    service.chain_committed(db)
    service.sign_head(db, SEED, now=now + timedelta(minutes=1))
    write_events(db, 5, now=now + timedelta(minutes=1), first=7)
    service.chain_committed(db)
    head = service.sign_head(db, SEED, now=now + timedelta(minutes=2))
    assert head is not None
    without_guards(db)
    return read_head(head.text)


def without_guards(db: Session) -> None:
    """As whoever owns the database can: the triggers go first."""
    for table in TABLES:
        if db.get_bind().dialect.name == "postgresql":
            db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for verb in ("update", "delete"):
                db.execute(text(f"DROP TRIGGER {table}_no_{verb}"))


def by_hand(db: Session, statement: str, **values: object) -> None:
    db.execute(text(statement), values)
    db.expire_all()


def found(db: Session, *outside) -> list[tuple[Kind, int]]:
    db.expire_all()
    result = verify(db, outside=outside, trusted={KEY})
    return [(one.kind, one.about) for one in result.findings]


def test_what_nobody_touched_is_whole(db, kept):
    result = verify(db, outside=[kept], trusted={KEY})
    assert result.is_whole
    assert (result.size, result.n_heads, result.n_waiting, result.root) == (12, 3, 0, kept.root)


CHANGES = {
    "at": "'2026-11-23 05:59:59+00:00'",
    "actor_id": "NULL",
    "actor_name": "'Ai đó'",
    "action": "'code.printed'",
    "object_type": "'sitting'",
    "object_id": "'9'",
    "before": "NULL",
    "after": """'{"n": 99}'""",
    "reason": "'khác'",
}


@contextmanager
def taken_back(db: Session) -> Iterator[None]:
    with db.begin_nested() as tried:
        yield
        tried.rollback()


@pytest.mark.parametrize("seq", [2, 12])
def test_every_changed_column_is_found(db, kept, seq):
    for column, value in CHANGES.items():
        with taken_back(db):
            by_hand(db, f"UPDATE audit_event SET {column} = {value} WHERE seq = :seq", seq=seq)
            assert found(db) == [(Kind.CHANGED, seq)], column
    assert found(db) == []


def test_every_column_is_in_the_leaf(db):
    columns = set(audit.AuditEvent.__table__.columns.keys())
    assert columns == set(repository.Recorded._fields) == set(CHANGES) | {"seq"}


def test_every_deleted_event_is_found_with_its_link_or_without(db, kept):
    for seq in range(1, 13):
        with taken_back(db):
            by_hand(db, "DELETE FROM audit_event WHERE seq = :seq", seq=seq)
            assert found(db) == [(Kind.DELETED, seq)]
            by_hand(db, "DELETE FROM audit_link WHERE event_seq = :seq", seq=seq)
            assert found(db), seq


def test_an_event_slipped_in_under_an_older_time_is_found(db, kept, now):
    """At once, and still after the sequencer has chained it as if it were new."""
    write_events(db, 1, now=now - timedelta(days=1), first=20)
    assert found(db) == [(Kind.SLIPPED_IN, 13)]
    service.chain_committed(db)
    service.sign_head(db, SEED, now=now + timedelta(minutes=3))
    assert found(db) == [(Kind.SLIPPED_IN, 13)]


def test_an_event_put_on_a_number_that_was_passed_is_found(db, kept, now):
    by_hand(db, "DELETE FROM audit_event WHERE seq = 5")
    by_hand(db, "DELETE FROM audit_link WHERE event_seq = 5")
    insert = (
        "INSERT INTO audit_event (seq, at, actor_name, action, object_type, object_id) "
        "VALUES (5, :at, 'Ai đó', 'code.reissued', 'candidate', '5')"
    )
    at = (now + timedelta(days=2)).isoformat(sep=" ", timespec="microseconds")[:26]
    by_hand(db, insert, at=at + ("+00:00" if db.get_bind().dialect.name == "postgresql" else ""))
    assert (Kind.SLIPPED_IN, 5) in found(db)


def test_any_two_events_that_changed_places_are_found(db, kept):
    for one, two in ((1, 2), (3, 11), (11, 12)):
        with taken_back(db):
            turn(db, "audit_event", "seq", one, two)
            assert found(db) == [(Kind.CHANGED, one), (Kind.CHANGED, two)]


def turn(db: Session, table: str, column: str, one: int, two: int) -> None:
    for start, end in ((one, 1000), (two, one), (1000, two)):
        statement = f"UPDATE {table} SET {column} = :end WHERE {column} = :start"
        by_hand(db, statement, start=start, end=end)


def test_two_links_that_changed_places_are_found(db, kept):
    turn(db, "audit_link", "number", 4, 5)
    assert Kind.LINK_BROKEN in {kind for kind, _ in found(db)}


def test_a_tail_cut_off_clean_is_found_by_the_head_outside(db, kept):
    """Events, links and heads alike: inside, nothing is left that could tell."""
    for left in (11, 7, 1, 0):
        by_hand(db, "DELETE FROM audit_event WHERE seq > :left", left=left)
        by_hand(db, "DELETE FROM audit_link WHERE number > :left", left=left)
        by_hand(db, "DELETE FROM audit_head WHERE size > :left", left=left)
        assert found(db) == []
        assert found(db, kept) == [(Kind.CUT_OFF, 12)]


def rebuild(db: Session, *, seed: str | None, now) -> None:
    """Change an event and make every link, and with a key every head, anew."""
    by_hand(db, "UPDATE audit_event SET reason = 'khác' WHERE seq = 3")
    by_hand(db, "DELETE FROM audit_link")
    chain = NOTHING_BEFORE
    for event in repository.unlinked(db, everything=True):
        leaf = leaf_of(event)
        chain = linked(chain, leaf)
        link = {"number": event.seq, "event_seq": event.seq, "leaf": leaf.hex()}
        db.add(AuditLink(**link, chain=chain.hex()))
    if seed is not None:
        by_hand(db, "DELETE FROM audit_head")
        service.sign_head(db, seed, now=now)
    db.flush()


def test_a_rebuilt_chain_does_not_fit_the_heads(db, kept, now):
    rebuild(db, seed=None, now=now)
    assert found(db) == [(Kind.REBUILT, 7), (Kind.REBUILT, 12)]


def test_heads_made_anew_with_another_key_are_not_believed(db, kept, now):
    rebuild(db, seed=OTHER_SEED, now=now)
    assert found(db) == [(Kind.FORGED_HEAD, 12)]


def test_heads_made_anew_with_the_stolen_key_are_found_by_the_head_outside(db, kept, now):
    rebuild(db, seed=SEED, now=now)
    assert found(db) == []
    assert found(db, kept) == [(Kind.REBUILT, 12)]


def test_a_head_changed_in_place_has_no_signature(db, kept):
    by_hand(db, "UPDATE audit_head SET root = :root WHERE size = 7", root="0" * 64)
    assert found(db) == [(Kind.FORGED_HEAD, 7), (Kind.REBUILT, 7)]


def test_the_database_refuses_to_edit_links_and_heads(database, now):
    with database.write() as db:
        write_events(db, 2, now=now)
        service.chain_committed(db)
        service.sign_head(db, SEED, now=now)
    for table in ("audit_link", "audit_head"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET chain = '0'"):
            with pytest.raises(Exception, match="append-only"), database.write() as db:
                db.execute(text(statement))


def test_chaining_goes_on_where_it_stopped_and_misses_nothing(db, now):
    write_events(db, 10, now=now)
    counts = []
    while not counts or counts[-1]:
        counts.append(service.chain_committed(db, most=4))
    assert counts == [4, 4, 2, 0]
    head = service.sign_head(db, SEED, now=now)
    assert service.sign_head(db, SEED, now=now + timedelta(hours=1)) == head
    assert verify(db, trusted={KEY}).size == 10


def test_an_event_that_commits_late_is_chained_behind_and_is_no_finding(db, now):
    write_events(db, 3, now=now)
    late = repository.unlinked(db)[1]
    waiting = [event for event in repository.unlinked(db) if event.seq != late.seq]
    chain = NOTHING_BEFORE
    for number, event in enumerate(waiting, start=1):
        chain = linked(chain, leaf_of(event))
        link = {"number": number, "event_seq": event.seq, "leaf": leaf_of(event).hex()}
        db.add(AuditLink(**link, chain=chain.hex()))
    db.flush()
    service.sign_head(db, SEED, now=now + timedelta(minutes=5))
    assert service.chain_committed(db) == 1
    assert found(db) == []


def test_a_growing_tree_has_the_root_of_its_leaves():
    leaves = [bytes([n]) * 32 for n in range(40)]
    tree = Frontier()
    assert tree.root == root_of([])
    for n, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        assert (tree.size, tree.root) == (n, root_of(leaves[:n]))


@pytest.mark.parametrize("words", ["", "[]", "{}", json.dumps({"kind": "khác", "size": 1})])
def test_another_file_is_no_head(words):
    with pytest.raises(Invalid):
        read_head(words)


def test_a_head_whose_words_were_changed_is_not_believed(db, kept):
    for cell in ("root", "chain", "at", "size", "verify_key"):
        told = json.loads(kept.text)
        told[cell] = told[cell] + 1 if cell == "size" else "0" * len(told[cell])
        assert Kind.FORGED_HEAD in {kind for kind, _ in found(db, read_head(json.dumps(told)))}
