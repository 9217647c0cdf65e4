"""A whole day without a line, over HTTP: build, open, 30 candidates, seal, merge twice, score.

The results are compared with a computation that knows only what the candidates sent and the keys.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import re
import zipfile
from decimal import Decimal

import pytest
from sqlalchemy import select

from api.auth import passwords
from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from api.site.box import SiteBox
from api.site.key_files import box_identity, box_recipient, known_centre_keys
from api.site.report_api import SIGNED_BY, proof
from api.site.reporter import Reporter
from api.site.software import software_build
from delivery.packages.envelope import PACKAGE, file_hash, unwrap
from delivery.packages.keys import opened_by
from delivery.results import repository as results
from delivery.sites import service as site_service
from delivery.sites.models import ResultMerge, SiteReport
from delivery.sittings.models import Sitting
from itembank.people.models import Person, Unit
from tests.conftest import FixedClock
from tests.delivery.sites.conftest import _copy_of_kind
from tests.factories.sites import CODE, make_centre
from tests.web import make_client, sign_in

PASSWORD = "mot cau de nho"
OURS = {"X-Requested-With": "khaothi"}
CANDIDATES = 30
AT = "2026-11-23T06:00:00.000Z"

pytestmark = pytest.mark.usefixtures("flushing_postgresql")


@pytest.fixture
def box_database(request, database, tmp_path):
    yield from _copy_of_kind(request, database.engine.dialect.name, tmp_path)


@pytest.fixture
def centre(database, now):
    with database.write() as db:
        centre = make_centre(db, now=now, candidates=CANDIDATES)
        hashed = passwords.hash_password(PASSWORD)
        for person in db.scalars(select(Person)):
            person.password_hash = hashed
        return centre


class CentreDesk:
    """The examination officer at the centre's pages."""

    def __init__(self, database, clock, key_file):
        self.client = make_client(database, clock, centre_key_file=str(key_file))
        self.token = sign_in(self.client, "totchuc", PASSWORD)

    def as_other(self, username):
        self.client.cookies.clear()
        self.token = sign_in(self.client, username, PASSWORD)

    def post(self, path, **sent):
        sent["data"] = {"csrf_token": self.token, **sent.get("data", {})}
        return self.client.post(path, follow_redirects=False, **sent)

    def build(self, sitting_id):
        answer = self.post("/diem-thi/lap-goi", data={"ca_thi": str(sitting_id)})
        assert answer.status_code == 200, answer.text
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        (name,) = [one for one in archive.namelist() if one.endswith(".ktgoi")]
        slips = archive.read("phieu-giam-thi.csv").decode("utf-8-sig")
        return archive.read(name), list(csv.DictReader(io.StringIO(slips)))

    def release(self, package_id):
        for username in ("totchuc", "phochu"):
            self.as_other(username)
            assert self.post(f"/diem-thi/{package_id}/dong-y").status_code == 303
        page = self.post(f"/diem-thi/{package_id}/ma").text
        return re.search(r'class="site-code mono"[^>]*>([^<]+)<', page)[1]


def sit(client, number, values):
    """One candidate from the access code to the receipt; what was sent, by place."""
    client.cookies.clear()
    assert (
        client.post("/thi", data={"sbd": number, "ma": CODE}, follow_redirects=False).status_code
        == 303
    )
    client.post("/thi/bat-dau")
    paper = client.get("/thi/api/attempt").json()
    items = [item["ref"] for part in paper["parts"] for item in part["items"]]
    events = [
        {"seq": n, "kind": "answer", "item": item, "value": value, "client_at": AT}
        for n, (item, value) in enumerate(zip(items, values, strict=True), start=1)
    ]
    writer = paper["writer"]["id"]
    saved = client.post("/thi/api/events", json={"writer": writer, "events": events}, headers=OURS)
    assert saved.status_code == 200, saved.text
    done = client.post("/thi/api/submit", json={"writer": writer, "last_seq": 3}, headers=OURS)
    assert done.status_code == 200, done.text


def expected_points(values):
    """By hand: one choice (A), one cluster (ĐSĐS), one short answer (3,5)."""
    choice, cluster, short = values
    right = sum(cluster[i] is truth for i, truth in zip("abcd", (True, False) * 2, strict=True))
    cluster_points = ("0", "0.1", "0.25", "0.5", "1")[right]
    return [
        Decimal("0.25") * (choice == "A"),
        Decimal(cluster_points),
        Decimal("0.5") * (short == "3,5"),
    ]


def some_values(rng):
    return ("ABCD"[rng.randrange(4)], {i: rng.random() < 0.5 for i in "abcd"},
            rng.choice(["3,5", "4", "-1"]))  # fmt: skip


def test_whole_day_without_a_line(database, box_database, clock: FixedClock, centre, tmp_path):
    desk = CentreDesk(database, clock, tmp_path / "centre.key")
    package, slips = desk.build(centre.sitting_id)
    centre_keys = known_centre_keys(tmp_path / "centre.key")
    box = SiteBox(box_database, centre_keys.public, None, software_build())
    client = make_client(box_database, clock)
    client.app.state.site_box = box

    # days before: the package comes by USB, and stays shut
    files = {"tep": ("goi.ktgoi", package)}
    assert client.post("/may-diem-thi/nhan", files=files, follow_redirects=False).status_code == 303
    page = client.get("/may-diem-thi").text
    package_id = re.search(r"/may-diem-thi/([0-9a-f-]{36})/mo", page)[1]
    assert client.post("/thi", data={"sbd": centre.numbers[0], "ma": CODE}).status_code == 422

    # the day: code by telephone, two invigilators at the box
    code = desk.release(package_id)
    opening = {"code": code.lower(), "username1": slips[0]["Tên đăng nhập"],
               "password1": slips[0]["Mật khẩu"], "username2": slips[1]["Tên đăng nhập"],
               "password2": slips[1]["Mật khẩu"]}  # fmt: skip
    alone = {**opening, "username2": opening["username1"], "password2": opening["password1"]}
    assert client.post(f"/may-diem-thi/{package_id}/mo", data=alone).status_code == 422
    opened = client.post(f"/may-diem-thi/{package_id}/mo", data=opening, follow_redirects=False)
    assert opened.status_code == 303, opened.text
    with box_database.write() as db:
        sitting = db.get_one(Sitting, centre.sitting_id)
        sitting.state, sitting.opened_at = "open", clock.now

    # thirty candidates on the school's own network
    rng, sent = random.Random(7), {}
    for number in centre.numbers:
        sent[number] = some_values(rng)
        sit(client, number, sent[number])

    # closed, sealed, carried home on a stick
    with box_database.write() as db:
        sitting = db.get_one(Sitting, centre.sitting_id)
        sitting.state, sitting.closed_at = "closed", clock.forward(minutes=95)
    client.cookies.clear()
    token = sign_in(client, opening["username1"], opening["password1"])
    sealing = client.post(f"/may-diem-thi/{package_id}/niem-phong", data={"csrf_token": token},
                          follow_redirects=False)  # fmt: skip
    assert sealing.status_code == 303, sealing.text
    assert f"/phong-thi/{centre.sitting_id}" in client.get("/may-diem-thi").text
    result = client.get(f"/may-diem-thi/{package_id}/ket-qua.ktkq").content

    # merged, and merged again by network: one merge, one scoring job
    files = {"tep": ("ket-qua.ktkq", result)}
    assert desk.post("/diem-thi/ket-qua", files=files).status_code == 303
    again = desk.client.post("/api/diem-thi/ket-qua", content=result).json()
    assert (again["fresh"], again["was_known"]) == (0, True)
    with database.read() as db:
        assert len(db.scalars(select(ResultMerge)).all()) == 1
    assert run_scoring(database, clock) == CANDIDATES
    with database.read() as db:
        found = {one.candidate.number: [f.points for f in one.facts]
                 for one in results.sat(db, centre.sitting_id)}  # fmt: skip
    assert found == {number: expected_points(values) for number, values in sent.items()}

    # a changed file is refused and told, nothing else happens
    bad = bytearray(result)
    bad[-1] ^= 1
    files = {"tep": ("ket-qua.ktkq", bytes(bad))}
    assert desk.post("/diem-thi/ket-qua", files=files).status_code == 422


def run_scoring(database, clock):
    """The one job that was asked for; the number of papers it scored."""
    worker = Worker(database, Settings(worker_in_process=False), BODIES)
    assert worker.run_one()
    assert not worker.run_one()
    with database.read() as db:
        (job,) = db.scalars(select(Job)).all()
        return job.outcome["scored"]


def test_centre_sees_what_a_box_reports_and_no_stranger_can(
    database, box_database, clock, centre, tmp_path
):
    desk = CentreDesk(database, clock, tmp_path / "centre.key")
    package, _ = desk.build(centre.sitting_id)
    keys = known_centre_keys(tmp_path / "centre.key")
    box = SiteBox(box_database, keys.public, None, software_build())
    held = box.receive(package, now=clock.now)
    reporter = Reporter(box, lambda: clock.now)
    posted = []
    reporter._post = lambda held, path, body: posted.append((path, body)) or {"code": None}
    held_manifest = {**held.manifest, "centre": {**held.manifest["centre"], "address": "http://x"}}
    with box_database.write() as db:
        db.get_one(type(held), held.id).manifest = held_manifest
    reporter.report_once()
    (path, body) = posted[0]
    strange = desk.client.post(path, content=body, headers={SIGNED_BY: "0" * 64})
    assert strange.status_code == 403
    clock.forward(seconds=90)
    taken = desk.client.post(
        path, content=body, headers={SIGNED_BY: proof(file_hash(package), body)}
    )
    assert (taken.status_code, taken.json()) == (200, {"code": None})
    with database.read() as db:
        assert [r.state for r in db.scalars(select(SiteReport))] == ["received"]
    page = desk.client.get("/diem-thi").text
    assert "Đã nhận gói" in page and "đồng hồ lệch -90 giây" in page
    assert "đúng bản" in page
    assert "Không có điểm thi nào" in desk.client.get("/diem-thi?trang_thai=merged").text


def test_a_box_with_a_key_of_its_own_gets_the_released_code_by_network(
    database, clock, centre, tmp_path
):
    """Sealed to that box: whoever else holds the package hears nothing."""
    identity = box_identity(tmp_path / "box.key")
    with database.write() as db:
        unit = db.get_one(Unit, db.get_one(Sitting, centre.sitting_id).unit_id)
        site_service.create_site(
            db, centre.officer, unit=unit, code=unit.code, name="Điểm thi",
            recipient=box_recipient(identity), now=clock.now,
        )  # fmt: skip
    desk = CentreDesk(database, clock, tmp_path / "centre.key")
    package, _ = desk.build(centre.sitting_id)
    told = {"package": unwrap(PACKAGE, package).manifest["package"], "state": "received",
            "candidates": 0, "running": 0, "submitted": 0, "build": "b", "database": "sqlite",
            "site_at": clock.now.isoformat()}  # fmt: skip
    body = json.dumps(told).encode()
    signed = {SIGNED_BY: proof(file_hash(package), body)}

    def heard():
        return desk.client.post("/api/diem-thi/bao-cao", content=body, headers=signed).json()[
            "code"
        ]

    assert heard() is None
    code = desk.release(told["package"])
    assert opened_by(identity, base64.b64decode(heard())).decode() == code.replace(" ", "")


@pytest.mark.parametrize("path", ["/may-diem-thi"])
def test_a_centre_has_no_box_page(database, clock, path):
    assert make_client(database, clock).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/diem-thi", "/diem-thi/00000000-0000-7000-8000-000000000000"])
def test_strangers_and_invigilators_see_no_sites(database, clock, centre, path):
    client = make_client(database, clock)
    assert client.get(path, follow_redirects=False).status_code in {303, 401}
    sign_in(client, "giamthi1", PASSWORD)
    assert client.get(path).status_code in {403, 404}
