"""What stands on record of the appraisal of many items: each question asked once, for all of them."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..items.models import Item, ItemVersion, StimulusVersion
from ..people.models import Person, RoleGrant
from ..permissions import Role
from ..review.comments.repository import unresolved
from ..review.council.models import CouncilCase, CouncilOutcome
from ..review.models import ReviewDecision, ReviewRound, ReviewStageEvent
from ..review.repository import Task, tasks_of_rounds
from ..review.routes import repository as routes
from ..review.routes.stages import Stage

Ids = Sequence[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Keyed by item, by round or by person; what is not there is not on record."""

    rounds: dict[uuid.UUID, ReviewRound]  # item -> the round that approved its version in use
    stages: dict[uuid.UUID, tuple[Stage, ...]]  # round -> its route
    events: dict[uuid.UUID, list[ReviewStageEvent]]
    tasks: dict[uuid.UUID, list[Task]]
    voted: dict[uuid.UUID, set[int | None]]  # round -> stages that the council approved
    decisions: dict[uuid.UUID, ReviewDecision]
    writers: dict[uuid.UUID, set[uuid.UUID]]
    grants: dict[uuid.UUID, list[RoleGrant]]
    homes: dict[uuid.UUID, uuid.UUID]  # person -> unit
    n_unresolved: Counter[uuid.UUID]
    before_council: frozenset[uuid.UUID]  # items whose numbers after use wait for a vote
    kept: frozenset[str]  # versions that the council keeps in spite of their numbers

    def held_role(self, person_id: uuid.UUID, role: Role, subject: str, at: datetime) -> bool:
        return any(
            grant.role == role
            and grant.subject in (None, subject)
            and grant.granted_at <= at
            and (grant.revoked_at is None or grant.revoked_at > at)
            for grant in self.grants.get(person_id, ())
        )


def evidence_of(db: Session, items: Sequence[Item]) -> Evidence:
    ids = [item.id for item in items]
    rounds = _approving_rounds(db, ids)
    named = [round_.id for round_ in rounds.values()]
    tasks = tasks_of_rounds(db, named)
    decisions = _decisions(db, named)
    people = _people(tasks, decisions)
    return Evidence(
        rounds=rounds,
        stages={r.id: routes.stages_of(db, r.route_id) for r in rounds.values()},
        events=_events(db, named),
        tasks=tasks,
        voted=_voted(db, named),
        decisions=decisions,
        writers=_writers(db, items),
        grants=_grants(db, people),
        homes=_homes(db, people),
        n_unresolved=unresolved(db, ids),
        before_council=_before_council(db, ids),
        kept=_kept(db, ids),
    )


def _approving_rounds(db: Session, ids: Ids) -> dict[uuid.UUID, ReviewRound]:
    """Where a version was approved more than once, the round that closed last."""
    query = (
        select(ReviewRound)
        .join(Item, Item.id == ReviewRound.item_id)
        .where(
            Item.id.in_(ids),
            ReviewRound.version_hash == Item.approved_version,
            ReviewRound.outcome == "approved",
        )
        .order_by(ReviewRound.closed_at)
    )
    return {round_.item_id: round_ for round_ in db.scalars(query)}


def _events(db: Session, rounds: Ids) -> dict[uuid.UUID, list[ReviewStageEvent]]:
    query = select(ReviewStageEvent).where(ReviewStageEvent.round_id.in_(rounds))
    found: dict[uuid.UUID, list[ReviewStageEvent]] = defaultdict(list)
    for event in db.scalars(query):
        found[event.round_id].append(event)
    return found


def _voted(db: Session, rounds: Ids) -> dict[uuid.UUID, set[int | None]]:
    query = (
        select(CouncilCase.round_id, CouncilCase.stage)
        .join(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .where(CouncilCase.round_id.in_(rounds), CouncilOutcome.outcome == "approve")
    )
    found: dict[uuid.UUID, set[int | None]] = defaultdict(set)
    for round_id, stage in db.execute(query):
        if round_id is not None:
            found[round_id].add(stage)
    return found


def _decisions(db: Session, rounds: Ids) -> dict[uuid.UUID, ReviewDecision]:
    query = select(ReviewDecision).where(ReviewDecision.round_id.in_(rounds))
    return {decision.round_id: decision for decision in db.scalars(query)}


def _writers(db: Session, items: Sequence[Item]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Whoever wrote an item, a version of it, or the material a version stands on."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    query = (
        select(ItemVersion.item_id, ItemVersion.author_id, StimulusVersion.author_id)
        .outerjoin(StimulusVersion, StimulusVersion.hash == ItemVersion.stimulus_version)
        .where(ItemVersion.item_id.in_([item.id for item in items]))
    )
    for item_id, *wrote in db.execute(query):
        found[item_id] |= set(wrote) - {None}
    for item in items:
        found[item.id] |= {item.author_id} if item.author_id else set()
    return found


def _people(
    tasks: dict[uuid.UUID, list[Task]], decisions: dict[uuid.UUID, ReviewDecision]
) -> list[uuid.UUID]:
    sat = (task.assignment.reviewer_id for own in tasks.values() for task in own)
    decided = (decision.decided_by for decision in decisions.values())
    return list({*sat, *decided})


def _grants(db: Session, people: Ids) -> dict[uuid.UUID, list[RoleGrant]]:
    found: dict[uuid.UUID, list[RoleGrant]] = defaultdict(list)
    for grant in db.scalars(select(RoleGrant).where(RoleGrant.person_id.in_(people))):
        found[grant.person_id].append(grant)
    return found


def _homes(db: Session, people: Ids) -> dict[uuid.UUID, uuid.UUID]:
    rows = db.execute(select(Person.id, Person.unit_id).where(Person.id.in_(people)))
    return {person_id: unit_id for person_id, unit_id in rows}


def _before_council(db: Session, ids: Ids) -> frozenset[uuid.UUID]:
    query = (
        select(CouncilCase.item_id)
        .outerjoin(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .where(
            CouncilCase.item_id.in_(ids),
            CouncilCase.kind == "statistics",
            CouncilOutcome.case_id.is_(None),
        )
    )
    return frozenset(db.scalars(query))


def _kept(db: Session, ids: Ids) -> frozenset[str]:
    query = (
        select(CouncilCase.version_hash)
        .join(CouncilOutcome, CouncilOutcome.case_id == CouncilCase.id)
        .where(
            CouncilCase.item_id.in_(ids),
            CouncilCase.kind == "statistics",
            CouncilOutcome.outcome == "keep",
        )
    )
    return frozenset(db.scalars(query))
