"""«Nhập bài làm»: a file of responses through the browser, checked before it is taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import UploadFile
from pydantic import BaseModel
from sqlalchemy.orm import Session

from delivery.results import imports
from delivery.results.imports import Cells, ImportReport, Source
from delivery.results.response_file import Columns, header_of
from itembank.errors import Invalid, problem
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.permissions import Actor

NO_COLUMN = "none"


class TypedImport(BaseModel):
    """What the browser sends, as it was typed."""

    form: str = ""
    code: str = ""
    subject: str = "toan"
    title: str = ""
    cells: str = "raw"
    person: str = ""
    group: str = ""
    other: str = ""
    file: UploadFile | str | None = None
    csrf_token: str = ""


FIELDS = tuple(name for name in TypedImport.model_fields if name not in {"file", "csrf_token"})


@dataclass(frozen=True, slots=True)
class ImportFormPage:
    forms: Sequence[TestForm]
    typed: Mapping[str, Any]
    problems: Sequence[Mapping[str, str]] = field(default=())
    places: Sequence[Mapping[str, str]] = field(default=())  # in the file, not in the form


def import_form_page(
    db: Session,
    actor: Actor,
    typed: Mapping[str, Any] | None = None,
    problems: Sequence[Mapping[str, str]] = (),
) -> ImportFormPage:
    known = set(FIELDS) | {"file"}
    usual = TypedImport().model_dump(include=set(FIELDS))
    return ImportFormPage(
        forms=[f for f in forms.visible_forms(db, actor) if f.state != "draft"],
        typed={**usual, **(typed or {})},
        problems=[p for p in problems if p["where"] in known],
        places=[p for p in problems if p["where"] not in known],
    )


def take_in(
    db: Session, actor: Actor, typed: Mapping[str, str], data: bytes, *, now: datetime
) -> ImportReport:
    """Import what the form says. Raises Invalid with problems at fields or at places in the file."""
    _check(typed, data)
    columns = _columns(typed, data)
    title = typed["title"].strip()
    form = _form(db, actor, typed, data, columns, title, now)
    cells: Cells = "scores" if typed["cells"] == "scores" else "raw"
    return imports.import_responses(db, actor, form, data, Source(title, cells, columns), now=now)


def _check(typed: Mapping[str, str], data: bytes) -> None:
    found = []
    if not data:
        found.append(problem("file", "Chọn tệp CSV có bài làm."))
    if not typed["title"].strip():
        found.append(problem("title", "Ghi tên tập bài làm, ví dụ «Khảo sát tháng 10»."))
    if not typed["form"]:
        found.append(problem("form", "Chọn đề, hoặc chọn tạo đề ngoài từ tệp."))
    if typed["form"] == "new" and not typed["code"].strip():
        found.append(problem("code", "Ghi mã cho đề ngoài."))
    if typed["cells"] not in {"raw", "scores"}:
        found.append(problem("cells", "Cho biết ô trong tệp là bài làm hay điểm."))
    if found:
        raise Invalid("Chưa nhập được bài làm.", code="import_invalid", problems=found)


def _columns(typed: Mapping[str, str], data: bytes) -> Columns:
    header = header_of(data)
    person = typed["person"].strip() or (header[0] if header else None)
    other = [name.strip() for name in typed["other"].split(",")]
    return Columns(
        person=None if person == NO_COLUMN else person,
        group=typed["group"].strip() or None,
        other=tuple(name for name in other if name),
    )


def _form(
    db: Session,
    actor: Actor,
    typed: Mapping[str, str],
    data: bytes,
    columns: Columns,
    title: str,
    now: datetime,
) -> TestForm:
    if typed["form"] != "new":
        return imports.form_for_import(db, typed["form"])
    return imports.create_external_form_for(
        db,
        actor,
        data,
        columns,
        code=typed["code"].strip(),
        title=title,
        subject=typed["subject"].strip() or "toan",
        now=now,
    )
