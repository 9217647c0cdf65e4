"""Verbs of the council: put a case to the vote, vote, count."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ... import audit
from ...errors import Conflict, Invalid, msg, problem
from ...items import repository as item_repository
from ...items import service as items
from ...items.models import Item
from ...notices.service import tell
from ...people import repository as people
from ...people.models import Person
from ...people.register import repository as register
from ...permissions import Actor, Decision, Role, require
from .. import decisions, eligibility, seating
from .. import repository as rounds
from ..models import ReviewRound
from ..routes import repository as routes
from ..rules import Matter
from . import repository, rules, states
from .models import CouncilCase, CouncilOutcome, CouncilVote


def open_disagreement(
    db: Session, round_: ReviewRound, item: Item, *, now: datetime
) -> CouncilCase:
    """The reviewers of the stage do not agree: the members are called to vote."""
    detail = {
        "verdicts": [t.verdict.verdict for t in rounds.tasks_of_stage(db, round_) if t.verdict]
    }
    stage = seating.stage_of(db, round_)
    case = CouncilCase(
        kind="disagreement",
        item_id=item.id,
        version_hash=round_.version_hash,
        round_id=round_.id,
        stage=round_.stage,
        detail=detail,
        quorum=stage.quorum,
        tie=stage.tie,
        opened_at=now,
    )
    return _open(db, case, item, now=now)


def open_statistics(
    db: Session, item: Item, detail: Mapping[str, Any], *, now: datetime
) -> CouncilCase | None:
    """An item in use did badly; None where it is before the council already, or not in use."""
    if item.approved_version is None or repository.open_statistics_case(db, item.id):
        return None
    stages = routes.stages_of(db, routes.route_for(db, item, eligibility.day_of(now)).id)
    case = CouncilCase(
        kind="statistics",
        item_id=item.id,
        version_hash=item.approved_version,
        detail=dict(detail),
        quorum=stages[-1].quorum,
        tie=stages[-1].tie,
        opened_at=now,
    )
    return _open(db, case, item, now=now)


def _open(db: Session, case: CouncilCase, item: Item, *, now: datetime) -> CouncilCase:
    db.add(case)
    db.flush()
    message = msg(
        "Câu {code} chờ hội đồng biểu quyết: {why}.",
        code=item.code,
        why=msg(states.CASE_NAMES[case.kind]),
    )
    called = {p.id for p in [*members(db, case, now=now), *seating.secretaries(db, item)]}
    for person_id in called:
        tell(db, person_id, "to_vote", message, f"/hoi-dong/bieu-quyet/{case.id}", now=now)
    after = {"case": str(case.id), "kind": case.kind, **case.detail}
    audit.record(db, None, "council_case.opened", "item", item.id, now=now, after=after)
    return case


def matter_of(db: Session, case: CouncilCase, *, now: datetime) -> Matter:
    """What the members judge; a case without a round stands at the last stage of today's route."""
    item = item_repository.item_by_id(db, case.item_id)
    if case.round_id is not None:
        return eligibility.matter_of(db, rounds.round_by_id(db, case.round_id), item, now=now)
    on = eligibility.day_of(now)
    stages = routes.stages_of(db, routes.route_for(db, item, on).id)
    writers = rounds.writers_of(db, item)
    families = register.relatives_of(db, writers, on=on)
    return Matter(item, writers, stages[-1], False, frozenset(), on, families)


def reviewers_of(db: Session, case: CouncilCase) -> frozenset[uuid.UUID]:
    """Those whose verdicts the case is about."""
    if case.round_id is None:
        return frozenset()
    tasks = rounds.tasks_of_round(db, case.round_id)
    return frozenset(task.assignment.reviewer_id for task in tasks if task.verdict)


def may_vote(db: Session, actor: Actor, case: CouncilCase, *, now: datetime) -> Decision:
    matter = matter_of(db, case, now=now)
    return rules.can_vote(
        actor,
        matter,
        eligibility.records_of(db, [actor.person_id])[actor.person_id],
        reviewers=reviewers_of(db, case),
        is_open=_is_open(db, case),
    )


def _is_open(db: Session, case: CouncilCase) -> bool:
    if repository.outcome_of(db, case) is not None:
        return False
    round_ = rounds.round_by_id(db, case.round_id) if case.round_id else None
    return round_ is None or round_.closed_at is None


def members(db: Session, case: CouncilCase, *, now: datetime) -> list[Person]:
    """Who may vote on this case as things stand."""
    matter, reviewers = matter_of(db, case, now=now), reviewers_of(db, case)
    holders = people.people_with_role(db, Role.COUNCIL_MEMBER, matter.item.subject)
    known = eligibility.records_of(db, [person.id for person in holders])
    return [
        person
        for person in holders
        if rules.can_vote(
            people.load_actor(db, person),
            matter,
            known[person.id],
            reviewers=reviewers,
            is_open=True,
        )
    ]


def can_reach_quorum(db: Session, case: CouncilCase, *, now: datetime) -> bool:
    return len(members(db, case, now=now)) >= case.quorum


def vote(
    db: Session, actor: Actor, case: CouncilCase, *, choice: str, reason: str, now: datetime
) -> CouncilVote:
    """One member, one vote; nobody sees it before the votes are counted."""
    item = item_repository.item_by_id(db, case.item_id)
    item_repository.lock(db, item)
    require(may_vote(db, actor, case, now=now))
    if choice not in states.CHOICES[case.kind]:
        found = [problem("choice", "Chọn một trong ba phương án.")]
        raise Invalid("Phiếu biểu quyết chưa đủ.", code="vote_incomplete", problems=found)
    if choice not in ("approve", "keep") and not reason.strip():
        found = [problem("reason", "Ghi lí do; lí do vào biên bản, không gắn tên khi gửi tác giả.")]
        raise Invalid("Phiếu biểu quyết chưa đủ.", code="vote_incomplete", problems=found)
    cast = CouncilVote(
        case_id=case.id,
        member_id=actor.person_id,
        choice=choice,
        reason=reason.strip(),
        at=now,
    )
    _insert(db, cast)
    _tell_when_ready(db, case, item, now)
    after = {"case": str(case.id)}
    audit.record(db, actor, "council_vote.cast", "item", item.id, now=now, after=after)
    return cast


def _insert(db: Session, cast: CouncilVote) -> None:
    if db.get(CouncilVote, (cast.case_id, cast.member_id)) is not None:
        raise Conflict("Bạn đã bỏ phiếu cho việc này; phiếu không sửa được.", code="has_voted")
    try:
        with db.begin_nested():
            db.add(cast)
    except IntegrityError as error:
        raise Conflict(
            "Bạn đã bỏ phiếu cho việc này; phiếu không sửa được.", code="has_voted"
        ) from error


def _tell_when_ready(db: Session, case: CouncilCase, item: Item, now: datetime) -> None:
    if len(repository.votes_of(db, case.id)) != case.quorum:
        return
    message = msg("Câu {code} đã đủ số phiếu tối thiểu, chờ kiểm phiếu.", code=item.code)
    for person in seating.secretaries(db, item):
        tell(db, person.id, "to_count", message, f"/hoi-dong/bieu-quyet/{case.id}", now=now)


def may_close(db: Session, actor: Actor, case: CouncilCase, *, now: datetime) -> Decision:
    return rules.can_close(
        actor,
        matter_of(db, case, now=now),
        reviewers=reviewers_of(db, case),
        is_open=_is_open(db, case),
        n_votes=len(repository.votes_of(db, case.id)),
        quorum=case.quorum,
    )


def close_vote(
    db: Session, actor: Actor, case: CouncilCase, *, reason: str, now: datetime
) -> CouncilOutcome:
    """The secretary counts; what the votes come to is what happens."""
    item = item_repository.item_by_id(db, case.item_id)
    item_repository.lock(db, item)
    require(may_close(db, actor, case, now=now))
    cast = repository.votes_of(db, case.id)
    counts = Counter(v.choice for v in cast)
    outcome = CouncilOutcome(
        case_id=case.id,
        outcome=states.outcome_of(case.kind, counts, case.tie),
        counts=dict(counts),
        decided_by=actor.person_id,
        reason=reason.strip(),
        at=now,
    )
    db.add(outcome)
    db.flush()
    told = reason.strip() or "; ".join(v.reason for v in cast if v.reason)
    _apply(db, actor, case, item, outcome.outcome, reason=told, now=now)
    after = {"case": str(case.id), "outcome": outcome.outcome, "counts": dict(counts)}
    audit.record(
        db, actor, "council_case.closed", "item", item.id, now=now, after=after, reason=told
    )
    return outcome


def _apply(
    db: Session,
    actor: Actor,
    case: CouncilCase,
    item: Item,
    outcome: str,
    *,
    reason: str,
    now: datetime,
) -> None:
    if case.round_id is None:
        _apply_to_item_in_use(db, actor, case, item, outcome, reason=reason, now=now)
        return
    round_ = rounds.round_by_id(db, case.round_id)
    if outcome == "approve" and not seating.is_last_stage(db, round_):
        seating.advance(db, round_, item, now=now)
        return
    decisions.conclude(db, actor, round_, item, decision=outcome, reason=reason, now=now)


def _apply_to_item_in_use(
    db: Session,
    actor: Actor,
    case: CouncilCase,
    item: Item,
    outcome: str,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Recalled or retired, an item is out of use at once; kept, it stays as it is."""
    kinds = {"keep": "kept", "recall": "recalled", "retire": "retired"}
    items.note_event(db, case.version_hash, kinds[outcome], actor, now=now, note=reason)
    if outcome == "keep":
        return
    decisions.take_out_of_use(db, item, outcome)
    decisions.tell_author(db, item, kinds[outcome], now)
    audit.record(db, actor, f"item.{kinds[outcome]}", "item", item.id, now=now, reason=reason)
