"""`khaothi import`, as typed at a prompt: Word files to reports and to drafts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.cli import main
from itembank.items.content import ItemContent
from itembank.items.models import Asset, Item, ItemDraft, Stimulus
from tests.factories.bank import make_province

CORPUS = Path(__file__).parents[2] / "itembank" / "word" / "corpus" / "files"
SHAPE = {"number", "kind", "stem", "options", "key", "images", "formulas", "problems"}
SUBJECT = ("--subject", "vat-li", "--grade", "12")


@pytest.fixture(autouse=True)
def province(database, now, monkeypatch):
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KHAOTHI_DATABASE_URL", url)
    with database.write() as db:
        return make_province(db, now=now)


def count(database, table) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(table))


def run(capsys, *words: str) -> tuple[int, dict]:
    status = main(["import", *words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_report_has_the_agreed_shape_and_nothing_is_stored(database, capsys) -> None:
    status, report = run(capsys, str(CORPUS / "three_mistakes.docx"))
    assert status == 0
    assert set(report) == {"items", "modelled", "opaque", "refused", "seconds"}
    assert (len(report["items"]), report["modelled"], report["opaque"]) == (8, 8, 0)
    assert all(set(item) >= SHAPE for item in report["items"])
    flagged = [item for item in report["items"] if item["problems"]]
    assert [item["number"] for item in flagged] == [3, 5, 7]
    assert all(
        "đoạn" in found["where"] and found["what"] for i in flagged for found in i["problems"]
    )
    assert count(database, Item) == 0


def test_settled_items_become_drafts_doubtful_ones_stay_out(database, capsys) -> None:
    run(capsys, str(CORPUS / "three_mistakes.docx"), "--unit", "SCHOOL", *SUBJECT)
    assert count(database, Item) == 5
    with database.read() as db:
        contents = [ItemContent.model_validate(d.content) for d in db.scalars(select(ItemDraft))]
        assert {item.state for item in db.scalars(select(Item))} == {"draft"}
    assert {content.interaction.key for content in contents} <= set("ABCD")


def test_a_dry_run_tries_everything_and_stores_nothing(database, capsys) -> None:
    status, report = run(
        capsys, str(CORPUS / "pictures.docx"), "--unit", "SCHOOL", "--dry-run", *SUBJECT
    )
    assert status == 0 and len(report["items"]) == 3
    assert count(database, Item) == count(database, Asset) == 0


def test_pictures_and_shared_material_are_stored_once(database, capsys) -> None:
    run(capsys, str(CORPUS / "pictures.docx"), "--unit", "SCHOOL", *SUBJECT)
    run(capsys, str(CORPUS / "stimuli_by_range.docx"), "--unit", "SCHOOL", *SUBJECT)
    assert count(database, Asset) == 6
    assert count(database, Stimulus) == 1
    with database.read() as db:
        drafts = [ItemContent.model_validate(d.content) for d in db.scalars(select(ItemDraft))]
    named = [draft.stimulus for draft in drafts if draft.stimulus]
    assert len(named) == 2 and len(set(named)) == 1


def test_a_folder_is_one_report_and_bad_files_are_named(tmp_path, capsys) -> None:
    for name in ("starred", "vni"):
        shutil.copy(CORPUS / f"{name}.docx", tmp_path)
    (tmp_path / "cu.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (tmp_path / "~$khoa.docx").write_bytes(b"x")
    status, report = run(capsys, str(tmp_path))
    assert status == 0 and len(report["items"]) == 9
    assert [part["where"] for part in report["refused"]] == ["cu.doc"]
    assert "Save As" in report["refused"][0]["why"]


def test_a_refused_file_is_an_error_of_the_command(tmp_path, capsys) -> None:
    file = tmp_path / "de.docx"
    file.write_bytes(b"%PDF-1.7")
    status, report = run(capsys, str(file))
    assert status == 2
    assert "PDF" in report["refused"][0]["why"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--unit", "KHONG-CO", *SUBJECT], "KHONG-CO"),
        (["--unit", "DEPARTMENT", *SUBJECT], "DEPARTMENT"),
        (["--unit", "SO", *SUBJECT], "giáo viên"),
        (["--unit", "SCHOOL", "--author", "ai-do", *SUBJECT], "ai-do"),
        (["--unit", "SCHOOL"], "môn"),
    ],
)
def test_what_is_missing_to_save_is_told(words, told, capsys, database) -> None:
    assert main(["import", str(CORPUS / "starred.docx"), *words]) == 2
    assert told in capsys.readouterr().err
    assert count(database, Item) == 0


def test_what_a_person_reads(capsys) -> None:
    assert main(["import", str(CORPUS / "three_mistakes.docx")]) == 0
    told = capsys.readouterr().out
    assert "Thấy 8 câu, 3 câu cần xem lại." in told
    assert "Câu 3, đoạn" in told
