"""F20 to F22 and F34: captured requests, somebody else's ids, more rights, the paper again and again."""

from __future__ import annotations

import re
import uuid

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from api.auth import passwords
from delivery.attempts.models import Attempt, ResponseEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.api.test_room_candidate import OURS, begin, change, code_of, enter, hand_in, save
from tests.factories.attempts import make_candidate, make_room
from tests.factories.forms import make_person, make_unit
from tests.web import make_client, sign_in

OTHER = "03001248"
PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        make_candidate(db, made.sitting, now=clock.now, number=OTHER)
        return made


@pytest.fixture
def client(database, clock, room):
    return make_client(database, clock)


@pytest.fixture
def other(database, clock, room):
    made = make_client(database, clock)
    assert enter(made, number=OTHER).status_code == 303
    made.post("/thi/bat-dau")
    return made


def stored(database):
    with database.read() as db:
        rows = db.scalars(select(ResponseEvent).order_by(ResponseEvent.attempt_id))
        return sorted((row.attempt_id, row.seq, row.value) for row in rows)


class TestReplay:
    def test_a_captured_save_ten_times_is_one_row(self, client, database, room):
        document = begin(client)
        answers = [save(client, document, change(1, room.choice, "A")) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {200}
        assert len(stored(database)) == 1

    def test_in_another_session_it_changes_nothing(self, client, other, database, room):
        document = begin(client)
        save(client, document, change(1, room.choice, "A"))
        before = stored(database)
        answer = save(other, document, change(1, room.choice, "A"), change(2, room.choice, "B"))
        assert (answer.status_code, code_of(answer)) == (409, "writer_replaced")
        refused = hand_in(other, document, 1)
        assert (refused.status_code, code_of(refused)) == (409, "writer_replaced")
        assert stored(database) == before

    def test_without_a_session_or_from_another_page_it_is_refused(
        self, client, database, clock, room
    ):
        document = begin(client)
        stranger = make_client(database, clock)
        assert save(stranger, document, change(1, room.choice, "A")).status_code == 401
        body = {"writer": document["writer"]["id"], "events": [change(1, room.choice, "A")]}
        assert client.post("/thi/api/events", json=body).status_code == 403
        assert stored(database) == []

    def test_after_handing_in_it_changes_neither_rows_nor_receipt(self, client, database, room):
        document = begin(client)
        save(client, document, change(1, room.choice, "A"))
        receipt = hand_in(client, document, 1).json()
        before = stored(database)
        assert save(client, document, change(1, room.choice, "A")).status_code == 200
        assert save(client, document, change(1, room.choice, "B")).status_code == 409
        assert save(client, document, change(2, room.choice, "B")).status_code == 409
        assert (stored(database), hand_in(client, document, 1).json()) == (before, receipt)


def pages_with_ids(client):
    """Every address of the application that names a thing by its id."""
    return sorted(
        (method, route.path)
        for route in client.app.routes
        if isinstance(route, APIRoute) and "{" in route.path
        for method in route.methods - {"HEAD"}
    )


class TestForeignIds:
    """Three foreigners: nobody at all, a teacher of another unit, an invigilator of another unit."""

    @pytest.fixture
    def foreigners(self, database, clock, room):
        with database.write() as db:
            unit = make_unit(db, "TRUONG-XA", "truong")
            make_person(db, unit, "giaovien.xa", Role.TEACHER, now=clock.now, password_hash=HASH)
            make_person(db, unit, "giamthi.xa", Role.INVIGILATOR, now=clock.now, password_hash=HASH)
        made = [make_client(database, clock) for _ in range(3)]
        for client, name in zip(made[1:], ("giaovien.xa", "giamthi.xa"), strict=True):
            sign_in(client, name, PASSWORD)
        return made

    def test_no_address_gives_what_is_not_theirs(self, foreigners, client, database, room):
        begin(client)
        with database.read() as db:
            attempt = db.scalars(select(Attempt.id)).one()
        ids = (room.sitting.id, room.candidate.id, attempt, room.sitting.form_id, room.choice)
        opened = [
            (path, answer.status_code)
            for stranger in foreigners
            for method, path in pages_with_ids(stranger)
            if method == "GET"
            for held in ids
            if (answer := ask(stranger, path, held)).status_code < 300 and str(held) in answer.text
        ]
        assert opened == []

    def test_a_sitting_of_others_reads_like_one_that_is_not_there(self, foreigners, room):
        unlike = []
        for stranger in foreigners:
            for method, path in pages_with_ids(stranger):
                if method == "GET" and "{sitting" in path:
                    theirs, nobodys = (
                        ask(stranger, path, room.sitting.id),
                        ask(stranger, path, uuid.uuid4()),
                    )
                    if theirs.status_code != nobodys.status_code:
                        unlike.append((path, theirs.status_code, nobodys.status_code))
        assert all(status in {401, 403, 404} for _, status, _ in unlike), unlike


def ask(client, path, held):
    return client.get(re.sub(r"{[^}]*}", str(held), path), follow_redirects=False)


class TestEscalation:
    @pytest.mark.parametrize("field", ["epoch", "attempt", "deadline", "role", "received_at"])
    def test_a_field_the_player_has_no_business_with_is_refused(
        self, client, database, room, field
    ):
        document = begin(client)
        body = {"writer": document["writer"]["id"], "events": [change(1, room.choice, "A")]}
        inside = {**body, "events": [{**body["events"][0], field: 9}]}
        for sent in ({**body, field: 9}, inside):
            for path in ("events", "late-events", "submit", "process"):
                answer = client.post(f"/thi/api/{path}", json=sent, headers=OURS)
                assert answer.status_code == 422, path
        assert stored(database) == []

    def test_a_header_that_claims_a_role_is_not_read(self, client, database, clock, room):
        document = begin(client)
        claims = {"X-Role": "admin", "X-Forwarded-User": "totchuc", "Authorization": "Basic YTpi"}
        before = client.get("/phong-thi", follow_redirects=False)
        assert (
            client.get("/phong-thi", headers=claims, follow_redirects=False).status_code
            == before.status_code
        )
        assert before.status_code in {303, 401, 403}
        assert save(client, document, change(1, room.choice, "A"), **claims).status_code == 200

    def test_signing_in_grants_no_role_that_was_asked_for(self, database, clock, room):
        with database.write() as db:
            unit = db.get_one(Unit, room.sitting.unit_id)
            make_person(db, unit, "giaovien", Role.TEACHER, now=clock.now, password_hash=HASH)
        client = make_client(database, clock)
        asked = {"username": "giaovien", "password": PASSWORD, "role": "admin", "roles": "admin"}
        client.post("/dang-nhap", data=asked)
        assert client.get(f"/phong-thi/{room.sitting.id}", follow_redirects=False).status_code in {
            403,
            404,
        }


class TestHarvesting:
    def test_however_often_it_is_fetched_the_candidate_sees_one_form(self, client, room):
        begin(client)
        papers = []
        for _ in range(5):
            client.post("/thi/bat-dau")
            document = client.get("/thi/api/attempt").json()
            papers.append((document["exam"]["form_code"], document["parts"]))
        assert all(paper == papers[0] for paper in papers)
