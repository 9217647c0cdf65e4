"""The psychometrician's pages: who may see them, what they take, what they show."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from api.auth import passwords
from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from delivery.results.models import ResponseSet
from itembank.forms.models import TestForm
from itembank.people import service as people
from itembank.permissions import Role
from tests.api.test_calibrate_job import simulated_csv
from tests.factories.forms import make_person, make_unit
from tests.factories.responses import make_csv
from tests.web import make_client, sign_in

PASSWORD = "mot cau de nho"
PAGES = ("/hieu-chuan", "/hieu-chuan/moi", "/hieu-chuan/nhap")
HTML = {"accept": "text/html"}


@pytest.fixture
def staff(database, now) -> None:
    """A psychometrician of Toán, one of Vật lí, and an exam officer."""
    hashed = passwords.hash_password(PASSWORD)
    with database.write() as db:
        unit = make_unit(db)
        for name, role, subject in (
            ("quan", Role.PSYCHOMETRICIAN, "toan"),
            ("ly", Role.PSYCHOMETRICIAN, "vat-li"),
            ("long", Role.EXAM_OFFICER, None),
        ):
            person = make_person(db, unit, name, now=now, password_hash=hashed)
            people.grant_role(db, None, person, role, unit, now=now, subject=subject)


@pytest.fixture
def client(database, clock, staff):
    return make_client(database, clock)


@pytest.fixture
def csrf(client) -> str:
    return sign_in(client, "quan", PASSWORD)


def upload(client, csrf, data: bytes, **typed):
    fields = {
        "csrf_token": csrf, "title": "Khảo sát", "form": "new", "code": "NGOAI",
        "subject": "toan", "cells": "scores", "person": "ma", "group": "", "other": "", **typed,
    }  # fmt: skip
    files = {"file": ("bai-lam.csv", data, "text/csv")}
    return client.post("/hieu-chuan/nhap", data=fields, files=files, headers=HTML)


def form_of(database) -> TestForm:
    with database.read() as db:
        return db.scalars(select(TestForm)).one()


def ask(client, csrf, database, **typed):
    form = form_of(database)
    with database.read() as db:
        sets = db.scalars(select(ResponseSet)).all()
    fields = {
        "csrf_token": csrf, "form_id": str(form.id), "sources": [f"set:{s.id}" for s in sets],
        "title": "Lần thử", "model": "gpcm", "nodes": "61", "limit": "6", "prior": "", **typed,
    }  # fmt: skip
    return client.post("/hieu-chuan/moi", data=fields, headers=HTML, follow_redirects=False)


@pytest.fixture
def run_url(client, csrf, database) -> str:
    """A calibration from upload to result, all of it through the pages."""
    assert upload(client, csrf, simulated_csv()).status_code == 200
    asked = ask(client, csrf, database)
    assert asked.status_code == 303
    Worker(database, Settings(worker_in_process=False), BODIES).run_one()
    job = asked.headers["location"].removeprefix("/viec/")
    assert f"/hieu-chuan/{job}" in client.get(asked.headers["location"]).text
    return f"/hieu-chuan/{job}"


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_sign_in(client, path) -> None:
    response = client.get(path, headers=HTML, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/dang-nhap")


@pytest.mark.parametrize("path", PAGES)
def test_another_role_is_refused_with_the_reason(client, path) -> None:
    sign_in(client, "long", PASSWORD)
    response = client.get(path, headers=HTML)
    assert response.status_code == 403
    assert "Chuyên viên đo lường" in response.text


def test_an_empty_desk_says_what_to_do_first(client, csrf) -> None:
    text = client.get("/hieu-chuan").text
    assert "Chưa có bài làm nào đã chấm" in text
    assert 'href="/hieu-chuan/nhap"' in text


def test_an_upload_says_what_it_took_and_shows_on_the_desk(client, csrf) -> None:
    answer = upload(client, csrf, simulated_csv())
    assert "400 thí sinh × 7 câu cho đề NGOAI" in answer.text
    desk = client.get("/hieu-chuan").text
    assert "Khảo sát" in desk and "đề ngoài" in desk


def test_a_bad_file_is_refused_by_line_and_column_and_leaves_nothing(
    client, csrf, database
) -> None:
    data = make_csv(["ma", "Q1", "Q2"], ["a", 1, "x"], ["a", 0, 1])
    answer = upload(client, csrf, data, form="new")
    assert answer.status_code == 422
    assert "dòng 3, cột «ma»" in answer.text
    assert 'value="Khảo sát"' in answer.text
    again = upload(client, csrf, make_csv(["ma", "Q1", "Q2"], ["a", 1, "x"], ["b", 0, 1]))
    assert "dòng 2, cột «Q2»" in again.text
    with database.read() as db:
        for table in (TestForm, ResponseSet):
            assert db.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("typed", "field"), [({"title": ""}, "title"), ({"form": ""}, "form"), ({"code": " "}, "code")]
)
def test_a_missing_field_is_named_beside_the_field(client, csrf, typed, field) -> None:
    answer = upload(client, csrf, simulated_csv(), **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("files", [{}, {"file": ("", b"", "application/octet-stream")}])
def test_no_file_chosen_is_said_beside_the_field(client, csrf, files) -> None:
    """With and without the empty part that browsers send."""
    fields = {"csrf_token": csrf, "title": "Khảo sát", "form": "new", "code": "NGOAI"}
    parts = files or {"other": (None, "")}
    answer = client.post("/hieu-chuan/nhap", data=fields, files=parts, headers=HTML)
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


def test_a_file_beyond_the_limit_is_refused(database, clock, staff) -> None:
    client = make_client(database, clock, max_import_bytes=1000)
    csrf = sign_in(client, "quan", PASSWORD)
    assert upload(client, csrf, simulated_csv()).status_code == 413


def test_responses_of_another_subject_are_not_shown(client, csrf, database) -> None:
    upload(client, csrf, simulated_csv())
    sign_in(client, "ly", PASSWORD)
    assert "Khảo sát" not in client.get("/hieu-chuan").text
    refused = client.get(f"/hieu-chuan/moi?de={form_of(database).id}", headers=HTML)
    assert refused.status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"sources": []}, "sources"), ({"model": "3pl"}, "model"), ({"nodes": "hai"}, "nodes")],
)
def test_a_plan_that_cannot_run_comes_back_with_what_was_typed(
    client, csrf, database, typed, field
) -> None:
    upload(client, csrf, simulated_csv())
    answer = ask(client, csrf, database, **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="Lần thử"' in answer.text
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Job)) == 0


def test_a_run_shows_its_evidence(client, run_url) -> None:
    text = client.get(run_url).text
    for words in ("Log hợp lí", "Đã hội tụ", "Độ tin cậy EAP", "Bản đồ Wright", "AIC"):
        assert words in text
    assert text.count('class="spark"') >= 7
    assert "<style" not in text


def test_the_open_item_is_chosen_by_a_link(client, run_url) -> None:
    opened = client.get(f"{run_url}?cau=C1").text
    assert "Xác suất từng mức điểm 0–3" in opened
    assert "Xác suất từng mức điểm" not in client.get(f"{run_url}?cau=Q0").text


def test_an_unknown_item_in_the_address_opens_one_that_exists(client, run_url) -> None:
    assert client.get(f"{run_url}?cau=<script>").status_code == 200


def test_parameters_and_abilities_can_be_taken_along(client, run_url) -> None:
    parameters = _rows(client.get(f"{run_url}/tham-so.csv"))
    assert [row["item"] for row in parameters] == ["Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "C1"]
    assert float(parameters[0]["a"]) > 0
    assert len(parameters[6]["steps"].split()) == 3
    abilities = _rows(client.get(f"{run_url}/nang-luc.csv"))
    assert len(abilities) == 400
    assert {row["person"] for row in abilities} == {f"p{i}" for i in range(400)}


def _rows(response) -> list[dict[str, str]]:
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_abilities_are_listed_page_by_page(client, run_url) -> None:
    first = client.get(f"{run_url}/nang-luc").text
    assert "trang 1 trên 4" in first
    last = client.get(f"{run_url}/nang-luc?trang=99").text
    assert "trang 4 trên 4" in last


@pytest.mark.parametrize("tail", ["", "/nang-luc", "/tham-so.csv", "/nang-luc.csv"])
def test_a_run_of_another_subject_is_refused(client, run_url, tail) -> None:
    sign_in(client, "ly", PASSWORD)
    assert client.get(run_url + tail, headers=HTML).status_code == 403


def test_a_run_that_does_not_exist_is_not_found(client, csrf) -> None:
    url = "/hieu-chuan/00000000-0000-7000-8000-000000000000"
    assert client.get(url, headers=HTML).status_code == 404


def test_the_pages_can_be_read_in_english(client, run_url) -> None:
    client.cookies.set("khaothi_lang", "en")
    text = client.get(run_url).text
    assert "Log-likelihood" in text and "Wright map" in text
    assert "Log hợp lí" not in text
