"""Twenty items from draft to a package that the department has signed for, each person at a desk.

A teacher, the group lead of the school, two reviewers of other schools, the council's secretary and
an officer of the department; three members vote where the reviewers do not agree.
Set KHAOTHI_TOUR to a folder to keep a picture of every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.db import Database
from api.settings import Settings

from .appraisal_steps import (
    REJECTED,
    RETURNED,
    author_mends_and_sends_again,
    author_takes_a_suggestion_and_answers,
    council_votes,
    lead_screens,
    lead_sees_what_changed,
    reviewers_conclude,
    secretary_decides,
    versions_stand_side_by_side,
)
from .authoring import complete_and_send_drafts, import_the_rest, type_a_choice, type_an_order
from .commission import Commission, seat_everybody
from .conftest import serving
from .handover_steps import (
    another_item_takes_the_rejected_ones_place,
    blocked_for_shortage,
    handed_over,
    minutes_are_read,
    officer_sets_a_quota,
    officer_signs,
    package_is_verified,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # minutes; `make days`
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def commission(database: Database, browser: Browser, tmp_path: Path) -> Iterator[Commission]:
    with database.write() as db:
        seat_everybody(db, now=datetime.now(UTC))
    settings = Settings(centre_key_file=str(tmp_path / "centre.key"))
    with serving(database, settings) as address:
        made = Commission(address, browser, database)
        yield made
        made.leave()


def test_twenty_items_from_draft_to_a_signed_package(
    commission: Commission, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = commission.desk("giaovien")
    type_a_choice(teacher)
    type_an_order(teacher)
    import_the_rest(teacher, tmp_path)
    complete_and_send_drafts(commission, teacher)
    assert len(commission.items()) == 20

    lead_screens(commission)
    author_takes_a_suggestion_and_answers(commission)
    lead_sees_what_changed(commission)

    reviewers_conclude(commission)
    secretary_decides(commission, {RETURNED: "Trả lại để sửa", REJECTED: "Không nhận"})
    author_mends_and_sends_again(commission)
    versions_stand_side_by_side(commission)
    council_votes(commission)

    board = officer_sets_a_quota(commission)
    blocked_for_shortage(commission, board)
    another_item_takes_the_rejected_ones_place(commission)
    package = handed_over(commission, board)
    officer_signs(commission, package)
    minutes_are_read(commission, package, tmp_path)
    package_is_verified(commission, package, tmp_path, capsys)
