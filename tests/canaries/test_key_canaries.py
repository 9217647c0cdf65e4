"""No key, rationale, rubric or unselected item in anything a candidate's device can read.

Every secret of a bank carries its own mark; a candidate then walks through every address there is,
in every state and also wrongly, and everything that came back, the files of the browser and the
log are searched. `test_the_search` shows that the search finds what is planted.
"""

from __future__ import annotations

import base64
import gzip
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import Response
from sqlalchemy import text

import api
from api.room import paper
from itembank.forms import repository as forms
from tests.canaries.hiding_places import found_in
from tests.canaries.marked_bank import make_marked_room
from tests.factories.attempts import CODE, NUMBER
from tests.web import make_client

OURS = {"X-Requested-With": "khaothi"}
STATIC = Path(api.__file__).parent / "static"
AT = "2026-11-23T06:00:00.000Z"
TOKEN = re.compile(rb"set-cookie: khaothi_thi=([A-Za-z0-9_-]{40,})")


@dataclass
class Readings:
    """Every byte the candidate was given, by where it came from."""

    client: object
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    visited: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, method, path, **sent):
        response = self.client.request(method, path, follow_redirects=False, **sent)
        self.visited.add((method, path.partition("?")[0]))
        head = "\n".join(f"{k}: {v}" for k, v in response.headers.multi_items()).encode()
        self.heard += [(f"{method} {path} body", response.content), (f"{method} {path} head", head)]
        return response

    def secrets_in_them(self, marks):
        return {(where, place) for where, data in self.heard for place in found_in(data, marks)}


class LogLines(logging.Handler):
    """What is logged, tracebacks included."""

    def __init__(self):
        super().__init__(level=0)
        self.lines = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[LogLines]:
    handler, root = LogLines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        return make_marked_room(db, now=clock.now)


@pytest.fixture
def readings(database, clock, room):
    return Readings(make_client(database, clock))


RESPONSES = (
    "B", {"a": True, "b": True}, "3,5", {"text": "Bài viết của em"}, ["A"], {"G1": "hoa"},
    {"R1": "4", "R2": ["B"], "R3": ["2 3"], "R4": ["B", "A"], "R5": "một câu"},
)  # fmt: skip
WRONG = (
    "Z", {"z": True}, "x" * 50, {"text": 7}, ["Z"], {"G9": "hoa"},
    {"R1": ["4"], "R2": "B", "R3": ["hai ba"], "R9": []},
)  # fmt: skip


def changes(room, values, first):
    return [
        {"seq": first + n, "kind": "answer", "item": str(item), "value": value, "client_at": AT}
        for n, (item, value) in enumerate(zip(room.items, values, strict=True))
    ]


def walk(readings, room):
    """Through every address: as a stranger, waiting, working, wrongly, after handing in."""
    look_around(readings)
    readings.ask("POST", "/thi", data={"sbd": NUMBER, "ma": "AAAAA-AAAAA"})
    readings.ask("POST", "/thi", data={"sbd": NUMBER, "ma": CODE})
    look_around(readings)
    readings.ask("POST", "/thi/bat-dau")
    look_around(readings)
    document = readings.ask("GET", "/thi/api/attempt").json()
    work(readings, room, document["writer"]["id"])
    look_around(readings)
    readings.ask("POST", "/thi/thoat")
    return document


def look_around(readings):
    for path in (
        "/thi", "/thi/xac-nhan", "/thi/xac-nhan/trang-thai", "/thi/lam-bai", "/thi/thoat-seb",
        "/thi/api/attempt", "/thi/api/clock", "/thi/api/time", "/thi/api/messages",
        "/thi/api/journal-key", f"/thi/hinh/{'0' * 64}",
        "/thi/khong-co", "/healthz", "/",
    ):  # fmt: skip
        readings.ask("GET", path, headers={"accept": "text/html"})
        readings.ask("GET", path, headers={"accept": "application/json", "cookie_lang": "en"})
    readings.ask("POST", "/thi/bat-dau", headers={"origin": "https://xa.example"})
    readings.ask("POST", "/thi/api/submit", json={"writer": "w-", "last_seq": 0}, headers=OURS)


def work(readings, room, writer):
    sent = [changes(room, [v] * len(room.items), 100) for v in (None, 7, [], "A" * 100)]
    for events in (changes(room, RESPONSES, 1), changes(room, WRONG, 20), *sent):
        for event in events:  # one by one, since one refusal refuses all
            body = {"writer": writer, "events": [event]}
            readings.ask("POST", "/thi/api/events", json=body, headers=OURS)
    readings.ask("POST", "/thi/api/events", content=b"{", headers=OURS)
    noticed = {"seq": 1, "kind": "focus_lost", "client_at": "2026-11-23T06:00:00.000Z"}
    body = {"writer": writer, "events": [noticed]}
    readings.ask("POST", "/thi/api/process", json=body, headers=OURS)
    readings.ask(
        "POST",
        "/thi/api/submit",
        json={"writer": writer, "last_seq": len(room.items)},
        headers=OURS,
    )
    for event in (*changes(room, RESPONSES, 40), *changes(room, WRONG, 60)):
        body = {"writer": writer, "events": [event]}
        readings.ask("POST", "/thi/api/late-events", json=body, headers=OURS)


# --- what a candidate can read ----------------------------------------------------------------


def test_no_secret_in_any_answer_of_the_server(readings, room):
    walk(readings, room)
    assert len(room.secrets) > 50
    assert readings.secrets_in_them(room.secrets) == set()


def test_what_the_candidate_is_meant_to_read_is_found_by_the_same_search(readings, room):
    """The negative control: a mark in the stem is seen, in the paper and nowhere else."""
    walk(readings, room)
    found = readings.secrets_in_them({"stem": room.seen})
    assert {where for where, _ in found} == {"GET /thi/api/attempt body"}


@pytest.mark.parametrize("where", ["body", "head"])
def test_a_leak_into_an_answer_is_found(readings, room, where):
    place, secret = next(iter(room.secrets.items()))

    @readings.client.app.get("/thi/ro-ri")
    def leak():
        body = gzip.compress(secret.encode()) if where == "body" else b""
        return Response(body, headers={"X-Debug": secret} if where == "head" else {})

    readings.ask("GET", "/thi/ro-ri")
    assert readings.secrets_in_them(room.secrets) == {(f"GET /thi/ro-ri {where}", place)}


def test_a_whole_item_packed_into_the_paper_is_found(readings, room, monkeypatch):
    """The guard in `delivery.render` switched off: an item goes out, gzipped, in base64, in JSON."""
    draw = paper.candidate_parts

    def leaky(db, form_id, address_of):
        drawn = draw(db, form_id, address_of)
        whole = forms.entries(db, form_id)[1].content.model_dump_json().encode()
        packed = base64.b64encode(gzip.compress(whole)).decode()
        return {**drawn, "stimuli": [*drawn["stimuli"], {"ref": "s9", "body": packed}]}

    monkeypatch.setattr(paper, "candidate_parts", leaky)
    walk_to_the_paper(readings)
    found = {place for _, place in readings.secrets_in_them(room.secrets)}
    assert {"form: solution of tf_cluster", "form: rationale of statement a"} <= found


def test_every_address_of_the_candidate_was_visited(readings, room):
    """A new address that nobody searched fails here."""
    walk(readings, room)
    app = readings.client.app
    wanted = set(app.answer_path.handlers)
    for route in routes_of(app.routes):
        if route.path.startswith("/thi"):
            wanted |= {(method, route.path) for method in route.methods - {"HEAD"}}
    assert len(wanted) >= 12
    missed = {
        (method, path)
        for method, path in wanted
        if not any(m == method and re.fullmatch(pattern(path), p) for m, p in readings.visited)
    }
    assert missed == set()


def routes_of(routes):
    for route in routes:
        if getattr(route, "methods", None) and hasattr(route, "path"):
            yield route
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        if inner:
            yield from routes_of(inner)


def pattern(path):
    return re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))


# --- what no mark can be put on ---------------------------------------------------------------


def test_no_field_of_a_secret_is_named_in_the_paper(readings, room):
    document = walk(readings, room)
    names = set(names_in(document["parts"]) | names_in(document["stimuli"]))
    forbidden = {"key", "keys", "rationale", "rubric", "solution", "model_answer",
                 "outcome", "topic", "level", "item_code", "hash", "author"}  # fmt: skip
    assert names & forbidden == set()


def names_in(value):
    if isinstance(value, dict):
        return set(value).union(*(names_in(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(member) for member in value))
    return set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_right_and_wrong_responses_are_answered_with_the_same_bytes(readings, room):
    document = walk_to_the_paper(readings)
    answers = []
    for seq, value in ((1, "B"), (2, "A"), (3, "C")):  # B is the key
        (event, *_) = changes(room, [value, *[None] * (len(room.items) - 1)], seq)
        body = {"writer": document["writer"]["id"], "events": [event]}
        response = readings.ask("POST", "/thi/api/events", json=body, headers=OURS)
        answers.append((response.status_code, re.sub(r'"acked":\[\d\]', "", response.text)))
    assert len(set(answers)) == 1


def walk_to_the_paper(readings):
    readings.ask("POST", "/thi", data={"sbd": NUMBER, "ma": CODE})
    readings.ask("POST", "/thi/bat-dau")
    return readings.ask("GET", "/thi/api/attempt").json()


# --- logs, broken pages, files of the browser -------------------------------------------------


def test_no_secret_and_no_code_or_token_in_the_log(readings, room, log):
    walk(readings, room)
    (token,) = {found for _, data in readings.heard for found in TOKEN.findall(data)}
    written = "\n".join(log.lines).encode()
    plain_code = CODE.replace("-", "")
    secrets = room.secrets | {"code": CODE, "plain code": plain_code, "token": token.decode()}
    assert found_in(written, secrets) == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_secret_when_the_database_breaks(readings, room, database, log):
    document = walk_to_the_paper(readings)
    with database.write() as db:
        db.execute(text("ALTER TABLE response_event RENAME TO lost"))
    assert readings.ask("GET", "/thi/api/attempt").status_code == 503
    work(readings, room, document["writer"]["id"])
    assert readings.secrets_in_them(room.secrets) == set()
    assert any("lost" in line or "response_event" in line for line in log.lines)
    assert found_in("\n".join(log.lines).encode(), room.secrets) == set()


def test_a_leak_into_the_log_is_found(room, log):
    place, secret = next(iter(room.secrets.items()))
    logging.getLogger("khaothi.saves").debug("checked against %s", secret)
    assert found_in("\n".join(log.lines).encode(), room.secrets) == {place}


def test_no_secret_in_the_files_a_browser_loads(room):
    files = [path for path in STATIC.rglob("*") if path.is_file() and path.suffix != ".woff2"]
    assert any(path.name == "player.js" for path in files) or not (STATIC / "dist").exists()
    raw = {name: mark.encode() for name, mark in room.secrets.items()}
    for path in files:
        data = path.read_bytes()
        assert not [name for name, mark in raw.items() if mark in data], path
