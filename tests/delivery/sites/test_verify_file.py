"""A result file is held against the root on paper before it is taken in, and the centre afterwards."""

from __future__ import annotations

from delivery.packages.bundle import unpack
from delivery.packages.envelope import RESULTS, unwrap
from delivery.packages.keys import opened_by
from delivery.seals.chain import shown
from delivery.seals.service import seal_sitting, verify_file, verify_sitting
from delivery.sites import results_service
from delivery.sittings.repository import sitting_of
from tests.factories.sites import CENTRE

from .test_round_trip import sit


def test_file_and_centre_have_the_root_that_was_printed_at_the_site(
    database, box_database, box, centre, built, now
):
    actor = sit(box_database, centre, now)
    with box_database.write() as db:
        paper = shown(seal_sitting(db, actor, sitting_of(db, centre.sitting_id), now=now).root)
    file = box.seal(actor, built.package_id, now=now).file
    tables = unpack(opened_by(CENTRE.identity, unwrap(RESULTS, file).sealed)).tables
    with database.read() as db:
        sitting = sitting_of(db, centre.sitting_id)
        found = verify_file(db, sitting, tables, root=paper)
        assert found.fits and found.n_attempts == 3
        assert not verify_file(db, sitting, tables, root="0" * 64).fits
        tables["response_event"][0]["value"] = tables["response_event"][1]["value"]
        changed = verify_file(db, sitting, tables, root=paper)
        assert not changed.fits and len(changed.changed) == 1
        del tables["response_event"][0]
        assert not verify_file(db, sitting, tables).fits
    with database.write() as db:
        results_service.merge_results(db, None, file, CENTRE, now=now)
    with database.read() as db:
        assert verify_sitting(db, sitting_of(db, centre.sitting_id), root=paper).fits


def test_a_file_of_a_sitting_that_was_never_sealed_says_so(
    database, box_database, box, centre, built, now
):
    actor = sit(box_database, centre, now)
    file = box.seal(actor, built.package_id, now=now).file
    tables = unpack(opened_by(CENTRE.identity, unwrap(RESULTS, file).sealed)).tables
    with database.read() as db:
        assert verify_file(db, sitting_of(db, centre.sitting_id), tables) is None
