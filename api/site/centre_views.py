"""What the centre's pages about sites show: one dataclass a page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.sites import repository, rules
from delivery.sites.models import ResultMerge, SitePackage, SiteReport
from delivery.sites.repository import PackageLine
from delivery.sites.states import SITE_STATE_NAMES, SiteState, state_at_centre
from delivery.sittings import repository as sittings
from delivery.sittings.models import Sitting
from itembank.people import repository as people
from itembank.permissions import Actor, Role

SILENT_AFTER = timedelta(minutes=3)
CLOCK_SLACK_SECONDS = 30
MOST_PLANNED = 200  # sittings in a choice
TONES = {
    SiteState.BUILT: "muted",
    SiteState.RECEIVED: "",
    SiteState.OPENED: "accent",
    SiteState.RUNNING: "accent",
    SiteState.ENDED: "warn",
    SiteState.SEALED: "warn",
    SiteState.MERGED: "ok",
}


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site with its newest package."""

    package: SitePackage
    site_name: str
    site_code: str
    sitting: Sitting
    state: SiteState
    tone: str
    report: SiteReport | None
    candidates: int
    agreed: int
    build_differs: bool
    clock_skew: int | None  # seconds the site's clock is ahead
    is_silent: bool

    @property
    def clock_is_off(self) -> bool:
        return self.clock_skew is not None and abs(self.clock_skew) > CLOCK_SLACK_SECONDS

    @property
    def needs_a_look(self) -> bool:
        return self.build_differs or self.clock_is_off or self.is_silent


@dataclass(frozen=True, slots=True)
class SitesPage:
    lines: list[SiteLine]
    counts: dict[SiteState, int]
    total: int
    state: str
    words: str
    names: dict[SiteState, str]
    sittings: Sequence[Sitting]


def units_of(actor: Actor) -> set[uuid.UUID]:
    grants = [g for g in actor.grants if g.role is Role.EXAM_OFFICER]
    return {u for g in grants for u in (g.unit_id, *g.below)}


def sites_page(db: Session, actor: Actor, *, state: str, words: str, now: datetime) -> SitesPage:
    units = units_of(actor)
    every = [_line(line, now) for line in repository.package_lines(db, units)]
    counts = {s: sum(line.state is s for line in every) for s in SiteState}
    shown = [line for line in every if _wanted(line, state, words)]
    return SitesPage(shown, counts, len(every), state, words, SITE_STATE_NAMES,
                     _planned(db, units, now))  # fmt: skip


def _planned(db: Session, units: set[uuid.UUID], now: datetime) -> Sequence[Sitting]:
    """Sittings a package can still be built of, the next ones first."""
    return sittings.planned_after(db, units, now - timedelta(days=1), most=MOST_PLANNED)


def _wanted(line: SiteLine, state: str, words: str) -> bool:
    told = f"{line.site_name} {line.site_code} {line.sitting.title}".casefold()
    return (not state or line.state.value == state) and words.casefold() in told


def _line(line: PackageLine, now: datetime) -> SiteLine:
    report = line.report
    state = state_at_centre(report.state if report else None, is_merged=line.merge is not None)
    working = state in {SiteState.OPENED, SiteState.RUNNING}
    return SiteLine(
        package=line.package,
        site_name=line.site.name,
        site_code=line.site.code,
        sitting=line.sitting,
        state=state,
        tone=TONES[state],
        report=report,
        candidates=int(line.package.manifest["candidates"]),
        agreed=line.agreed,
        build_differs=report is not None and report.build != line.package.manifest["build"],
        clock_skew=_skew(report),
        is_silent=working and report is not None and now - report.received_at > SILENT_AFTER,
    )


def _skew(report: SiteReport | None) -> int | None:
    return round((report.site_at - report.received_at).total_seconds()) if report else None


@dataclass(frozen=True, slots=True)
class PackagePage:
    line: SiteLine
    agreed: list[tuple[str, datetime]]
    may_agree: bool
    needed: int
    opens_at: datetime
    is_time: bool
    code: str
    reports: Sequence[SiteReport]
    merges: Sequence[ResultMerge]
    names: dict[SiteState, str]
    short_build: str


def package_page(
    db: Session, actor: Actor, package: SitePackage, *, now: datetime, code: str = ""
) -> PackagePage:
    line = next(
        one for one in repository.package_lines(db, {_unit(db, package)})
        if one.package.sitting_id == package.sitting_id
    )  # fmt: skip
    agreed = repository.agreed_people(db, package.id)
    who = people.names(db, {one.person_id for one in agreed})
    sitting = sittings.sitting_of(db, package.sitting_id)
    may = rules.can_release(actor, sitting, agreed={one.person_id for one in agreed})
    return PackagePage(
        line=_line(line, now),
        agreed=[(who.get(one.person_id, ""), one.at) for one in agreed],
        may_agree=bool(may) and len(agreed) < rules.PEOPLE_NEEDED,
        needed=rules.PEOPLE_NEEDED,
        opens_at=package.opens_at,
        is_time=now >= package.opens_at,
        code=code,
        reports=repository.reports_of(db, package.id),
        merges=repository.merges_of(db, package.id),
        names=SITE_STATE_NAMES,
        short_build=str(package.manifest["build"])[:12],
    )


def _unit(db: Session, package: SitePackage) -> uuid.UUID:
    return sittings.sitting_of(db, package.sitting_id).unit_id
