"""Lists from a file: upload, look at every line, confirm; then hand out first passwords."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from itembank.errors import Invalid, KhaothiError, NotFound, TooLarge, msg, problem
from itembank.people import service as people
from itembank.people.intake import blank_lists, repository, service
from itembank.people.models import Unit
from itembank.permissions import require

from ..auth import passwords
from ..db import Database
from ..jobs.take_in import ask_applying, ask_planning, plan_now
from ..pages import page, refused_page
from ..web import Config, Now, ReadDb, Staff, get_database
from . import intake_views as views
from .people_views import NewAccount

router = APIRouter(prefix="/quan-tri/nhap")
Storage = Annotated[Database, Depends(get_database)]
AT_ONCE_BYTES = 60_000  # a list of some hundred lines is read while the person waits
AT_ONCE_ROWS = 150
PASSWORDS_AT_ONCE = 60
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("")
def upload_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(service.can_take_in(staff.actor))
    model = views.upload_page(db, staff.actor)
    return page(request, "admin/intake.html", model, problems=[], kind="people")


@router.get("/mau/{kind}.{form}")
def blank_list(kind: str, form: str, staff: Staff) -> Response:
    if kind not in blank_lists.LISTS or form not in TYPES:
        raise NotFound("Không có mẫu này.")
    raw = blank_lists.blank_csv(kind) if form == "csv" else blank_lists.blank_xlsx(kind)
    name = {"people": "mau-can-bo", "units": "mau-don-vi"}[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(raw, media_type=TYPES[form], headers=headers)


@router.post("")
def upload(
    request: Request,
    staff: Staff,
    storage: Storage,
    settings: Config,
    now: Now,
    tep: UploadFile,
    kind: Annotated[str, Form()] = "people",
) -> Response:
    """Read the file and show what it would change; nothing is applied."""
    require(service.can_take_in(staff.actor))
    try:
        source = _source(tep, settings.max_import_bytes)
        with storage.write() as db:
            intake = service.open_intake(
                db, staff.actor, kind=kind, file_name=tep.filename or "", source=source, now=now
            )
            is_short = len(source) <= AT_ONCE_BYTES
            job = None if is_short else ask_planning(db, staff.actor, intake, now=now)
            intake_id, job_id = intake.id, job.id if job else None
    except KhaothiError as error:
        with storage.read() as db:
            model = views.upload_page(db, staff.actor)
        return refused_page(request, "admin/intake.html", model, error, kind=kind)
    if job_id is not None:
        return RedirectResponse(f"/viec/{job_id}", status_code=303)
    plan_now(storage, intake_id)
    return RedirectResponse(f"/quan-tri/nhap/{intake_id}", status_code=303)


def _source(file: UploadFile, most_bytes: int) -> bytes:
    raw = file.file.read(most_bytes + 1)
    if len(raw) > most_bytes:
        raise TooLarge(
            msg("Tệp lớn hơn {n} MB; chia thành nhiều tệp.", n=most_bytes // 1_000_000),
            problems=[problem("tep", "Chọn tệp nhẹ hơn.")],
        )
    if not raw:
        raise Invalid("Tệp rỗng.", problems=[problem("tep", "Chọn một tệp có nội dung.")])
    return raw


@router.get("/{intake_id}")
def plan_page(
    request: Request, intake_id: uuid.UUID, staff: Staff, db: ReadDb, xem: str = "", trang: int = 1
) -> Response:
    intake = repository.intake_of(db, staff.actor, intake_id)
    model = views.plan_page(db, intake, chosen=xem, number=trang)
    return page(request, "admin/intake_plan.html", model)


@router.post("/{intake_id}/ghi")
def confirm(
    intake_id: uuid.UUID,
    staff: Staff,
    storage: Storage,
    now: Now,
    sha256: Annotated[str, Form()] = "",
) -> Response:
    """Apply exactly the plan that was shown, of exactly this file."""
    with storage.write() as db:
        repository.intake_of(db, staff.actor, intake_id)
        intake = repository.held(db, intake_id)
        service.begin_applying(db, staff.actor, intake, sha256=sha256, now=now)
        is_short = repository.count_waiting(db, intake_id) <= AT_ONCE_ROWS
        job = None if is_short else ask_applying(db, staff.actor, intake, now=now)
        job_id = job.id if job else None
        if is_short:
            service.apply_some(db, staff.actor, intake, now=now)
            service.close_applying(db, staff.actor, intake, now=now)
    target = f"/viec/{job_id}" if job_id else f"/quan-tri/nhap/{intake_id}"
    return RedirectResponse(target, status_code=303)


@router.post("/{intake_id}/bo")
def drop(intake_id: uuid.UUID, staff: Staff, storage: Storage, now: Now) -> Response:
    with storage.write() as db:
        intake = repository.intake_of(db, staff.actor, intake_id)
        service.drop_intake(db, staff.actor, intake, now=now)
    return RedirectResponse("/quan-tri/nhap", status_code=303)


@router.post("/{intake_id}/mat-khau")
def first_passwords(
    request: Request, intake_id: uuid.UUID, staff: Staff, storage: Storage, now: Now
) -> Response:
    """First passwords for accounts that have none yet, some at a time; shown once, stored hashed.

    Hashing takes its time on purpose, so it is done before the write begins.
    """
    with storage.read() as db:
        repository.intake_of(db, staff.actor, intake_id)
        waiting = views.new_accounts(db, intake_id, PASSWORDS_AT_ONCE)
    codes = {person_id: passwords.new_code() for person_id in waiting}
    hashes = {person_id: passwords.hash_password(code) for person_id, code in codes.items()}
    made = []
    with storage.write() as db:
        left = repository.new_accounts_without_password(db, intake_id)
        for person in [one for one in left if one.id in hashes]:
            people.set_password(
                db, staff.actor, person, hashes[person.id], now=now, must_change=True
            )
            unit = db.get_one(Unit, person.unit_id)
            made.append(NewAccount(person.full_name, person.username, unit.name, codes[person.id]))
    return page(
        request, "admin/first_passwords.html", made, back=f"/quan-tri/nhap/{intake_id}",
        left=len(left) - len(made),
    )  # fmt: skip
