"""Units: the tree as of a day; one unit renamed, moved, merged, closed; a new one below it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from itembank.errors import KhaothiError, NotFound
from itembank.people.intake.unit_list import read_day
from itembank.people.models import Unit
from itembank.people.rules import administered
from itembank.people.units import service
from itembank.permissions import Actor, Role, needs_role, require

from ..i18n import language, translate
from ..pages import page
from ..web import Db, Now, ReadDb, SignedIn, Staff
from . import unit_views as views
from .person_pages import Filled
from .typed import Typed, beside_fields, wrong

router = APIRouter(prefix="/quan-tri/don-vi")


@dataclass(frozen=True, slots=True)
class Deed:
    """What a form of a unit's page asks for."""

    db: Session
    actor: Actor
    unit: Unit
    typed: Typed
    now: datetime

    @property
    def on(self) -> date:
        return self.typed.day("on")

    @property
    def reason(self) -> str:
        return self.typed.text("reason")


@router.get("")
def units_page(request: Request, staff: Staff, db: ReadDb, now: Now, ngay: str = "") -> Response:
    require(needs_role(staff.actor, Role.UNIT_ADMIN))
    on = read_day(ngay) or now.date()
    model = views.units_page(db, staff.actor, on, today=now.date())
    return page(request, "admin/units.html", model)


@router.get("/{unit_id}")
def unit_page(request: Request, unit_id: uuid.UUID, staff: Staff, db: ReadDb, now: Now) -> Response:
    return _show(request, db, staff, _visible(db, staff, unit_id), now)


@router.post("/{unit_id}/{form}")
def deed(
    request: Request, unit_id: uuid.UUID, form: str, staff: Staff, db: Db, now: Now, typed: Filled
) -> Response:
    """Do what the form asks; what is wrong is told on the page, with everything typed kept."""
    unit = _visible(db, staff, unit_id)
    if form not in DEEDS:
        raise NotFound("Không có việc này.")
    try:
        with db.begin_nested():
            DEEDS[form](Deed(db, staff.actor, unit, typed, now))
    except KhaothiError as error:
        db.refresh(unit)
        return _show(request, db, staff, unit, now, form=form, error=error, typed=typed.typed())
    return RedirectResponse(f"/quan-tri/don-vi/{unit_id}", status_code=303)


def _visible(db: Session, staff: SignedIn, unit_id: uuid.UUID) -> Unit:
    unit = db.get(Unit, unit_id)
    if unit is None or unit.id not in administered(staff.actor):
        raise NotFound("Không có đơn vị này trong phạm vi bạn quản trị.")
    return unit


def _show(
    request: Request,
    db: Session,
    staff: SignedIn,
    unit: Unit,
    now: datetime,
    *,
    form: str = "",
    error: KhaothiError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    lang = language(request)
    model = views.unit_page(db, staff.actor, unit, today=now.date())
    told = [
        {"where": str(p.where), "what": translate(p.what, lang)}
        for p in (beside_fields(form, error) if error else [])
    ]
    return page(
        request, "admin/unit.html", model, status=422 if error else 200, problems=told, form=form,
        typed=typed or {},
    )  # fmt: skip


def _inside(found: Deed, name: str) -> Unit | None:
    """A unit chosen in a form; one outside the person's reach is no choice."""
    unit = found.typed.unit_or_none(found.db, name)
    if unit is not None and unit.id not in administered(found.actor):
        raise wrong(name, "Chọn đơn vị.")
    return unit


def _rename(d: Deed) -> None:
    service.rename_unit(
        d.db, d.actor, d.unit, d.typed.text("name"), on=d.on, reason=d.reason, now=d.now
    )


def _move(d: Deed) -> None:
    service.move_unit(
        d.db, d.actor, d.unit, parent=_inside(d, "parent"),
        professional_parent=_inside(d, "professional_parent"), on=d.on, reason=d.reason, now=d.now,
    )  # fmt: skip


def _close(d: Deed) -> None:
    """Closed without a successor, or taken up by one; the day typed is the last."""
    heir = _inside(d, "successor")
    service.close_unit(
        d.db, d.actor, d.unit, last_day=d.on, successors=[heir] if heir else [], reason=d.reason,
        now=d.now,
    )  # fmt: skip


def _take_up(d: Deed) -> None:
    """Another unit merges into this one, which carries on from the day typed."""
    other = _inside(d, "other")
    if other is None:
        raise wrong("other", "Chọn đơn vị.")
    service.merge_units(
        d.db, d.actor, [other], d.unit, last_day=d.on - timedelta(days=1), reason=d.reason,
        now=d.now,
    )  # fmt: skip


def _add(d: Deed) -> None:
    typed = d.typed
    service.add_unit(
        d.db, d.actor, code=typed.text("code"), name=typed.text("name"), kind=typed.text("kind"),
        parent=d.unit, valid_from=typed.day_or_none("valid_from"), reason=d.reason, now=d.now,
    )  # fmt: skip


DEEDS: Mapping[str, Callable[[Deed], None]] = {
    "doi-ten": _rename,
    "chuyen": _move,
    "dong": _close,
    "sap-nhap": _take_up,
    "them": _add,
}
