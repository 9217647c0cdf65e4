"""The page a teacher lands on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.permissions import Role, needs_role, require

from ..i18n import words
from ..pages import page
from ..stock.charts import contribution_curve
from ..web import Now, ReadDb, Staff
from .author_views import my_work

router = APIRouter()


@router.get("/viec-cua-toi")
def my_work_page(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    require(needs_role(staff.actor, Role.TEACHER))
    shown = my_work(db, staff.actor, now=now)
    curve = contribution_curve(shown.own_year.curve, words(request))
    return page(request, "bank/my_work.html", shown, curve=curve)
