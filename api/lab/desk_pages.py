"""The psychometrician's desk: responses waiting, runs so far, responses from elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response

from itembank.errors import Conflict, Invalid, NotFound, TooLarge, msg
from itembank.permissions import Role, needs_role, require

from ..i18n import words
from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from .home import home_page
from .import_form import TypedImport, import_form_page, take_in

router = APIRouter()


def _require_desk(staff: SignedIn) -> None:
    require(needs_role(staff.actor, Role.PSYCHOMETRICIAN))


@router.get("/hieu-chuan")
def home(request: Request, staff: Staff, db: ReadDb) -> Response:
    _require_desk(staff)
    return page(request, "lab/home.html", home_page(db, staff.actor))


@router.get("/hieu-chuan/nhap")
def import_form(request: Request, staff: Staff, db: ReadDb) -> Response:
    _require_desk(staff)
    return page(request, "lab/import.html", import_form_page(db, staff.actor))


@router.post("/hieu-chuan/nhap")
def import_file(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    settings: Config,
    typed: Annotated[TypedImport, Form()],
) -> Response:
    _require_desk(staff)
    fields = typed.model_dump(exclude={"file", "csrf_token"})
    try:
        data = _bounded(typed.file, settings.max_import_bytes)
        with db.begin_nested():  # a refused file leaves no external form behind
            report = take_in(db, staff.actor, fields, data, now=now)
    except (Invalid, Conflict, NotFound) as error:
        problems = problems_for(request, error) or [
            {"where": "file", "what": words(request)(error.message)}
        ]
        model = import_form_page(db, staff.actor, fields, problems)
        return page(request, "lab/import.html", model, status=422)
    return page(request, "lab/imported.html", report)


def _bounded(file: UploadFile | str | None, most: int) -> bytes:
    """The file's bytes; a browser sends an empty text where no file was chosen."""
    if file is None or isinstance(file, str):
        return b""
    data = file.file.read(most + 1)
    if len(data) > most:
        raise TooLarge(
            msg("Tệp lớn hơn {most} byte; chia thành nhiều tệp.", most=most), code="file_too_large"
        )
    return data
