"""All people of the units one administers; the settings of the server."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from itembank.people.search import PeopleFilter
from itembank.permissions import Role, needs_role, require

from ..pages import page
from ..web import Config, Now, ReadDb, Staff
from . import people_views, settings_views

router = APIRouter(prefix="/quan-tri")


@router.get("")
def people_page(
    request: Request,
    staff: Staff,
    db: ReadDb,
    now: Now,
    q: str = "",
    don_vi: str = "",
    vai_tro: str = "",
    mon: str = "",
    trang_thai: str = "",
    trang: int = 1,
) -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    wanted = PeopleFilter(q.strip()[:100], don_vi.strip()[:100], vai_tro, mon, trang_thai)
    model = people_views.people_page(db, staff.actor, wanted, number=trang, today=now.date())
    return page(request, "admin/people.html", model)


@router.get("/may-chu")
def settings_page(request: Request, staff: Staff, settings: Config) -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    return page(request, "admin/settings.html", settings_views.settings_rows(settings))
