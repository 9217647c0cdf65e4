"""From the centre to a box and back, on both databases: nothing lost, nothing doubled."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from api.db import Database
from delivery.attempts import repository as attempts
from delivery.attempts import service as work
from delivery.attempts.models import Attempt, ResponseEvent
from delivery.packages.bundle import unpack
from delivery.packages.envelope import PACKAGE, RESULTS, unwrap
from delivery.packages.errors import ResultsConflict
from delivery.packages.fact_tables import BACK
from delivery.packages.keys import opened_by
from delivery.packages.repository import facts_of
from delivery.results.service import score_sitting, scoring_key
from delivery.sites import repository, results_service
from delivery.sites.models import ResultMerge, SiteEvent
from delivery.sittings import repository as sittings
from delivery.sittings import service as sitting_service
from delivery.sittings.models import Candidate, Sitting
from itembank.errors import Conflict
from itembank.people import repository as people
from itembank.people.models import Person
from tests.factories.attempts import answer, held, sign_in_device
from tests.factories.sites import CENTRE


def sit(box: Database, centre, now):
    """Every candidate answers the first item on the box and hands in; the sitting is closed."""
    with box.write() as db:
        person = db.scalars(select(Person).where(Person.username == "giamthi1")).one()
        actor = people.load_actor(db, person)
        sitting = sittings.sitting_of(db, centre.sitting_id)
        sitting.state, sitting.opened_at = "open", now
        db.flush()
        for n, number in enumerate(centre.numbers):
            candidate = db.scalars(select(Candidate).where(Candidate.number == number)).one()
            name = f"may-{number}"
            work.start(db, sign_in_device(db, candidate, name, now=now), now=now)
            changes = [answer(1, centre.form_items[0], "ABCD"[n % 4])]
            work.save_events(db, held(db, name), changes, now=now)
            work.submit(db, held(db, name), last_seq=1, now=now)
        sitting_service.close_sitting(db, actor, sitting, now=now)
        return actor


def test_box_gives_back_what_candidates_did_and_a_second_merge_changes_nothing(
    database, box_database, box, centre, built, now
):
    actor = sit(box_database, centre, now)
    sealed = box.seal(actor, built.package_id, now=now)
    with database.write() as db:
        merged = results_service.merge_results(db, centre.officer, sealed.file, CENTRE, now=now)
    with database.write() as db:
        again = results_service.merge_results(db, centre.officer, sealed.file, CENTRE, now=now)
    assert (merged.fresh, again.fresh, again.was_known) == (10, 0, True)
    with database.read() as db, box_database.read() as there:
        here, came = facts_of(db, centre.sitting_id), facts_of(there, centre.sitting_id)
        (own,), (boxes,) = here.pop("sitting"), came.pop("sitting")
        assert here == came
        assert own == {**boxes, "created_by": str(centre.officer.person_id)}
        assert len(db.scalars(select(ResultMerge)).all()) == 1
        told = [event.action for event in db.scalars(select(SiteEvent).order_by(SiteEvent.seq))]
    assert told[:2] == ["package.received", "package.opened"]


def test_centre_scores_with_keys_that_never_left(database, box_database, box, centre, built, now):
    actor = sit(box_database, centre, now)
    with box_database.write() as db, pytest.raises(Conflict, match="Đáp án ở trung tâm"):
        score_sitting(db, None, sittings.sitting_of(db, centre.sitting_id), now=now)
    sealed = box.seal(actor, built.package_id, now=now)
    with database.write() as db:
        results_service.merge_results(db, None, sealed.file, CENTRE, now=now)
        sitting = sittings.sitting_of(db, centre.sitting_id)
        assert score_sitting(db, None, sitting, now=now) == 3
        key = next(k for k in scoring_key(db, sitting.form_id)
                   if k.form_item_id == centre.form_items[0])  # fmt: skip
        given = {a.id: attempts.effective_responses(db, a.id)[centre.form_items[0]]
                 for a in attempts.attempts_of_sitting(db, sitting.id)}  # fmt: skip
        rows = db.execute(text("SELECT attempt_id, points FROM score_fact WHERE form_item_id = :i"),
                          {"i": _as_stored(db, centre.form_items[0])}).all()  # fmt: skip
    right = key.content.interaction.key
    scored = {str(a).replace("-", ""): p for a, p in rows}
    assert {a.hex: ("0.25" if value == right else "0") for a, value in given.items()} == {
        a: str(p) for a, p in scored.items()
    }


def _as_stored(db, value):
    return value.hex if db.connection().dialect.name == "sqlite" else value


def test_sealing_again_gives_the_same_file(box_database, box, centre, built, now):
    actor = sit(box_database, centre, now)
    assert (
        box.seal(actor, built.package_id, now=now).file
        == box.seal(actor, built.package_id, now=now).file
    )


def test_contradiction_is_refused_whole_and_told(database, box_database, box, centre, built, now):
    """The centre holds other bytes under the key of one event: neither copy is believed."""
    actor = sit(box_database, centre, now)
    sealed = box.seal(actor, built.package_id, now=now)
    envelope = unwrap(RESULTS, sealed.file)
    rows = unpack(opened_by(CENTRE.identity, envelope.sealed)).tables
    planted = [fact.name for fact in BACK if fact.name in {"writer_lease", "attempt"}]
    from delivery.packages.repository import store_rows

    other = {**rows["response_event"][0], "value": "IloiQSI="}
    with database.write() as db:
        store_rows(db, {**{name: rows[name] for name in planted}, "response_event": [other]})
    with pytest.raises(ResultsConflict) as refused, database.write() as db:
        results_service.merge_results(db, None, sealed.file, CENTRE, now=now)
    assert "response_event" in str(refused.value.problems[0].where)
    with database.read() as db:
        assert len(db.scalars(select(ResponseEvent)).all()) == 1
        assert db.scalars(select(ResultMerge)).all() == []


def test_candidate_who_also_sat_at_the_centre_is_a_contradiction(
    database, box_database, box, centre, built, now
):
    actor = sit(box_database, centre, now)
    sealed = box.seal(actor, built.package_id, now=now)
    with database.write() as db:
        first = db.scalars(select(Candidate).where(Candidate.number == centre.numbers[0])).one()
        sitting = db.get_one(Sitting, centre.sitting_id)
        db.add(Attempt(sitting_id=sitting.id, candidate_id=first.id, form_id=sitting.form_id,
                       started_at=now, deadline=now))  # fmt: skip
    with pytest.raises(ResultsConflict), database.write() as db:
        results_service.merge_results(db, None, sealed.file, CENTRE, now=now)


def test_two_copies_of_a_box_make_one(database, box_database, box, centre, built, now):
    """A file sealed before the last events and one sealed after: the union, in either order."""
    actor = sit(box_database, centre, now)
    early = box.seal(actor, built.package_id, now=now)
    with box_database.write() as db:
        attempt = attempts.attempts_of_sitting(db, centre.sitting_id)[0]
        lease = attempts.events_of(db, attempt.id)[0]
        db.add(ResponseEvent(attempt_id=attempt.id, writer_id=lease.writer_id, seq=2, epoch=1,
                             sitting_id=attempt.sitting_id, kind="flag",
                             form_item_id=centre.form_items[0], value=b"true", client_at="",
                             received_at=now))  # fmt: skip
    late = box.seal(actor, built.package_id, now=now)
    assert late.file != early.file
    with database.write() as db:
        assert results_service.merge_results(db, None, late.file, CENTRE, now=now).fresh == 11
        assert results_service.merge_results(db, None, early.file, CENTRE, now=now).fresh == 0


def test_package_is_kept_sealed_until_it_is_opened(shut_database, built):
    with shut_database.read() as db:
        (held_one,) = repository.held_packages(db)
        assert held_one.opened_at is None
        assert held_one.signing_seed is None
        assert db.scalars(select(Candidate)).all() == []
    assert unwrap(PACKAGE, built.file).sealed.startswith(b"age-encryption.org/v1\n-> scrypt")
