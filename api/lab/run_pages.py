"""The pages of one finished run: evidence, items, abilities, what is decided of them."""

from __future__ import annotations

import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.operational import decide_item, declare
from itembank.errors import Invalid

from ..i18n import words
from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, SignedIn, Staff
from .downloads import abilities_csv, csv_file, parameters_csv
from .run_page import Refused, abilities_page, run_entries, run_head, run_page

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/hieu-chuan/{run_id}")
def run(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, cau: str = "") -> Response:
    model = run_page(db, staff.actor, run_id, cau, words(request))
    return page(request, "lab/run.html", model)


@router.post("/hieu-chuan/{run_id}/quyet-dinh")
def decide(
    request: Request,
    run_id: uuid.UUID,
    staff: Staff,
    db: Db,
    now: Now,
    cau: Text,
    decision: Text = "",
    reason: Text = "",
) -> Response:
    """Record what was decided of one item; refused, the page comes back with what was typed."""
    run = repository.run_by_id(db, run_id)
    try:
        decide_item(db, staff.actor, run, cau, decision=decision, reason=reason, now=now)
    except Invalid as error:
        typed = {"decision": decision, "reason": reason}
        return _again(request, staff, db, run_id, cau, "item", typed, error)
    return RedirectResponse(f"/hieu-chuan/{run_id}?cau={quote(cau)}#cau", status_code=303)


@router.post("/hieu-chuan/{run_id}/cong-bo")
def publish(
    request: Request, run_id: uuid.UUID, staff: Staff, db: Db, now: Now, reason: Text = ""
) -> Response:
    """Declare the run operational."""
    run = repository.run_by_id(db, run_id)
    try:
        declare(db, staff.actor, run, reason=reason, now=now)
    except Invalid as error:
        return _again(request, staff, db, run_id, "", "run", {"reason": reason}, error)
    return RedirectResponse(f"/hieu-chuan/{run_id}", status_code=303)


def _again(
    request: Request,
    staff: SignedIn,
    db: Session,
    run_id: uuid.UUID,
    label: str,
    form: str,
    typed: dict[str, str],
    error: Invalid,
) -> Response:
    refused = Refused({"form": form, **typed}, problems_for(request, error))
    model = run_page(db, staff.actor, run_id, label, words(request), refused)
    return page(request, "lab/run.html", model, status=422)


@router.get("/hieu-chuan/{run_id}/nang-luc")
def abilities(
    request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, trang: int = 1
) -> Response:
    model = abilities_page(db, staff.actor, run_id, trang)
    return page(request, "lab/abilities.html", model)


@router.get("/hieu-chuan/{run_id}/tham-so.csv")
def parameterscsv_file(run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    head = run_head(db, staff.actor, run_id)
    return csv_file(parameters_csv(run_entries(db, head.run)), f"tham-so-{head.form.code}.csv")


@router.get("/hieu-chuan/{run_id}/nang-luc.csv")
def abilitiescsv_file(run_id: uuid.UUID, staff: Staff, db: ReadDb) -> Response:
    head = run_head(db, staff.actor, run_id)
    rows = repository.abilities_of_run(db, run_id)
    return csv_file(abilities_csv(rows), f"nang-luc-{head.form.code}.csv")
