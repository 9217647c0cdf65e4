"""One matter before the council: the item, what divides the reviewers or what went badly, the vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations.flags import RULES_BY_CODE, FlagRule
from itembank.errors import Message, NotFound, msg
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.items.service import open_version
from itembank.openings.states import DECIDED
from itembank.people import repository as people
from itembank.permissions import Actor, Decision
from itembank.review import repository as rounds
from itembank.review import rules
from itembank.review.council import repository, service
from itembank.review.council.models import CouncilCase, CouncilOutcome, CouncilVote
from itembank.review.council.states import CHOICES

from .preview import preview_html
from .review_views import Words, stimulus_of
from .review_words import ROLE_WORDS


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote once it is no longer secret."""

    name: str
    vote: CouncilVote


@dataclass(frozen=True, slots=True)
class Tally:
    choice: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class CasePage:
    """`votes` and `tally` are empty until the case has its outcome."""

    case: CouncilCase
    item: Item
    content: ItemContent
    preview: Markup
    verdicts: list[Words]
    flags: list[FlagRule]
    statistics: Mapping[str, float]
    choices: Sequence[str]
    n_votes: int
    n_members: int
    own: CouncilVote | None
    may_vote: Decision
    may_close: Decision
    manages: bool
    outcome: CouncilOutcome | None
    votes: list[VoteRow]
    tally: list[Tally]
    typed: Mapping[str, str]
    problems: list[dict[str, str]]


def case_page(
    db: Session,
    actor: Actor,
    case: CouncilCase,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[dict[str, str]] = (),
) -> CasePage:
    """Open to those who vote and to the secretary who counts; looking is on record."""
    item = items.item_by_id(db, case.item_id)
    may_vote = service.may_vote(db, actor, case, now=now)
    manages = bool(rules.can_manage(actor, item, rounds.writers_of(db, item)))
    cast = repository.votes_of(db, case.id)
    own = next((v for v in cast if v.member_id == actor.person_id), None)
    if not (may_vote or manages or own):
        raise NotFound("Không có việc biểu quyết này. Về trang Hội đồng rồi chọn lại.")
    content = open_version(
        db, actor, item, case.version_hash, now=now, is_reviewer=True, purpose=DECIDED
    )
    outcome = repository.outcome_of(db, case)
    return CasePage(
        case=case,
        item=item,
        content=content,
        preview=preview_html(content, stimulus=stimulus_of(db, content)),
        verdicts=_verdicts(db, case),
        flags=[RULES_BY_CODE[c] for c in case.detail.get("flags", ()) if c in RULES_BY_CODE],
        statistics=case.detail.get("statistics", {}),
        choices=CHOICES[case.kind],
        n_votes=len(cast),
        n_members=len(service.members(db, case, now=now)),
        own=own,
        may_vote=may_vote,
        may_close=service.may_close(db, actor, case, now=now),
        manages=manages,
        outcome=outcome,
        votes=_votes(db, cast) if outcome else [],
        tally=_tally(case, outcome) if outcome else [],
        typed=typed or {},
        problems=list(problems),
    )


def _verdicts(db: Session, case: CouncilCase) -> list[Words]:
    if case.round_id is None:
        return []
    return [
        Words(ROLE_WORDS[task.assignment.role], task.verdict)
        for task in rounds.tasks_of_round(db, case.round_id)
        if task.verdict and task.assignment.stage == case.stage
    ]


def _votes(db: Session, cast: Sequence[CouncilVote]) -> list[VoteRow]:
    names = people.names(db, {vote.member_id for vote in cast})
    return [VoteRow(names[vote.member_id], vote) for vote in cast]


def _tally(case: CouncilCase, outcome: CouncilOutcome) -> list[Tally]:
    total = sum(outcome.counts.values()) or 1
    return [
        Tally(choice, n := outcome.counts.get(choice, 0), 100 * n / total)
        for choice in CHOICES[case.kind]
    ]


@dataclass(frozen=True, slots=True)
class CaseRow:
    case: CouncilCase
    item: Item
    n_votes: int
    has_voted: bool
    waits_for: Message


def open_cases(db: Session, actor: Actor, *, now: datetime) -> list[CaseRow]:
    """The cases in which this person votes or counts."""
    rows = []
    for case, item in repository.open_cases(db):
        manages = bool(rules.can_manage(actor, item, rounds.writers_of(db, item)))
        if manages or service.may_vote(db, actor, case, now=now):
            rows.append(_case_row(db, actor, case, item, manages))
    return rows


def _case_row(db: Session, actor: Actor, case: CouncilCase, item: Item, manages: bool) -> CaseRow:
    cast = repository.votes_of(db, case.id)
    has_voted = any(vote.member_id == actor.person_id for vote in cast)
    if manages and len(cast) >= case.quorum:
        waits = msg("Đủ phiếu, chờ kiểm phiếu")
    else:
        waits = msg("{n}/{quorum} phiếu tối thiểu", n=len(cast), quorum=case.quorum)
    return CaseRow(case, item, len(cast), has_voted, waits)
