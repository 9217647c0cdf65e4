"""A frozen form on paper: who may print it, what the files hold."""

from __future__ import annotations

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from api.db import Database
from api.demo import load
from api.web import system_clock
from itembank.audit import AuditEvent
from itembank.exchange.word import import_word
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from tests import demo_province
from tests.factories.web import Desk


@pytest.fixture
def demo(database: Database, clock) -> TestForm:
    demo_province.fill(database)
    with database.read() as db:
        form = forms.form_by_code(db, load.FORM_CODE)
        assert form is not None
        return form


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_frozen_form_under_codes_with_its_keys(
    demo: TestForm, database: Database, clock, monkeypatch
) -> None:
    monkeypatch.setattr("tests.factories.web.PASSWORD", load.PASSWORD)
    clock.now = system_clock()
    officer = Desk(database, clock, "totchuc")
    assert "Tải PDF" in officer.get(f"/de/{demo.id}/in").text
    base = f"/de/{demo.id}/ban-in?truong=THPT+Thử&ki_thi=Thi+thử"
    one = officer.get(f"{base}&kieu=pdf")
    assert one.status_code == 200 and one.content.startswith(b"%PDF")
    several = officer.get(f"{base}&kieu=docx&ma=101,102")
    with zipfile.ZipFile(io.BytesIO(several.content)) as archive:
        names = sorted(archive.namelist())
        assert [name.rsplit("-", 1)[1] for name in names] == ["101.docx", "102.docx", "an.xlsx"]
        found = import_word(archive.read(names[0])).items
    assert len(found) == 22 and not any(item.key for item in found if item.kind == "choice")
    keys = officer.get(f"{base}&kieu=keys&ma=101,102").content
    table = CalamineWorkbook.from_filelike(io.BytesIO(keys)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in table[2:]] == ["101", "102"] and all(table[2][1:])
    with database.read() as db:
        actions = [event.action for event in db.scalars(select(AuditEvent))]
    assert actions.count("form.opened_with_keys") >= 3 or any("key" in a for a in actions)
    assert officer.get(f"{base}&ma=%23%23").status_code == 422
    teacher = Desk(database, clock, "giaovien")
    assert teacher.get(f"{base}&kieu=pdf").status_code == 403
