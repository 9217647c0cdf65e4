"""One person: roles, records, account. The same page for the person themself, with less to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from itembank.curriculum import SUBJECTS
from itembank.errors import KhaothiError, NotFound
from itembank.people import rules
from itembank.people import service as people
from itembank.people.intake.staff_list import LEVELS
from itembank.people.models import Person, RoleGrant, Unit
from itembank.people.register import service as register
from itembank.people.register.models import FamilyTie
from itembank.people.register.states import ConflictKind, Degree, Post, TieKind
from itembank.people.repository import active_grants, person_by_username
from itembank.people.rules import administered
from itembank.permissions import Actor, Role, require

from ..auth import service as auth
from ..i18n import language, translate, words
from ..pages import page
from ..web import Db, Now, ReadDb, SignedIn, Staff
from .people_views import NewAccount
from .person_views import person_page
from .typed import Typed, beside_fields, wrong

router = APIRouter()
OWN = "/ho-so"


@dataclass(frozen=True, slots=True)
class Deed:
    """What a form of the page asks for."""

    db: Session
    actor: Actor
    person: Person
    typed: Typed
    now: datetime


async def typed_form(request: Request) -> Typed:
    form: FormData = await request.form()
    return Typed(form)


Filled = Annotated[Typed, Depends(typed_form)]


@router.get(OWN)
def own_page(request: Request, staff: Staff, db: ReadDb, now: Now) -> Response:
    return _show(request, db, staff, staff.actor.person_id, now)


@router.get("/quan-tri/nguoi/{person_id}")
def managed_page(
    request: Request, person_id: uuid.UUID, staff: Staff, db: ReadDb, now: Now
) -> Response:
    return _show(request, db, staff, person_id, now)


@router.post("/ho-so/{form}")
def own_deed(
    request: Request, form: str, staff: Staff, db: Db, now: Now, typed: Filled
) -> Response:
    """What a person says about themself: a conflict of interest, a qualification, a certificate."""
    return _do(request, staff, db, now, typed, staff.actor.person_id, form, OWN_DEEDS)


@router.post("/quan-tri/nguoi/{person_id}/mat-khau")
def reset_password(
    request: Request, person_id: uuid.UUID, staff: Staff, db: Db, now: Now
) -> Response:
    person = _visible(db, staff, person_id)
    held = active_grants(db, person.id)
    require(rules.can_reset_password(staff.actor, person, held))
    first = auth.reset_password(db, staff.actor, person, now=now)
    unit = db.get_one(Unit, person.unit_id)
    account = NewAccount(person.full_name, person.username, unit.name, first)
    back = f"/quan-tri/nguoi/{person_id}"
    return page(request, "admin/first_passwords.html", [account], back=back, left=0)


@router.post("/quan-tri/nguoi/{person_id}/{form}")
def managed_deed(
    request: Request,
    person_id: uuid.UUID,
    form: str,
    staff: Staff,
    db: Db,
    now: Now,
    typed: Filled,
) -> Response:
    return _do(request, staff, db, now, typed, person_id, form, DEEDS)


def _visible(db: Session, staff: SignedIn, person_id: uuid.UUID) -> Person:
    person = db.get(Person, person_id)
    is_own = person_id == staff.actor.person_id
    if person is None or not (is_own or person.unit_id in administered(staff.actor)):
        raise NotFound("Không có người này trong đơn vị bạn quản trị.")
    return person


def _address(staff: SignedIn, person: Person) -> str:
    is_own = person.id == staff.actor.person_id
    return OWN if is_own else f"/quan-tri/nguoi/{person.id}"


def _show(
    request: Request,
    db: Session,
    staff: SignedIn,
    person_id: uuid.UUID,
    now: datetime,
    *,
    form: str = "",
    error: KhaothiError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    person = _visible(db, staff, person_id)
    lang = language(request)
    model = person_page(
        db, staff.actor, person, here=_address(staff, person), today=now.date(),
        t=words(request),
    )  # fmt: skip
    told = [
        {"where": str(p.where), "what": translate(p.what, lang)}
        for p in (beside_fields(form, error) if error else [])
    ]
    return page(
        request, "admin/person.html", model, status=422 if error else 200, problems=told,
        form=form, typed=typed or {},
    )  # fmt: skip


def _do(
    request: Request,
    staff: SignedIn,
    db: Session,
    now: datetime,
    typed: Typed,
    person_id: uuid.UUID,
    form: str,
    deeds: Mapping[str, Callable[[Deed], None]],
) -> Response:
    """Do what the form asks; what is wrong is told on the page, with everything typed kept."""
    person = _visible(db, staff, person_id)
    if form not in deeds:
        raise NotFound("Không có việc này.")
    try:
        with db.begin_nested():
            deeds[form](Deed(db, staff.actor, person, typed, now))
    except KhaothiError as error:
        return _show(
            request, db, staff, person_id, now, form=form, error=error, typed=typed.typed()
        )
    return RedirectResponse(_address(staff, person), status_code=303)


def _declare(deed: Deed) -> None:
    typed = deed.typed
    register.declare_conflict(
        deed.db, deed.actor, deed.person, kind=typed.word("kind", ConflictKind),
        valid_from=typed.day("valid_from"), valid_to=typed.day_or_none("valid_to"),
        subject=typed.subject(), grade=typed.whole("grade"), exam_year=typed.whole("exam_year"),
        note=typed.text("note"), now=deed.now,
    )  # fmt: skip


def _tie(deed: Deed) -> None:
    typed = deed.typed
    relative = person_by_username(deed.db, typed.text("relative"))
    if relative is None:
        raise wrong("relative", "Không có tài khoản này; hỏi lại tên đăng nhập của người thân.")
    register.declare_tie(
        deed.db, deed.actor, deed.person, relative, kind=typed.word("kind", TieKind),
        note=typed.text("note"), now=deed.now,
    )  # fmt: skip


def _qualify(deed: Deed) -> None:
    typed = deed.typed
    register.add_qualification(
        deed.db, deed.actor, deed.person, degree=typed.word("degree", Degree),
        field=typed.text("field")[:200], place=typed.text("place")[:200],
        year=typed.whole("year"), now=deed.now,
    )  # fmt: skip


def _certify(deed: Deed) -> None:
    typed = deed.typed
    register.add_certificate(
        deed.db, deed.actor, deed.person, title=typed.text("title")[:200],
        issuer=typed.text("issuer")[:200], number=typed.text("number")[:80],
        issued_on=typed.day("issued_on"), valid_until=typed.day_or_none("valid_until"),
        now=deed.now,
    )  # fmt: skip


def _appoint(deed: Deed) -> None:
    typed = deed.typed
    register.appoint(
        deed.db, deed.actor, deed.person, council=typed.text("council")[:200],
        post=typed.word("post", Post), unit=typed.unit(deed.db, "unit"),
        decision_number=typed.text("decision_number")[:80],
        decided_on=typed.day_or_none("decided_on"), valid_from=typed.day("valid_from"),
        valid_to=typed.day_or_none("valid_to"), subject=typed.subject(), now=deed.now,
    )  # fmt: skip


def _end(deed: Deed) -> None:
    typed = deed.typed
    record = _id(typed.text("record"))
    found = register.record_of(deed.db, typed.text("table"), record)
    about = {found.person_id} | ({found.relative_id} if isinstance(found, FamilyTie) else set())
    if deed.person.id not in about:
        raise NotFound("Không có bản ghi này.")
    register.end_record(
        deed.db, deed.actor, typed.text("table"), record, reason=typed.text("reason"),
        ended_on=typed.day_or_none("ended_on") or deed.now.date(), now=deed.now,
    )  # fmt: skip


def _grant(deed: Deed) -> None:
    typed = deed.typed
    people.grant_role(
        deed.db, deed.actor, deed.person, typed.word("role", Role), typed.unit(deed.db, "unit"),
        subject=typed.subject(), reason=typed.text("reason") or None, now=deed.now,
    )  # fmt: skip


def _take_back(deed: Deed) -> None:
    grant = deed.db.get(RoleGrant, _id(deed.typed.text("grant")))
    if grant is None or grant.person_id != deed.person.id:
        raise NotFound("Không có vai trò này.")
    people.take_back_role(
        deed.db, deed.actor, grant, reason=deed.typed.text("reason"), now=deed.now
    )


def _change_profile(deed: Deed) -> None:
    typed = deed.typed
    people.change_profile(
        deed.db, deed.actor, deed.person, full_name=typed.text("full_name"),
        unit=typed.unit(deed.db, "unit"), subjects=typed.many("subjects", SUBJECTS),
        levels=typed.many("levels", LEVELS), now=deed.now,
    )  # fmt: skip


def _switch(deed: Deed) -> None:
    people.set_active(
        deed.db, deed.actor, deed.person, not deed.person.is_active, now=deed.now
    )  # fmt: skip
    if not deed.person.is_active:
        auth.close_all(deed.db, deed.person, now=deed.now)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound("Không có bản ghi này.") from error


OWN_DEEDS: Mapping[str, Callable[[Deed], None]] = {
    "xung-dot": _declare,
    "nguoi-than": _tie,
    "trinh-do": _qualify,
    "chung-nhan": _certify,
}
DEEDS: Mapping[str, Callable[[Deed], None]] = {
    **OWN_DEEDS,
    "bo-nhiem": _appoint,
    "ket-thuc": _end,
    "vai-tro": _grant,
    "thu-hoi": _take_back,
    "thong-tin": _change_profile,
    "khoa": _switch,
}
