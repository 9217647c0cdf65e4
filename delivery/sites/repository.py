"""All queries about sites, their packages and what a box holds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, undefer

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate, Sitting
from itembank.audit import AuditEvent
from itembank.errors import NotFound, msg

from .exam_mode import REQUIRED
from .models import (
    CodeRelease,
    ExamSite,
    HeldPackage,
    ResultMerge,
    SealedResult,
    SitePackage,
    SiteReport,
)


def site_by_code(db: Session, code: str) -> ExamSite | None:
    return db.scalar(select(ExamSite).where(ExamSite.code == code))


def sites(db: Session, units: set[uuid.UUID]) -> Sequence[ExamSite]:
    query = select(ExamSite).where(ExamSite.unit_id.in_(units)).order_by(ExamSite.code)
    return db.scalars(query).all()


# --- packages ---------------------------------------------------------------------------------


def package_of(db: Session, package_id: uuid.UUID) -> SitePackage:
    found = db.get(SitePackage, package_id)
    if found is None:
        raise NotFound(
            msg("Trung tâm này chưa lập gói {package}; kiểm tra tệp.", package=str(package_id)[:13])
        )
    return found


def last_number(db: Session, sitting_id: uuid.UUID) -> int:
    query = select(func.max(SitePackage.number)).where(SitePackage.sitting_id == sitting_id)
    return db.scalar(query) or 0


def newest_package(db: Session, sitting_id: uuid.UUID) -> SitePackage:
    """Of a sitting that has one."""
    query = select(SitePackage).where(SitePackage.sitting_id == sitting_id)
    return db.scalars(query.order_by(SitePackage.number.desc()).limit(1)).one()


def agreed_people(db: Session, package_id: uuid.UUID) -> Sequence[CodeRelease]:
    query = select(CodeRelease).where(CodeRelease.package_id == package_id)
    return db.scalars(query.order_by(CodeRelease.at)).all()


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package in the list of sites, with its last report and what was taken in of it."""

    package: SitePackage
    site: ExamSite
    sitting: Sitting
    report: SiteReport | None
    merge: ResultMerge | None
    agreed: int


def package_lines(db: Session, units: set[uuid.UUID]) -> list[PackageLine]:
    """The newest package of every sitting of these units, the next sittings first."""
    newest = (
        select(SitePackage.sitting_id, func.max(SitePackage.number).label("number"))
        .group_by(SitePackage.sitting_id)
        .subquery()
    )
    query = (
        select(SitePackage, ExamSite, Sitting)
        .join(newest, (newest.c.sitting_id == SitePackage.sitting_id)
              & (newest.c.number == SitePackage.number))
        .join(ExamSite, ExamSite.id == SitePackage.site_id)
        .join(Sitting, Sitting.id == SitePackage.sitting_id)
        .where(Sitting.unit_id.in_(units))
        .order_by(Sitting.starts_at.desc(), ExamSite.code)
    )  # fmt: skip
    rows = db.execute(query).all()
    reports, merges, agreed = _last_reports(db), _last_merges(db), _agreed_counts(db)
    return [
        PackageLine(p, site, sitting, reports.get(p.id), merges.get(p.id), agreed.get(p.id, 0))
        for p, site, sitting in rows
    ]


def _last_reports(db: Session) -> dict[uuid.UUID, SiteReport]:
    last = (
        select(SiteReport.package_id, func.max(SiteReport.received_at).label("at"))
        .group_by(SiteReport.package_id)
        .subquery()
    )
    query = select(SiteReport).join(
        last, (last.c.package_id == SiteReport.package_id) & (last.c.at == SiteReport.received_at)
    )
    return {report.package_id: report for report in db.scalars(query)}


def _last_merges(db: Session) -> dict[uuid.UUID, ResultMerge]:
    return {merge.package_id: merge for merge in db.scalars(select(ResultMerge).order_by(ResultMerge.at))}  # fmt: skip


def _agreed_counts(db: Session) -> dict[uuid.UUID, int]:
    query = select(CodeRelease.package_id, func.count()).group_by(CodeRelease.package_id)
    return {package: n for package, n in db.execute(query)}


def merge_of_file(db: Session, package_id: uuid.UUID, file_hash: str) -> ResultMerge | None:
    query = select(ResultMerge).where(
        ResultMerge.package_id == package_id, ResultMerge.file_hash == file_hash
    )
    return db.scalar(query)


# --- the box ----------------------------------------------------------------------------------


def held_packages(db: Session) -> Sequence[HeldPackage]:
    return db.scalars(select(HeldPackage).order_by(HeldPackage.received_at.desc())).all()


def held_package(db: Session, package_id: uuid.UUID, *, lock: bool = False) -> HeldPackage:
    query = select(HeldPackage).where(HeldPackage.id == package_id)
    query = query.options(undefer(HeldPackage.file))
    found = db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("Máy này chưa nhận gói đó; nạp tệp gói trước.")
    return found


def held_for_sitting(db: Session, sitting_id: uuid.UUID) -> HeldPackage | None:
    """The opened package a sitting came in."""
    query = select(HeldPackage).where(
        HeldPackage.sitting_id == sitting_id, HeldPackage.opened_at.is_not(None)
    )
    return db.scalar(query)


def sealed_results(db: Session, package_id: uuid.UUID) -> Sequence[SealedResult]:
    query = select(SealedResult).where(SealedResult.package_id == package_id)
    return db.scalars(
        query.order_by(SealedResult.sealed_at).options(undefer(SealedResult.file))
    ).all()


def audit_events(db: Session) -> Sequence[AuditEvent]:
    return db.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()


@dataclass(frozen=True, slots=True)
class Count:
    candidates: int
    running: int
    submitted: int


def count_of(db: Session, sitting_id: uuid.UUID) -> Count:
    on_roster = select(func.count()).select_from(Candidate)
    begun = select(func.count(Attempt.id), func.count(Attempt.submitted_at))
    candidates = db.scalar(on_roster.where(Candidate.sitting_id == sitting_id)) or 0
    started, submitted = db.execute(begun.where(Attempt.sitting_id == sitting_id)).one()
    return Count(candidates, started - submitted, submitted)


def database_settings(db: Session) -> tuple[str, dict[str, str]]:
    """Which database this is and how it is set, as far as exam mode asks."""
    kind = db.connection().dialect.name
    asked = "PRAGMA {name}" if kind == "sqlite" else "SHOW {name}"
    found = {
        name: str(db.execute(text(asked.format(name=name))).scalar()) for name in REQUIRED[kind]
    }
    return kind, found


def reports_of(db: Session, package_id: uuid.UUID, *, most: int = 20) -> Sequence[SiteReport]:
    """The latest reports of one box, newest first."""
    query = select(SiteReport).where(SiteReport.package_id == package_id)
    return db.scalars(query.order_by(SiteReport.received_at.desc()).limit(most)).all()


def merges_of(db: Session, package_id: uuid.UUID) -> Sequence[ResultMerge]:
    query = select(ResultMerge).where(ResultMerge.package_id == package_id)
    return db.scalars(query.order_by(ResultMerge.at)).all()
