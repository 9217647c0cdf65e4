"""Practice on the candidate's screen: what is right is told when it may be, and by this route alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from delivery.practice.models import PracticeAnswer
from delivery.practice.typed import unpacked
from tests.api.test_practice_pages import SECRET, school, signed_in
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.web import make_client

__all__ = ["school"]
OURS = {"X-Requested-With": "khaothi"}
AT = "2026-11-23T06:00:00.000Z"


class Player:
    """What the screen does: asks for the work, saves, checks, hands in."""

    def __init__(self, client, task):
        self.client = client
        self.base = f"/lop/api/bai/{task}"

    def document(self):
        return self.client.get(self.base + "/bai-lam")

    def post(self, path, body):
        return self.client.post(self.base + path, json=body, headers=OURS)

    def save(self, item, *values):
        events = [
            {"seq": n, "kind": "answer", "item": item, "value": value, "client_at": AT}
            for n, value in enumerate(values, start=1)
        ]
        return self.post("/luu", {"events": events})

    def check(self, item, value):
        return self.post("/kiem-tra", {"item": item, "value": value})


@pytest.fixture
def open_task(database, clock, school):
    def begun(feedback):
        client, _ = signed_in(database, clock)
        task, place = school[feedback]
        client.post(f"/lop/bai/{task}/bat-dau")
        return Player(client, task), place

    return begun


def kept(database):
    with database.read() as db:
        found = db.scalars(select(PracticeAnswer).order_by(PracticeAnswer.number))
        return [(unpacked(answer.value), answer.checked) for answer in found]


def test_the_work_comes_without_keys_and_shows_what_was_saved(database, open_task):
    player, place = open_task("at_once")
    assert player.save(place, "A", "C").json()["acked"] == [1, 2]
    document = player.document()
    assert SECRET not in document.text
    assert document.json()["responses"] == {place: {"value": "C", "flagged": False}}
    assert document.json()["practice"] == {"checks_at_once": True, "feedback": {}}
    assert player.document().json()["parts"][0]["items"][0].keys() >= {"ref", "options", "body"}
    assert SECRET not in player.client.get(f"/lop/bai/{player.base.split('/')[4]}/lam").text


def test_the_first_check_counts_and_a_further_try_is_only_told_about(database, open_task):
    player, place = open_task("at_once")
    first = player.check(place, "A").json()
    assert first["verdict"] == "wrong"
    assert SECRET in first["told"]
    assert player.check(place, "B").json()["verdict"] == "right"
    player.save(place, "C")
    assert kept(database) == [("A", True)]
    told = player.document().json()["practice"]["feedback"]
    assert told[place]["verdict"] == "wrong"


def test_nothing_is_told_where_the_teacher_waits_with_the_answers(database, clock, open_task):
    player, place = open_task("after")
    player.save(place, "A")
    refused = player.check(place, "A")
    assert refused.json()["error"]["code"] == "feedback_waits"
    assert player.post("/nop", {}).json()["receipt"]["answered"] == 1
    for said in (refused.text, player.document().text):
        assert SECRET not in said
    assert player.document().json()["practice"]["feedback"] == {}


@pytest.mark.parametrize("value", [None, "Z", {"a": True}, ["A"]])
def test_what_is_no_answer_is_refused_and_learns_nothing(database, open_task, value):
    player, place = open_task("at_once")
    refused = player.check(place, value)
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert kept(database) == []


def test_after_handing_in_nothing_more_is_taken(database, open_task):
    player, place = open_task("at_once")
    player.save(place, "A")
    player.post("/nop", {})
    assert player.save(place, "B").json()["error"]["code"] == "task_over"
    assert player.document().json()["attempt"]["state"] == "submitted"
    assert kept(database) == [("A", False)]


def test_practice_knows_no_item_of_an_examination_and_the_room_no_practice(
    database, clock, open_task
):
    """A device that is signed in to both: neither interface answers for the other's items."""
    player, place = open_task("at_once")
    with database.write() as db:
        room = make_room(db, now=clock.now)
    client = player.client
    client.post("/thi", data={"sbd": NUMBER, "ma": CODE})
    client.post("/thi/bat-dau")
    for item in (room.choice, room.cluster, room.short):
        assert player.check(str(item), "B").status_code == 404
    writer = client.get("/thi/api/attempt").json()["writer"]["id"]
    event = {"seq": 1, "kind": "answer", "item": place, "value": "B", "client_at": AT}
    sent = client.post("/thi/api/events", json={"writer": writer, "events": [event]}, headers=OURS)
    assert sent.status_code == 422
    assert "practice" not in client.get("/thi/lam-bai").text
    stranger = make_client(database, clock)
    stranger.post("/thi", data={"sbd": NUMBER, "ma": CODE})
    assert Player(stranger, player.base.split("/")[4]).check(place, "B").status_code == 403


def test_another_site_cannot_ask_for_the_pupil(database, open_task):
    player, place = open_task("at_once")
    plain = player.client.post(player.base + "/kiem-tra", json={"item": place, "value": "B"})
    assert plain.status_code == 403
    assert SECRET not in plain.text
