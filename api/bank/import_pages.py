"""«Nhập từ Word»: upload a file, look its items through, mend them, save them as drafts."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from itembank.errors import Invalid, TooLarge, msg, problem
from itembank.exchange import sheets
from itembank.exchange.any_file import SUFFIXES
from itembank.exchange.word_template import template_docx
from itembank.imports import repository, service
from itembank.imports.mending import MENDABLE, Mend
from itembank.imports.models import ImportBatch, ImportItem
from itembank.items.content import OPTION_IDS, STATEMENT_IDS
from itembank.permissions import Role, needs_role, require

from ..jobs.read_items import ask_reading
from ..pages import page, problems_for
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from . import import_views as views
from .editor_views import GRADES

router = APIRouter(prefix="/ngan-hang/nhap")
Text = Annotated[str, Form()]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TRUTHS = {"D": True, "S": False}


@router.get("")
def upload_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    return page(
        request,
        "bank/import.html",
        views.upload_page(db, staff.actor),
        problems=[],
        typed={"subject": "", "grade": "12"},
    )


@router.get("/mau-word.docx")
def word_template(staff: Staff) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="mau-cau-hoi.docx"'}
    return Response(template_docx(), media_type=WORD, headers=headers)


@router.get("/mau-bang-tinh.xlsx")
def sheet_template(staff: Staff) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="mau-cau-hoi.xlsx"'}
    return Response(sheets.template(), media_type=EXCEL, headers=headers)


@router.post("")
def upload(
    request: Request,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    tep: UploadFile,
    subject: Text = "",
    grade: Text = "12",
) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    try:
        form = _format_of(tep.filename or "")
        batch = service.open_batch(
            db,
            staff.actor,
            file_name=tep.filename or "",
            source=_source(tep, settings.max_import_bytes),
            form=form,
            subject=subject,
            grade=int(grade) if grade in {str(g) for g in GRADES} else 12,
            now=now,
        )
    except (Invalid, TooLarge) as error:
        shown = problems_for(request, error) or [{"where": "tep", "what": str(error)}]
        typed = {"subject": subject, "grade": grade}
        model = views.upload_page(db, staff.actor)
        return page(request, "bank/import.html", model, status=422, problems=shown, typed=typed)
    job = ask_reading(db, staff.actor, batch, now=now)
    return RedirectResponse(f"/viec/{job.id}", status_code=303)


def _source(file: UploadFile, most_bytes: int) -> bytes:
    raw = file.file.read(most_bytes + 1)
    if len(raw) > most_bytes:
        raise TooLarge(
            msg("Tệp nặng quá {n} MB; chia thành nhiều tệp rồi nhập.", n=most_bytes // 1_000_000),
            problems=[problem("tep", "Chọn tệp nhẹ hơn.")],
        )
    if not raw:
        raise Invalid("Tệp rỗng.", problems=[problem("tep", "Chọn một tệp có nội dung.")])
    return raw


def _format_of(name: str) -> str:
    """The format by the file's name; XML is looked into later, by whoever reads it."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        what = msg("Không nhập được tệp kiểu «{kind}». Dùng: {kinds}.", kind=suffix, kinds=kinds)
        raise Invalid("Chưa nhận tệp.", problems=[problem("tep", what)])
    return "" if suffix == ".xml" else SUFFIXES[suffix]


@router.get("/{batch_id}")
def import_page(
    request: Request,
    batch_id: uuid.UUID,
    staff: Staff,
    db: ReadDb,
    xem: str = "",
    trang: int = 1,
) -> Response:
    batch = repository.batch_of(db, staff.actor, batch_id)
    model = views.import_page(db, batch, only_open=xem == "can-sua", number=trang)
    return page(request, "bank/import_batch.html", model, problems=[])


@router.get("/{batch_id}/tong-ket")
def counts(request: Request, batch_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    """How the import stands, as a piece of the page."""
    batch = repository.batch_of(db, staff.actor, batch_id)
    return page(request, "bank/_import_counts.html", views.import_page(db, batch))


@router.get("/{batch_id}/cau/{row_id}")
def item_card(
    request: Request,
    batch_id: uuid.UUID,
    row_id: uuid.UUID,
    staff: Staff,
    db: ReadDb,
    sua: str = "",
) -> Response:
    """One item, to look at or (`sua`) to mend; as a piece of the page or as a page of its own."""
    batch, row = _row(db, staff, batch_id, row_id)
    form = views.mend_form(service.content_of(row)) if sua else None
    return _card(request, batch, row, form)


def _row(
    db: Session, staff: SignedIn, batch_id: uuid.UUID, row_id: uuid.UUID
) -> tuple[ImportBatch, ImportItem]:
    batch = repository.batch_of(db, staff.actor, batch_id)
    return batch, repository.item_of(db, batch, row_id)


def _card(
    request: Request,
    batch: ImportBatch,
    row: ImportItem,
    form: views.MendForm | None = None,
) -> Response:
    is_piece = "HX-Request" in request.headers
    template = "bank/_import_item.html" if is_piece else "bank/import_item.html"
    model = views.card(row, form)
    return page(request, template, model, batch=batch)


async def sent_form(request: Request) -> FormData:
    return await request.form()


@router.post("/{batch_id}/cau/{row_id}")
def mend_item(
    request: Request,
    batch_id: uuid.UUID,
    row_id: uuid.UUID,
    staff: Staff,
    db: Db,
    sent: Annotated[FormData, Depends(sent_form)],
) -> Response:
    batch, row = _row(db, staff, batch_id, row_id)
    change = _mend(sent)
    revision = _whole(sent, "revision")
    service.mend(db, row, change, revision=revision, is_settled=bool(sent.get("settled")))
    if service.open_problems(row):
        return _card(request, batch, row, views.mend_form(service.content_of(row)))
    return _after(request, batch, row)


def _after(request: Request, batch: ImportBatch, row: ImportItem) -> Response:
    if "HX-Request" in request.headers:
        response = _card(request, batch, row)
        response.headers["HX-Trigger"] = "khaothi-counts"
        return response
    return RedirectResponse(f"/ngan-hang/nhap/{batch.id}#cau-{row.position}", status_code=303)


def _whole(sent: FormData, name: str) -> int:
    value = str(sent.get(name) or "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _mend(sent: FormData) -> Mend:
    """The form as a mend; a request from elsewhere may hold anything."""
    kind = str(sent.get("kind") or "")
    if kind not in MENDABLE:
        raise Invalid("Chọn dạng câu hỏi.", problems=[problem("kind", "Chọn dạng câu hỏi.")])
    ids = STATEMENT_IDS if kind == "tf_cluster" else OPTION_IDS
    bodies = {i: str(sent.get(f"body-{i}") or "") for i in ids if f"body-{i}" in sent}
    return Mend(
        kind=kind,
        stem=str(sent.get("stem") or ""),
        bodies=bodies,
        letters=[str(one) for one in sent.getlist("key") if str(one) in bodies],
        truths={i: _TRUTHS.get(str(sent.get(f"truth-{i}") or "")) for i in bodies},
        numbers=[one.strip() for one in str(sent.get("numbers") or "").split(";") if one.strip()],
    )


@router.post("/{batch_id}/cau/{row_id}/dang")
def change_kind(
    request: Request,
    batch_id: uuid.UUID,
    row_id: uuid.UUID,
    staff: Staff,
    db: ReadDb,
    sent: Annotated[FormData, Depends(sent_form)],
) -> Response:
    """The same fields, with what was typed, laid out for another kind. Nothing is stored yet."""
    batch, row = _row(db, staff, batch_id, row_id)
    return _card(request, batch, row, views.mend_form(service.as_mended(row, _mend(sent))))


@router.post("/{batch_id}/cau/{row_id}/dung")
def settle_item(
    request: Request,
    batch_id: uuid.UUID,
    row_id: uuid.UUID,
    staff: Staff,
    db: Db,
    revision: Annotated[int, Form()] = 0,
) -> Response:
    """For kinds without fields here: right as it stands, or to be dropped."""
    batch, row = _row(db, staff, batch_id, row_id)
    service.settle(db, row, revision=revision)
    return _after(request, batch, row)


@router.post("/{batch_id}/cau/{row_id}/bo")
def drop_item(
    request: Request, batch_id: uuid.UUID, row_id: uuid.UUID, staff: Staff, db: Db
) -> Response:
    batch, row = _row(db, staff, batch_id, row_id)
    service.drop(db, row)
    return _after(request, batch, row)


@router.post("/{batch_id}/cau/{row_id}/lay-lai")
def restore_item(
    request: Request, batch_id: uuid.UUID, row_id: uuid.UUID, staff: Staff, db: Db
) -> Response:
    batch, row = _row(db, staff, batch_id, row_id)
    service.restore(db, row)
    return _after(request, batch, row)


@router.post("/{batch_id}/luu")
def save(
    request: Request,
    batch_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    topic: Text = "",
    level: Text = "",
) -> Response:
    """Items without open problems become drafts; the others stay here."""
    batch = repository.batch_of(db, staff.actor, batch_id)
    service.save_ready(db, staff.actor, batch, topic=topic, level=level, now=now)
    return RedirectResponse(f"/ngan-hang/nhap/{batch.id}", status_code=303)
