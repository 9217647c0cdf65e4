"""The pages of one finished run: evidence, items, abilities, what is decided of them."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.calibrations import repository

from ..pages import page
from ..web import ReadDb, Staff
from .downloads import abilities_csv, csv_file, parameters_csv
from .run_page import abilities_page, run_entries, run_head, run_page
from .words import words

router = APIRouter()


@router.get("/hieu-chuan/{run_id}")
def run(request: Request, run_id: uuid.UUID, staff: Staff, db: ReadDb, cau: str = "") -> Response:
    model = run_page(db, staff.actor, run_id, cau, words(request))
    return page(request, "lab/run.html", model)


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
