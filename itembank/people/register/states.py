"""Which records hold on a day, and what they say. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

SOON = timedelta(days=90)


class Post(StrEnum):
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    APPRAISER = "appraiser"
    COUNTER_REVIEWER = "counter_reviewer"
    AUTHOR = "author"


POST_NAMES: dict[Post, str] = {
    Post.CHAIR: "Chủ tịch hội đồng",
    Post.VICE_CHAIR: "Phó chủ tịch hội đồng",
    Post.SECRETARY: "Thư kí hội đồng",
    Post.MEMBER: "Uỷ viên",
    Post.APPRAISER: "Thẩm định viên",
    Post.COUNTER_REVIEWER: "Phản biện",
    Post.AUTHOR: "Người ra câu hỏi",
}


class ConflictKind(StrEnum):
    CHILD_SITS_EXAM = "child_sits_exam"
    RELATIVE_SITS_EXAM = "relative_sits_exam"
    TEACHES_EXAM_COURSE = "teaches_exam_course"
    OTHER = "other"


CONFLICT_NAMES: dict[ConflictKind, str] = {
    ConflictKind.CHILD_SITS_EXAM: "Có con dự thi",
    ConflictKind.RELATIVE_SITS_EXAM: "Có người thân dự thi",
    ConflictKind.TEACHES_EXAM_COURSE: "Dạy thêm, luyện thi cho thí sinh",
    ConflictKind.OTHER: "Lí do khác",
}


class TieKind(StrEnum):
    SPOUSE = "spouse"
    PARENT_OR_CHILD = "parent_or_child"
    SIBLING = "sibling"
    OTHER = "other"


TIE_NAMES: dict[TieKind, str] = {
    TieKind.SPOUSE: "Vợ hoặc chồng",
    TieKind.PARENT_OR_CHILD: "Cha mẹ và con",
    TieKind.SIBLING: "Anh chị em ruột",
    TieKind.OTHER: "Người thân khác",
}


class Degree(StrEnum):
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"
    OTHER = "other"


DEGREE_NAMES: dict[Degree, str] = {
    Degree.COLLEGE: "Cao đẳng",
    Degree.BACHELOR: "Đại học",
    Degree.MASTER: "Thạc sĩ",
    Degree.DOCTOR: "Tiến sĩ",
    Degree.OTHER: "Khác",
}


@dataclass(frozen=True, slots=True)
class Term:
    """From a day to a day, both included; `ended_on` is the first day on which it holds no more."""

    valid_from: date
    valid_to: date | None = None
    ended_on: date | None = None

    def holds_on(self, on: date) -> bool:
        is_before_end = self.ended_on is None or on < self.ended_on
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to) and is_before_end  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """A declared conflict of interest; `subject`, `grade` or `exam_year` None means every one."""

    id: uuid.UUID
    person_id: uuid.UUID
    kind: ConflictKind
    subject: str | None
    grade: int | None
    exam_year: int | None
    term: Term
    note: str = ""

    def touches(
        self, subject: str | None, grade: int | None, on: date, exam_year: int | None = None
    ) -> bool:
        """Whether it keeps its person away. What is not told (None) is taken as touched."""
        pairs = (
            (self.subject, subject),
            (self.grade, grade),
            (self.exam_year, exam_year),
        )
        return self.term.holds_on(on) and all(
            own is None or asked is None or own == asked for own, asked in pairs
        )


@dataclass(frozen=True, slots=True)
class Tie:
    """A declared family tie, as seen from one of the two; it holds until it is ended."""

    id: uuid.UUID
    relative_id: uuid.UUID
    kind: TieKind
    note: str
    ended_on: date | None = None

    def holds_on(self, on: date) -> bool:
        return self.ended_on is None or on < self.ended_on


def conflicts_touching(
    conflicts: Iterable[Conflict],
    subject: str | None,
    grade: int | None,
    on: date,
    exam_year: int | None = None,
) -> tuple[Conflict, ...]:
    return tuple(c for c in conflicts if c.touches(subject, grade, on, exam_year))


@dataclass(frozen=True, slots=True)
class Appointed:
    """An appointment with what ended it, if anything did."""

    id: uuid.UUID
    person_id: uuid.UUID
    council: str
    post: Post
    subject: str | None
    unit_id: uuid.UUID
    decision_number: str
    term: Term
    end_reason: str | None = None

    def holds(self, post: Post | None, subject: str | None, on: date) -> bool:
        post_fits = post is None or post is self.post
        subject_fits = self.subject is None or subject is None or subject == self.subject
        return post_fits and subject_fits and self.term.holds_on(on)


Validity = Literal["valid", "soon", "expired", "withdrawn"]


def validity(term: Term, on: date) -> Validity:
    """Where a term stands on a day: in force, in force but ending within 90 days, or over."""
    if term.ended_on is not None and on >= term.ended_on:
        return "withdrawn"
    if term.valid_to is None:
        return "valid"
    if on > term.valid_to:
        return "expired"
    return "soon" if term.valid_to - on <= SOON else "valid"
