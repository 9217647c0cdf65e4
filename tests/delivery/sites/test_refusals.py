"""What a box and the centre refuse: foreign, changed, early, with another program, alone, twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.auth import passwords
from api.site.box import SiteBox
from delivery.packages.bundle import Bundle
from delivery.packages.envelope import RESULTS, unwrap
from delivery.packages.errors import DamagedFile, NotExamMode, WrongCode
from delivery.packages.keys import new_centre_keys
from delivery.packages.release_code import new_code
from delivery.sites import box_service, repository, results_service, service
from delivery.sites.box_service import Opener
from delivery.sites.exam_mode import exam_mode_problems
from delivery.sites.models import HeldPackage
from delivery.sittings.models import Candidate, Sitting
from itembank.audit import AuditEvent
from itembank.errors import Invalid, KhaothiError, Refused
from itembank.people.models import Person
from tests.delivery.sites.test_round_trip import sit
from tests.factories.sites import BUILD, CENTRE, SQLITE_BOX, make_package, openers


def nothing_opened(database) -> bool:
    with database.read() as db:
        (held,) = repository.held_packages(db)
        rows = [
            db.scalar(select(func.count()).select_from(kind))
            for kind in (Sitting, Candidate, Person)
        ]
        return held.opened_at is None and held.signing_seed is None and rows == [0, 0, 0]


def test_another_centres_package_is_refused(shut_database, built, now):
    stranger = SiteBox(shut_database, new_centre_keys().public, None, BUILD)
    with pytest.raises(DamagedFile) as refused:
        stranger.receive(built.file, now=now)
    assert refused.value.code == "signature_wrong"


def test_another_build_is_refused_at_every_step(shut_database, built, now):
    other = SiteBox(shut_database, CENTRE.public, None, "c" * 64)
    with pytest.raises(NotExamMode):
        other.receive(built.file, now=now)
    with pytest.raises(NotExamMode):
        other.check_exam_mode()
    with pytest.raises(NotExamMode):
        other.open(built.package_id, built.code, openers(built), now=now)
    assert nothing_opened(shut_database)


@pytest.mark.parametrize("name, value", [("synchronous", "1"), ("foreign_keys", "0")])
def test_database_that_may_lose_answers_is_refused(name, value):
    unsafe = replace(SQLITE_BOX, settings={**SQLITE_BOX.settings, name: value})
    assert [str(p.where) for p in exam_mode_problems(unsafe, BUILD)] == [name]
    assert exam_mode_problems(SQLITE_BOX, BUILD) == []


def test_box_of_the_tests_is_in_exam_mode(box):
    box.check_exam_mode()
    assert exam_mode_problems(box.described(), BUILD) == []


def test_wrong_code_opens_nothing(shut_box, shut_database, built, now):
    with pytest.raises(WrongCode):
        shut_box.open(built.package_id, new_code(), openers(built), now=now)
    assert nothing_opened(shut_database)


def test_package_does_not_open_before_its_time(shut_box, shut_database, built, now):
    early = now - timedelta(minutes=17)
    with pytest.raises(Refused) as refused:
        shut_box.open(built.package_id, built.code, openers(built), now=early)
    assert refused.value.code == "too_early"
    assert nothing_opened(shut_database)


@pytest.mark.parametrize(
    "case", ["one person twice", "wrong password", "stranger", "nobody's account"]
)
def test_opening_takes_two_people_of_the_package(prepared, shut_database, shut_box, now, case):
    first, second = openers(prepared.built)
    wrong = {
        "one person twice": first,
        "wrong password": Opener(second.username, first.password),
        "stranger": Opener("khach", "x"),
        "nobody's account": Opener("trung-tam", ""),
    }[case]
    box = shut_box.described()
    with pytest.raises(Invalid) as refused, shut_database.write() as db:
        box_service.open_package(
            db, prepared.built.package_id, prepared.inside, [first, wrong], box,
            verify_password=passwords.verify, now=now,
        )  # fmt: skip
    assert refused.value.code == "openers_wrong"
    assert nothing_opened(shut_database)


@pytest.mark.parametrize("table", ["unit", "form_item", "candidate", "accommodation"])
def test_opening_that_breaks_off_leaves_nothing(prepared, shut_database, shut_box, now, table):
    """Whatever row the machine dies at, the package is as shut as before, and opens afterwards."""
    tables = dict(prepared.inside.tables)
    broken = {name: rows for name, rows in tables.items() if name != table}
    broken[table] = [*tables[table], {"no such column": 1}]
    order = {name: broken[name] for name in tables}
    opening = {"verify_password": passwords.verify, "now": now}
    people, box = openers(prepared.built), shut_box.described()
    with pytest.raises(Invalid), shut_database.write() as db:
        box_service.open_package(
            db, prepared.built.package_id, Bundle(order, prepared.inside.beside), people, box, **opening
        )  # fmt: skip
    assert nothing_opened(shut_database)
    with shut_database.write() as db:
        box_service.open_package(
            db, prepared.built.package_id, prepared.inside, people, box, **opening
        )
    assert not nothing_opened(shut_database)


def test_opened_package_is_not_opened_again(box, built, now):
    with pytest.raises(Refused) as refused:
        box.open(built.package_id, built.code, openers(built), now=now)
    assert refused.value.code == "package_open"


def test_same_file_received_twice_is_one_package(box, box_database, built, now):
    box.receive(built.file, now=now)
    with box_database.read() as db:
        assert db.scalar(select(func.count()).select_from(HeldPackage)) == 1


def test_results_are_not_sealed_while_candidates_write(box, built, now):
    with pytest.raises(Refused) as refused:
        box.seal(None, built.package_id, now=now)
    assert refused.value.code == "sitting_not_closed"


def test_every_changed_byte_of_a_result_file_is_refused(
    database, box_database, box, centre, built, now
):
    file = box.seal(sit(box_database, centre, now), built.package_id, now=now).file
    sealed_at = len(file) - len(unwrap(RESULTS, file).sealed)
    places = [*range(0, sealed_at, 5), *range(sealed_at, len(file), 97)]
    with database.read() as db:
        results_service.open_results(db, file, CENTRE)
        for at in places:
            changed = bytearray(file)
            changed[at] ^= 0x01
            with pytest.raises(KhaothiError):
                results_service.open_results(db, bytes(changed), CENTRE)


def test_results_of_another_box_are_refused(database, box_database, box, centre, built, now):
    """Signed by the package's own key only: a file from elsewhere under its name is nobody's."""
    from delivery.packages.envelope import wrap
    from delivery.packages.keys import new_seed, signing_key

    file = box.seal(sit(box_database, centre, now), built.package_id, now=now).file
    envelope = unwrap(RESULTS, file)
    forged = wrap(RESULTS, envelope.manifest, envelope.sealed, signing_key(new_seed()))
    with database.read() as db, pytest.raises(DamagedFile):
        results_service.open_results(db, forged, CENTRE)


# --- the release of the code ------------------------------------------------------------------


def test_code_is_released_by_two_people_and_not_before_its_time(database, centre, built, now):
    early = now - timedelta(hours=1)
    with database.write() as db:
        package = repository.package_of(db, built.package_id)
        with pytest.raises(Refused) as refused:
            service.released_code(db, centre.officer, package, CENTRE, now=now)
        assert refused.value.code == "two_people_needed"
        service.agree_to_release(db, centre.officer, package, reason="", now=early)
        with pytest.raises(Refused) as refused:
            service.agree_to_release(db, centre.officer, package, reason="", now=early)
        assert refused.value.code == "already_agreed"
        service.agree_to_release(db, centre.second_officer, package, reason="", now=early)
        with pytest.raises(Refused) as refused:
            service.released_code(db, centre.officer, package, CENTRE, now=early)
        assert refused.value.code == "too_early"
        told = service.released_code(db, centre.officer, package, CENTRE, now=now)
    assert told.replace(" ", "") == built.code
    with database.read() as db:
        actions = list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))
    assert actions[-3:] == ["release_code.agreed", "release_code.agreed", "release_code.read"]


def test_code_of_a_package_that_was_built_again_takes_a_reason(database, centre, built, now):
    """Whether it was agreed to before the newer one was built, or after."""
    early, people = now - timedelta(hours=1), (centre.officer, centre.second_officer)
    with database.write() as db:
        package = repository.package_of(db, built.package_id)
        for person in people:
            service.agree_to_release(db, person, package, reason="", now=early)
        newer = repository.package_of(db, make_package(db, centre, now=now).package_id)
        assert newer.number == package.number + 1
        with pytest.raises(Refused) as refused:
            service.released_code(db, centre.officer, package, CENTRE, now=now, reason="mất")
        assert refused.value.code == "package_replaced"
        assert not service.may_be_opened(db, package, now=now)  # nor does the box get it by itself
        why = "Trường chỉ còn gói cũ"
        told = service.released_code(db, centre.officer, package, CENTRE, now=now, reason=why)
        assert told.replace(" ", "") == built.code
        latest = make_package(db, centre, now=now)
        with pytest.raises(Refused) as refused:
            service.agree_to_release(db, centre.officer, newer, reason="", now=now)
        assert refused.value.code == "package_replaced"
        for person in people:
            service.agree_to_release(db, person, newer, reason=why, now=now)
        assert service.may_be_opened(db, newer, now=now)
        newest = repository.newest_package(db, package.sitting_id)
        assert newest.id == latest.package_id


def test_code_is_not_in_the_centres_database(database, prepared, built):
    with database.read() as db:
        package = repository.package_of(db, built.package_id)
        assert built.code.encode() not in package.code_sealed
        assert built.code not in str(package.manifest)


def test_package_is_not_built_of_an_incomplete_or_opened_sitting(database, centre, now):
    with database.write() as db:
        db.get_one(Sitting, centre.sitting_id).state = "open"
        db.flush()
        with pytest.raises(Refused):
            make_package(db, centre, now=now)
        db.get_one(Sitting, centre.sitting_id).state = "planned"
        for candidate in db.scalars(select(Candidate)):
            candidate.code_hash = None
        db.flush()
        with pytest.raises(Invalid) as refused:
            make_package(db, centre, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["mã dự thi"]
