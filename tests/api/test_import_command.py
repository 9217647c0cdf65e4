"""`khaothi import-responses`, as typed at a prompt."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from api.cli import main
from delivery.results.models import ResponseSet
from itembank.forms.models import TestForm
from tests.factories.responses import make_csv

GOOD = make_csv(["ma", "Q1", "Q2", "lop"], ["a", 1, 2, "12A"], ["b", 0, "", "12B"])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "khao-sat.csv"
    path.write_bytes(GOOD)
    return path


@pytest.fixture(autouse=True)
def address(database, monkeypatch) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)


def run(file, *options: str) -> int:
    usual = ["--form", "NGOAI", "--cells", "scores", "--ignore", "lop"]
    return main(["import-responses", str(file), *usual, *options])


def stored(database) -> tuple[int, int]:
    with database.read() as db:
        counts = [db.scalar(select(func.count()).select_from(t)) for t in (TestForm, ResponseSet)]
    return counts[0], counts[1]


def test_it_stores_and_reports(database, file, capsys) -> None:
    assert run(file, "--create-external", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["n_persons"], report["n_items"]) == (2, 2)
    assert report["n_categories"] == {"Q1": 2, "Q2": 3}
    assert stored(database) == (1, 1)
    with database.read() as db:
        assert db.scalars(select(ResponseSet.title)).one() == "khao-sat"


def test_a_dry_run_leaves_no_trace(database, file, capsys) -> None:
    assert run(file, "--create-external", "--dry-run") == 0
    assert "chưa ghi" in capsys.readouterr().out
    assert stored(database) == (0, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (make_csv(["ma", "Q1", "lop"], ["a", "x", ""]), "dòng 2, cột «Q1»"),
        (make_csv(["ma", "Q1", "lop"], ["a", 1, ""], ["a", 0, ""]), "dòng 3, cột «ma»"),
        (make_csv(["ma", "Q1"], ["a", 1]), "cột «lop»"),
    ],
)
def test_bad_data_end_with_2_and_say_where(database, file, capsys, data, words) -> None:
    file.write_bytes(data)
    assert run(file, "--create-external") == 2
    assert words in capsys.readouterr().err
    assert stored(database) == (0, 0)


def test_an_unknown_form_is_named(database, file, capsys) -> None:
    assert run(file) == 2
    assert "NGOAI" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(database, tmp_path, capsys) -> None:
    assert run(tmp_path / "khong-co.csv") == 2
    assert "khong-co.csv" in capsys.readouterr().err
