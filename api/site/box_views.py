"""What the box's own page shows: the package, what is in order, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.readiness.occasions import occasion_of
from delivery.readiness.report import machines_ready, readiness_of
from delivery.sites import repository, rules
from delivery.sites.exam_mode import Box, exam_mode_problems
from delivery.sites.models import HeldPackage, SealedResult
from delivery.sites.repository import Count
from delivery.sites.states import SITE_STATE_NAMES, SiteState, state_at_site
from delivery.sittings.models import Sitting
from itembank.errors import Problem


@dataclass(frozen=True, slots=True)
class HeldView:
    """One package on this box."""

    held: HeldPackage
    title: str
    site_name: str
    number: int
    opens_at: datetime
    starts_at: datetime
    state: SiteState
    state_name: str
    can_open: bool
    count: Count
    candidates: int
    sitting: Sitting | None
    sealed: Sequence[SealedResult]
    machines: tuple[int, int]  # that can be used, of so many

    @property
    def is_open(self) -> bool:
        return self.held.opened_at is not None

    @property
    def step(self) -> int:
        """Which of the five steps of the day comes next, from 1."""
        order = [SiteState.RECEIVED, SiteState.OPENED, SiteState.RUNNING, SiteState.ENDED]
        return order.index(self.state) + 2 if self.state in order else 6


@dataclass(frozen=True, slots=True)
class BoxPage:
    packages: list[HeldView]
    box: Box
    wrong: Sequence[Problem]
    centre_key: str
    sent_at: datetime | None
    code: str
    second: str  # how the second box stands: "", ok, degraded

    @property
    def is_exam_mode(self) -> bool:
        return bool(self.packages) and not self.wrong


def box_page(
    db: Session,
    box: Box,
    *,
    centre_key: str,
    sent_at: datetime | None,
    code: str,
    second: str,
    now: datetime,
) -> BoxPage:
    held = repository.held_packages(db)
    wrong = [p for one in held[:1] for p in exam_mode_problems(box, one.manifest["build"])]
    views = [_held(db, one, now) for one in held]
    return BoxPage(views, box, wrong, centre_key, sent_at, code, second)


def _held(db: Session, held: HeldPackage, now: datetime) -> HeldView:
    told = held.manifest
    sitting = db.get(Sitting, held.sitting_id)
    sealed = repository.sealed_results(db, held.id)
    opens_at = datetime.fromisoformat(told["opens_at"])
    state = state_at_site(
        is_open=held.opened_at is not None,
        sitting_state=sitting.state if sitting else "",
        is_sealed=bool(sealed),
    )
    return HeldView(
        held=held,
        title=told["sitting"]["title"],
        site_name=told["site"]["name"],
        number=told["number"],
        opens_at=opens_at,
        starts_at=datetime.fromisoformat(told["sitting"]["starts_at"]),
        state=state,
        state_name=SITE_STATE_NAMES[state],
        can_open=bool(rules.can_open_package(opens_at, held.opened_at, now=now)),
        count=repository.count_of(db, held.sitting_id),
        candidates=told["candidates"],
        sitting=sitting,
        sealed=sealed,
        machines=_machines(db, held),
    )


def _machines(db: Session, held: HeldPackage) -> tuple[int, int]:
    occasion = occasion_of(db, held.sitting_id)
    return machines_ready(readiness_of(db, occasion)) if occasion else (0, 0)
