"""What the minutes of an appraisal say, gathered from the facts of its rounds."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from ..curriculum import topic_name
from ..items import repository as items
from ..items.content import KIND_NAMES, LEVEL_NAMES, ItemContent
from ..items.models import Item
from ..people import repository as people
from ..people.models import Person, Unit
from ..people.register import repository as register
from ..people.register.states import POST_NAMES, Post
from ..permissions import ROLE_NAMES, Role
from ..review import repository as rounds
from ..review.council import repository as council
from ..review.council.states import CHOICE_NAMES
from ..review.eligibility import day_of
from ..review.models import ReviewRound
from ..review.states import DECISION_NAMES, VERDICT_NAMES


class Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(Told):
    name: str
    post: str
    unit: str
    decision_number: str = ""


class Line(Told):
    """One version as the council dealt with it. `decision` is the code, `outcome` its words."""

    code: str
    version: str
    number: int
    kind: str
    topic: str
    level: str
    verdicts: tuple[str, ...]
    votes: str
    decision: str
    outcome: str
    reason: str


class Shortfall(Told):
    topic: str
    level: str
    needed: int
    available: int

    @property
    def short(self) -> int:
        return self.needed - self.available


class Meeting(Told):
    """What only the secretary knows: where and when the council met, by which decision."""

    council: str = ""
    decision_number: str = ""
    number: str = ""
    place: str = ""
    began_at: datetime
    ended_at: datetime
    conclusion: str = ""


class Minutes(Told):
    department: str
    subject: str
    grade: int | None
    meeting: Meeting
    chair: str
    secretary: str
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    shortfalls: tuple[Shortfall, ...] = ()

    def count(self, decision: str) -> int:
        return sum(line.decision == decision for line in self.lines)


@dataclass(frozen=True, slots=True)
class Matter:
    """What the minutes are about: the decided rounds and whom they are of."""

    department: str
    subject: str
    subject_code: str
    grade: int | None
    rounds: Sequence[tuple[ReviewRound, Item]]
    shortfalls: tuple[Shortfall, ...] = ()


def minutes_of(db: Session, matter: Matter, meeting: Meeting, secretary: Person) -> Minutes:
    hashes = {round_.version_hash for round_, _ in matter.rounds}
    contents = items.read_versions(db, hashes)
    members = _members(db, matter, meeting)
    chair = next((m.name for m in members if m.post == POST_NAMES[Post.CHAIR]), "")
    return Minutes(
        department=matter.department,
        subject=matter.subject,
        grade=matter.grade,
        meeting=meeting,
        chair=chair,
        secretary=secretary.full_name,
        members=members,
        lines=tuple(
            _line(db, round_, item, contents[round_.version_hash]) for round_, item in matter.rounds
        ),
        shortfalls=matter.shortfalls,
    )


def _line(db: Session, round_: ReviewRound, item: Item, content: ItemContent) -> Line:
    decision = rounds.decision_of(db, round_.id)
    version = items.version(db, round_.version_hash)
    code = decision.decision if decision else ""
    return Line(
        code=item.code,
        version=round_.version_hash,
        number=version.number if version else 0,
        kind=KIND_NAMES[content.kind],
        topic=topic_name(content.topic),
        level=LEVEL_NAMES.get(content.level or "", ""),
        verdicts=_verdicts(db, round_),
        votes=_votes(db, round_),
        decision=code,
        outcome=DECISION_NAMES.get(code, ""),
        reason=decision.reason if decision else "",
    )


def _verdicts(db: Session, round_: ReviewRound) -> tuple[str, ...]:
    """Roles and what they said, no names: who sat in which seat stays with the council."""
    return tuple(
        f"{ROLE_NAMES[Role(task.assignment.role)]}: {VERDICT_NAMES[task.verdict.verdict].lower()}"
        for task in rounds.tasks_of_round(db, round_.id)
        if task.verdict
    )


def _votes(db: Session, round_: ReviewRound) -> str:
    outcomes = [council.outcome_of(db, case) for case in council.cases_of_round(db, round_.id)]
    told = [
        ", ".join(f"{CHOICE_NAMES[choice]} {n}" for choice, n in outcome.counts.items())
        for outcome in outcomes
        if outcome
    ]
    return "; ".join(told)


def _members(db: Session, matter: Matter, meeting: Meeting) -> tuple[Member, ...]:
    """Those appointed to the council on the day, then whoever else took part in these rounds."""
    on = day_of(meeting.began_at)
    appointed = [
        one
        for one in register.appointed_on(db, on=on, subject=matter.subject_code)
        if not meeting.council or one.council == meeting.council
    ]
    order = list(POST_NAMES)
    found = {
        one.person_id: (POST_NAMES[one.post], one.decision_number)
        for one in sorted(appointed, key=lambda one: order.index(one.post), reverse=True)
        if one.post is not Post.AUTHOR
    }
    posts = dict(reversed(found.items()))
    for person_id, role in _took_part(db, matter.rounds).items():
        posts.setdefault(person_id, (ROLE_NAMES[role], ""))
    return _with_names(db, posts)


def _took_part(db: Session, decided: Sequence[tuple[ReviewRound, Item]]) -> dict[uuid.UUID, Role]:
    found: dict[uuid.UUID, Role] = {}
    for round_, _ in decided:
        decision = rounds.decision_of(db, round_.id)
        if decision is not None:
            found.setdefault(decision.decided_by, Role.SECRETARY)
        for task in rounds.tasks_of_round(db, round_.id):
            if task.verdict and task.assignment.role != Role.GROUP_LEAD:
                found.setdefault(task.assignment.reviewer_id, Role(task.assignment.role))
        for case in council.cases_of_round(db, round_.id):
            for vote in council.votes_of(db, case.id):
                found.setdefault(vote.member_id, Role.COUNCIL_MEMBER)
    return dict(sorted(found.items(), key=lambda pair: list(Role).index(pair[1]), reverse=True))


def _with_names(db: Session, posts: dict[uuid.UUID, tuple[str, str]]) -> tuple[Member, ...]:
    names = people.names(db, set(posts))
    units = {
        person_id: db.get_one(Unit, db.get_one(Person, person_id).unit_id).name
        for person_id in posts
    }
    return tuple(
        Member(name=names[person_id], post=post, unit=units[person_id], decision_number=number)
        for person_id, (post, number) in posts.items()
    )


def tally(minutes: Minutes) -> list[tuple[str, str, Counter[str]]]:
    """Decisions by topic and level, in the order of the lines."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for line in minutes.lines:
        found.setdefault((line.topic, line.level), Counter())[line.decision] += 1
    return [(topic, level, counts) for (topic, level), counts in found.items()]
