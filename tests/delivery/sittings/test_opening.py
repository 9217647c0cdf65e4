"""Who opens a sitting, and where: two people unless said otherwise, and never in two places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.opening import open_or_ask
from delivery.sittings import service
from delivery.sittings.models import Sitting
from delivery.sittings.shipped import site_holding
from itembank.errors import Refused
from itembank.permissions import Role
from tests.factories.forms import make_actor, make_frozen_form, make_person, make_unit
from tests.factories.sites import make_centre, make_package


def test_a_sitting_takes_two_openers_and_admits_nobody_after_15_minutes(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    form = make_frozen_form(db, officer, author, now=now)
    made = service.create_sitting(
        db, officer, form=form, title="Thi thử", unit=unit, minutes=90,
        starts_at=now + timedelta(hours=1), now=now,
    )  # fmt: skip
    assert (made.openers, made.late_minutes) == (2, 15)


@pytest.mark.parametrize("openers", [1, 2])
def test_a_sitting_whose_package_went_to_a_site_is_not_opened_here(db, now, openers):
    centre = make_centre(db, now=now)
    sitting = db.get_one(Sitting, centre.sitting_id)
    sitting.openers = openers
    assert site_holding(db, sitting.id) is None
    make_package(db, centre, now=now)
    name = site_holding(db, sitting.id)
    for verb in (service.ask_opening, service.open_sitting, open_or_ask):
        with pytest.raises(Refused, match="lập một ca thi khác") as refused:
            verb(db, centre.officer, sitting, now=now)
        assert refused.value.code == "held_at_a_site" and name in str(refused.value.message)
    assert sitting.state == "planned"
