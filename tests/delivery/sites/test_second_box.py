"""Two boxes of a site: nothing is called saved before both have it; one may die at any moment."""

from __future__ import annotations

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.app import create_app
from api.settings import Settings
from api.site.box import SiteBox
from api.site.second_box import (
    COPY_PATH,
    DEGRADED,
    OK,
    SIGNED_BY,
    TOOK_OVER,
    BothBoxes,
    OnlyCopies,
    SecondBox,
    StandBy,
)
from delivery.attempts.models import ResponseEvent
from delivery.packages.repository import facts_of
from delivery.sites import shipping
from delivery.sites.models import Unshipped
from delivery.sittings.models import Sitting
from tests.api.test_site_day import sit
from tests.delivery.sites.conftest import _copy_of
from tests.factories.sites import BUILD, CENTRE, CODE, openers
from tests.web import sign_in

VALUES = ("A", {i: True for i in "abcd"}, "3,5")


@pytest.fixture
def prepared(prepared_sqlite):
    """SQLite only: PostgreSQL brings its own standby."""
    return prepared_sqlite


@pytest.fixture
def other_database(prepared):
    yield from _copy_of(prepared, prepared.open_name)


def application(database, clock, centre):
    app = create_app(Settings(worker_in_process=False), database)
    app.state.clock = clock
    app.state.site_box = SiteBox(database, CENTRE.public, None, BUILD)
    return app


class Line:
    """The cable between the boxes; pulled, nothing arrives."""

    def __init__(self, client):
        self.client = client
        self.is_pulled = False

    def post(self, url, **sent):
        if self.is_pulled:
            raise httpx.ConnectError("no cable")
        return self.client.post(url.removeprefix("http://second"), **sent)


class Pair:
    def __init__(self, first, second, clock, centre):
        self.stand_by = StandBy()
        app = application(second, clock, centre)
        app.state.second_box = self.stand_by
        self.second = TestClient(OnlyCopies(app, self.stand_by), raise_server_exceptions=False)
        self.line = Line(self.second)
        self.shipper = SecondBox(first, "http://second", client=self.line)
        self.shipper.start()
        self.first = TestClient(BothBoxes(application(first, clock, centre), self.shipper))


@pytest.fixture
def pair(box_database, other_database, clock, centre):
    made = Pair(box_database, other_database, clock, centre)
    with box_database.write() as db:
        sitting = db.get_one(Sitting, centre.sitting_id)
        sitting.state, sitting.opened_at = "open", clock.now
    yield made
    made.shipper.stop()


def facts(database, centre):
    with database.read() as db:
        return facts_of(db, centre.sitting_id)


def events(database):
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(ResponseEvent))


def test_what_is_called_saved_is_on_both_boxes(pair, box_database, other_database, centre):
    for n, number in enumerate(centre.numbers, start=1):
        sit(pair.first, number, VALUES)
        assert events(other_database) == 3 * n
        assert facts(other_database, centre) == facts(box_database, centre)
    assert pair.shipper.state == OK


def test_room_goes_on_with_one_box_and_the_other_catches_up(
    pair, box_database, other_database, centre
):
    pair.line.is_pulled = True
    sit(pair.first, centre.numbers[0], VALUES)
    assert (pair.shipper.state, events(box_database), events(other_database)) == (DEGRADED, 3, 0)
    pair.line.is_pulled = False
    pair.shipper.ship()
    assert facts(other_database, centre) == facts(box_database, centre)


def test_second_box_takes_over_with_everything_that_was_acknowledged(
    pair, box_database, other_database, centre, built
):
    sit(pair.first, centre.numbers[0], VALUES)
    pair.line.is_pulled = True  # the first box dies
    entry = {"sbd": centre.numbers[1], "ma": CODE}
    assert pair.second.post("/thi", data=entry).status_code == 503
    opener = openers(built)[0]
    token = sign_in(pair.second, opener.username, opener.password)
    pair.second.post("/may-diem-thi/tiep-quan", data={"csrf_token": token})
    assert pair.stand_by.state == TOOK_OVER
    sit(pair.second, centre.numbers[1], VALUES)
    assert events(other_database) == 6
    pair.line.is_pulled = False
    with pytest.raises(httpx.HTTPStatusError):
        with box_database.write() as db:  # the first comes back and must not overwrite
            db.get_one(Sitting, centre.sitting_id).closed_at = None
            db.get_one(Sitting, centre.sitting_id).minutes = 91
        pair.shipper.ship()


def test_a_strangers_copy_is_refused(pair, other_database, centre):
    body = b'{"response_event": []}'
    for proof in ("", "0" * 64):
        answer = pair.second.post(COPY_PATH, content=body, headers={SIGNED_BY: proof})
        assert answer.status_code == 403
    assert events(other_database) == 0


def test_a_single_box_notes_nothing(pair, box_database, centre):
    sit(pair.first, centre.numbers[0], VALUES)
    pair.shipper.stop()
    with box_database.write() as db:
        shipping.disarm(db)
        db.get_one(Sitting, centre.sitting_id).minutes = 91
    with box_database.read() as db:
        assert db.scalar(select(func.count()).select_from(Unshipped)) == 0


def test_numbers_only_rise_when_rows_are_forgotten(pair, box_database, centre):
    pair.line.is_pulled = True
    sit(pair.first, centre.numbers[0], VALUES)
    with box_database.write() as db:
        last, _ = shipping.pending(db, 0)
        shipping.forget(db, last)
        db.get_one(Sitting, centre.sitting_id).minutes = 91
    with box_database.read() as db:
        reached, rows = shipping.pending(db, last)
    assert (reached > last, list(rows)) == (True, ["sitting"])
