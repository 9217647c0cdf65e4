"""Handing approved items over: the board of a quota, the package, the receipt."""

from __future__ import annotations

import uuid
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from itembank.errors import Invalid, KhaothiError
from itembank.handover import repository, rules, service
from itembank.handover.models import Quota
from itembank.handover.service import GateShut, Parcel
from itembank.permissions import require
from itembank.signing import signing_key

from ..pages import page, problems_for
from ..site.key_files import centre_keys
from ..web import Config, Db, Now, ReadDb, SignedIn, Staff
from . import handover_views as views
from .handover_quota_pages import Posted

router = APIRouter(prefix="/ban-giao")
MOST_ITEMS = 900


@router.get("")
def list_page(request: Request, staff: Staff, db: ReadDb) -> Response:
    require(rules.can_look_anywhere(staff.actor))
    return page(request, "bank/handover.html", views.handover_page(db, staff.actor))


@router.get("/chi-tieu/{series}")
def board(request: Request, series: uuid.UUID, staff: Staff, db: ReadDb, now: Now) -> Response:
    quota = repository.newest_quota(db, series)
    model = views.board_page(db, staff.actor, quota, now=now)
    return page(request, "bank/handover_board.html", model)


@router.post("/chi-tieu/{series}")
def check_or_send(
    request: Request,
    series: uuid.UUID,
    staff: Staff,
    db: Db,
    settings: Config,
    now: Now,
    sent: Posted,
) -> Response:
    """The chosen items looked at again, or sent."""
    quota = repository.newest_quota(db, series)
    chosen = _chosen(sent)
    typed = {name: str(value) for name, value in sent.items() if name != "cau"}
    if sent.get("viec") != "gui":
        return _board_again(request, db, staff, quota, chosen, typed, now)
    parcel = Parcel(chosen, views.meeting_from(typed, now), typed.get("note", "")[:5_000])
    key = signing_key(centre_keys(settings.centre_key_file).signing_seed)
    try:
        made = service.send(
            db, staff.actor, quota, parcel, department=settings.department_name, key=key, now=now
        )
    except (GateShut, Invalid) as error:
        return _board_again(request, db, staff, quota, chosen, typed, now, error)
    return RedirectResponse(f"/ban-giao/goi/{made.id}", status_code=303)


def _chosen(sent: FormData) -> tuple[uuid.UUID, ...]:
    found = []
    for name in sent.getlist("cau")[:MOST_ITEMS]:
        try:
            found.append(uuid.UUID(str(name)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _board_again(
    request: Request,
    db: Session,
    staff: SignedIn,
    quota: Quota,
    chosen: tuple[uuid.UUID, ...],
    typed: dict[str, str],
    now: datetime,
    error: KhaothiError | None = None,
) -> Response:
    """What was typed and ticked stays; beside it what stood in the way."""
    in_form = error is not None and not isinstance(error, GateShut)
    model = views.board_page(
        db,
        staff.actor,
        quota,
        now=now,
        chosen=frozenset(chosen),
        typed=typed,
        problems=problems_for(request, error) if error and in_form else (),
        message=error.message if error else "",
    )
    status = 200 if error is None else 422 if in_form else 409
    return page(request, "bank/handover_board.html", model, status=status)


@router.get("/goi/{handover_id}")
def package_page(request: Request, handover_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    handover = repository.handover_by_id(db, handover_id)
    model = views.package_page(db, staff.actor, handover)
    return page(request, "bank/handover_package.html", model)


@router.post("/goi/{handover_id}/nhan")
def receive(handover_id: uuid.UUID, staff: Staff, db: Db, now: Now, sent: Posted) -> Response:
    handover = repository.handover_by_id(db, handover_id)
    note = str(sent.get("note") or "")[:5_000]
    service.receive(db, staff.actor, handover, note=note, now=now)
    return RedirectResponse(f"/ban-giao/goi/{handover_id}", status_code=303)


@router.get("/goi/{handover_id}/tep")
def package_file(handover_id: uuid.UUID, staff: Staff, db: Db, now: Now) -> Response:
    handover = repository.handover_by_id(db, handover_id)
    body = service.take_file(db, staff.actor, handover, now=now)
    name = f"ban-giao-{handover.file_hash[:12]}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/zip", headers=headers)
