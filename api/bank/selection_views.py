"""The bar under the list: what may be done with the items chosen, and what was done just now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from itembank.errors import Message, msg
from itembank.finding.tags import MOST_AT_ONCE, act_of, tags_in_use
from itembank.people import repository as people
from itembank.permissions import ROLE_NAMES, Actor, Role
from itembank.review.groups import groups_with
from itembank.review.many import REVIEWING, Assigned

from .placing_views import Places, places_for

TO_GROUP = "to."


@dataclass(frozen=True, slots=True)
class Reviewers:
    """People or groups of one role, each with the value that names role and person, or role and unit."""

    role: str
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What was done; `undo` names the act that can still be taken back."""

    message: Message
    undo: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class SelectionBar:
    tags: Sequence[str]
    reviewers: Sequence[Reviewers]
    groups: Sequence[Reviewers]
    places: Places
    most: int
    told: Told | None


@dataclass(frozen=True, slots=True)
class AssignedPage:
    result: Assigned
    role: str
    reviewer: str
    back: str
    to_group: bool = False


def selection_bar(db: Session, actor: Actor, sent: Mapping[str, str]) -> SelectionBar:
    return SelectionBar(
        tags=tags_in_use(db),
        reviewers=_reviewers(db) if actor.has(Role.SECRETARY) else (),
        groups=_groups(db) if actor.has(Role.SECRETARY) else (),
        places=places_for(db, actor),
        most=MOST_AT_ONCE,
        told=_told(db, actor, sent),
    )


def _reviewers(db: Session) -> list[Reviewers]:
    return [
        Reviewers(
            ROLE_NAMES[role],
            [(f"{role}:{p.id}", p.full_name) for p in people.people_with_role(db, role)],
        )
        for role in REVIEWING
    ]


def _groups(db: Session) -> list[Reviewers]:
    """Units with people of a role, as groups that may be offered the work."""
    names = people.unit_names(db)
    return [
        Reviewers(
            ROLE_NAMES[role],
            [
                (f"{role}:{TO_GROUP}{unit_id}", f"{names[unit_id]} ({n})")
                for unit_id, n in groups_with(db, role)
            ],
        )
        for role in REVIEWING
    ]


def _told(db: Session, actor: Actor, sent: Mapping[str, str]) -> Told | None:
    """In the address after an act: which one it was, and how many items it left alone."""
    if sent.get("da-bo"):
        return Told(msg("Đã bỏ nhãn."))
    act_id = _uuid(sent.get("dot", ""))
    if act_id is None:
        return None
    left = _number(sent.get("de-nguyen", ""))
    act = act_of(db, actor, act_id)
    if act is None:
        return Told(_NOTHING_PUT) if left else None
    return Told(_put(act.tag, act.put, left), act.id)


_NOTHING_PUT = msg(
    "Không câu nào được gắn thêm: các câu đã chọn đều có nhãn ấy, đủ số nhãn, "
    "hoặc không mở cho bạn."
)


def _put(tag: str, n: int, left: int) -> Message:
    if not left:
        return msg("Đã gắn nhãn «{tag}» cho {n} câu.", tag=tag, n=n)
    return msg(
        "Đã gắn nhãn «{tag}» cho {n} câu; {left} câu để nguyên vì đã có nhãn ấy, "
        "đủ số nhãn, hoặc không mở cho bạn.",
        tag=tag, n=n, left=left,
    )  # fmt: skip


def _uuid(written: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(written)
    except ValueError:
        return None


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 5 else 0
