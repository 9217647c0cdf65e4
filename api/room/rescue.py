"""The invigilator brings in the rescue file of a machine whose line stayed dead."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from delivery.rescue import service
from delivery.rescue.file import MOST_BYTES
from delivery.rescue.service import Rescued
from delivery.sittings import repository as sittings
from delivery.sittings.rules import can_supervise
from itembank.errors import Invalid
from itembank.permissions import require

from ..pages import page, problems_for
from ..web import Db, Now, ReadDb, Staff

router = APIRouter()


@dataclass(frozen=True, slots=True)
class RescuePage:
    """Where the file is handed in, and what came of the last one."""

    sitting_id: uuid.UUID
    title: str
    done: Rescued | None


@router.get("/phong-thi/{sitting_id}/cuu-ho")
def rescue_page(request: Request, staff: Staff, db: ReadDb, sitting_id: uuid.UUID) -> Response:
    sitting = sittings.sitting_of(db, sitting_id)
    require(can_supervise(staff.actor, sitting))
    model = RescuePage(sitting.id, sitting.title, None)
    return page(request, "room/rescue.html", model, problems=[])


@router.post("/phong-thi/{sitting_id}/cuu-ho")
def rescue(
    request: Request,
    staff: Staff,
    db: Db,
    now: Now,
    sitting_id: uuid.UUID,
    tep: Annotated[UploadFile | None, File()] = None,
) -> Response:
    sitting = sittings.sitting_of(db, sitting_id)
    raw = tep.file.read(MOST_BYTES + 1) if tep is not None else b""
    try:
        done = service.merge(db, staff.actor, sitting, raw, now=now)
    except Invalid as error:
        model = RescuePage(sitting.id, sitting.title, None)
        shown = problems_for(request, error)
        return page(request, "room/rescue.html", model, status=422, problems=shown)
    model = RescuePage(sitting.id, sitting.title, done)
    return page(request, "room/rescue.html", model, problems=[])
