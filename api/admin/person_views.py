"""What the page of one person shows: to an administrator, or to the person themself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank import audit
from itembank.curriculum import SUBJECTS
from itembank.people import repository as people
from itembank.people.intake.staff_list import LEVELS
from itembank.people.models import Person, Unit
from itembank.people.register import repository as register
from itembank.people.register.models import Certificate, Qualification
from itembank.people.register.states import (
    CONFLICT_NAMES,
    DEGREE_NAMES,
    POST_NAMES,
    TIE_NAMES,
    Appointed,
    Conflict,
    ConflictKind,
    Degree,
    Post,
    Term,
    Tie,
    TieKind,
    Validity,
    validity,
)
from itembank.people.rules import administered
from itembank.people.units import repository as unit_rows
from itembank.permissions import ROLE_NAMES, Actor, Role

from ..i18n import Words
from .certificate_chart import Span, certificate_chart
from .people_views import STATES, state_of
from .words import EVENT_NAMES, VALIDITY_NAMES

EVENTS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class GrantLine:
    id: uuid.UUID
    role: str
    unit: str
    subject: str | None
    since: date


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    appointed: Appointed
    post: str
    subject: str | None
    unit: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class ConflictLine:
    conflict: Conflict
    kind: str
    subject: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class TieLine:
    tie: Tie
    kind: str
    relative: str
    holds: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    row: Certificate
    validity: Validity


@dataclass(frozen=True, slots=True)
class QualificationLine:
    row: Qualification
    degree: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of the page offer."""

    units: list[Unit]
    roles: dict[Role, str]
    subjects: dict[str, str]
    levels: dict[str, str]
    posts: dict[Post, str]
    conflicts: dict[ConflictKind, str]
    ties: dict[TieKind, str]
    degrees: dict[Degree, str]
    grades: tuple[int, ...] = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class EventLine:
    at: object
    who: str
    what: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    unit: Unit
    here: str
    is_own: bool
    is_managed: bool  # by who looks, and not their own
    state: str
    state_name: str
    subjects: list[str]
    levels: list[str]
    held_subjects: frozenset[str]
    held_levels: frozenset[str]
    grants: list[GrantLine]
    appointments: list[AppointmentLine]
    conflicts: list[ConflictLine]
    ties: list[TieLine]
    certificates: list[CertificateLine]
    chart: Markup | None
    qualifications: list[QualificationLine]
    choices: Choices
    top_unit: uuid.UUID | None  # whose councils most appointments are to
    events: list[EventLine]
    validity_names: dict[Validity, str]
    today: date


def person_page(
    db: Session, actor: Actor, person: Person, *, here: str, today: date, t: Words
) -> PersonPage:
    is_own = actor.person_id == person.id
    is_managed = person.unit_id in administered(actor) and not is_own
    certificates = _certificates(db, person.id, today)
    subjects, levels = _split(person.subjects), _split(person.levels)
    choices = _choices(db, actor, is_managed)
    return PersonPage(
        person=person,
        unit=db.get_one(Unit, person.unit_id),
        here=here,
        is_own=is_own,
        is_managed=is_managed,
        state=state_of(person),
        state_name=STATES[state_of(person)],
        subjects=[SUBJECTS.get(code, code) for code in subjects],
        levels=[LEVELS.get(code, code) for code in levels],
        held_subjects=frozenset(subjects),
        held_levels=frozenset(levels),
        grants=_grants(db, person.id),
        appointments=_appointments(db, person.id, today),
        conflicts=_conflicts(db, person.id, today),
        ties=_ties(db, person.id, today),
        certificates=certificates,
        chart=_chart(certificates, today, t),
        qualifications=_qualifications(db, person.id),
        choices=choices,
        top_unit=next((u.id for u in choices.units if u.kind == "so"), None),
        events=events_about(db, "person", person.id) if is_managed else [],
        validity_names=VALIDITY_NAMES,
        today=today,
    )


def _split(codes: str) -> list[str]:
    return [code for code in codes.split(",") if code]


def _subject(code: str | None) -> str | None:
    return SUBJECTS.get(code, code) if code else None


def _grants(db: Session, person_id: uuid.UUID) -> list[GrantLine]:
    found = people.active_grants(db, person_id)
    names = people.unit_names(db, {g.unit_id for g in found})
    return [
        GrantLine(g.id, ROLE_NAMES[Role(g.role)], names[g.unit_id], _subject(g.subject),
                  g.granted_at.date())
        for g in sorted(found, key=lambda g: (g.granted_at, g.id))
    ]  # fmt: skip


def _appointments(db: Session, person_id: uuid.UUID, today: date) -> list[AppointmentLine]:
    found = register.appointments_of(db, [person_id])
    lines = []
    for one in found:
        unit = unit_rows.name_on(db, one.unit_id, one.term.valid_from)
        lines.append(AppointmentLine(
            one, POST_NAMES[one.post], _subject(one.subject), unit, validity(one.term, today)
        ))  # fmt: skip
    return lines


def _conflicts(db: Session, person_id: uuid.UUID, today: date) -> list[ConflictLine]:
    return [
        ConflictLine(c, CONFLICT_NAMES[c.kind], _subject(c.subject), c.term.holds_on(today))
        for c in register.conflicts_of(db, [person_id])
    ]


def _ties(db: Session, person_id: uuid.UUID, today: date) -> list[TieLine]:
    ties = register.ties_of(db, person_id)
    names = people.names(db, {tie.relative_id for tie in ties})
    return [
        TieLine(tie, TIE_NAMES[tie.kind], names.get(tie.relative_id, ""), tie.holds_on(today))
        for tie in ties
    ]


def _certificates(db: Session, person_id: uuid.UUID, today: date) -> list[CertificateLine]:
    lines = []
    for row, end in register.certificates_of(db, [person_id]):
        term = Term(row.issued_on, row.valid_until, end.ended_on if end else None)
        lines.append(CertificateLine(row, validity(term, today)))
    return lines


def _chart(lines: Sequence[CertificateLine], today: date, t: Words) -> Markup | None:
    spans = [
        Span(one.row.title, one.row.issued_on, one.row.valid_until, one.validity)
        for one in lines
        if one.validity != "withdrawn"
    ]
    return certificate_chart(spans, today, t) if spans else None


def _qualifications(db: Session, person_id: uuid.UUID) -> list[QualificationLine]:
    return [
        QualificationLine(row, DEGREE_NAMES[Degree(row.degree)], end is not None)
        for row, end in register.qualifications_of(db, person_id)
    ]


def _choices(db: Session, actor: Actor, is_managed: bool) -> Choices:
    units = list(unit_rows.open_units(db, administered(actor))) if is_managed else []
    return Choices(
        units, ROLE_NAMES, SUBJECTS, LEVELS, POST_NAMES, CONFLICT_NAMES, TIE_NAMES, DEGREE_NAMES
    )


def events_about(db: Session, object_type: str, object_id: uuid.UUID) -> list[EventLine]:
    return [
        EventLine(e.at, e.actor_name, EVENT_NAMES.get(e.action, e.action), e.reason)
        for e in audit.latest(db, object_type, object_id, EVENTS_SHOWN)
    ]
