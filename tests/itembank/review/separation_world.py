"""One item under appraisal, and hands that write to the database behind the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from itembank.db import new_id
from itembank.forms.models import TestForm
from itembank.items.models import Item
from itembank.people.models import Person, RoleGrant
from itembank.people.register.models import Appointment, ConflictOfInterest, FamilyTie
from itembank.review.council import repository as council
from itembank.review.council.models import CouncilOutcome, CouncilVote
from itembank.review.models import (
    ReviewAssignment,
    ReviewAssignmentEnd,
    ReviewDecision,
    ReviewRound,
    ReviewVerdict,
)
from tests.factories.appraisal import seat_of, speak
from tests.factories.bank import Province

ROLE = "appraiser"


@dataclass
class World:
    """One item under appraisal by two people, and a database to write to directly."""

    db: Session
    province: Province
    item: Item
    round: ReviewRound
    now: datetime

    def id(self, name):
        return self.province.people[name].id

    def run(self, statement, **values):
        self.db.execute(statement.values(**values) if values else statement)

    def holder(self, role=ROLE):
        return seat_of(self.db, self.round, role)

    def empty(self, role=ROLE):
        """Nobody sits in this role any more."""
        seat = self.holder(role)
        left = {"how": "replaced", "reason": "x", "at": self.now}
        self.run(insert(ReviewAssignmentEnd), assignment_id=seat.id, **left)

    def seat(self, person, *, number=1, turn=2, stage=2, role=ROLE):
        self.run(
            insert(ReviewAssignment),
            id=new_id(),
            round_id=self.round.id,
            stage=stage,
            seat=number,
            turn=turn,
            role=role,
            reviewer_id=person,
            assigned_at=self.now,
        )

    def verdict(self, role=ROLE):
        given = {"verdict": "accept", "checklist": {}, "comment": "", "at": self.now}
        self.run(insert(ReviewVerdict), assignment_id=self.holder(role).id, **given)

    def decision(self, by="secretary", decision="approve"):
        made = {"decision": decision, "reason": "x", "at": self.now}
        self.run(insert(ReviewDecision), round_id=self.round.id, decided_by=self.id(by), **made)

    def speak(self, role=ROLE, verdict="accept"):
        speak(self.db, self.province, self.round, role, verdict, now=self.now)

    def divide(self):
        """The reviewers disagree: the case that the council votes on."""
        self.speak()
        self.speak("counter_reviewer", "revise")
        return council.open_case_of_round(self.db, self.round.id)

    def vote(self, case, who, choice="approve"):
        cast = {"choice": choice, "reason": "", "at": self.now}
        self.run(insert(CouncilVote), case_id=case.id, member_id=self.id(who), **cast)

    def outcome(self, case, by="secretary", outcome="return"):
        made = {"outcome": outcome, "counts": {}, "reason": "", "at": self.now}
        self.run(insert(CouncilOutcome), case_id=case.id, decided_by=self.id(by), **made)

    def write(self, person):
        """Make this person a writer of the item, whatever the service thinks of it."""
        self.run(update(Item).where(Item.id == self.item.id), author_id=person)

    def revoke(self, person):
        self.run(update(RoleGrant).where(RoleGrant.person_id == person), revoked_at=self.now)

    def move_to_authors_school(self, person):
        self.run(
            update(Person).where(Person.id == person),
            unit_id=self.province.people["author"].unit_id,
        )

    def declare_conflict(self, person):
        self.run(
            insert(ConflictOfInterest),
            id=new_id(),
            person_id=person,
            kind="child_sits_exam",
            subject="toan",
            grade=12,
            valid_from=date(2026, 9, 1),
            note="",
            recorded_at=self.now,
        )

    def tie(self, person, other=None):
        """The author tells that this person is of the family."""
        told = {"kind": "spouse", "note": "", "recorded_at": self.now}
        author = other or self.id("author")
        self.run(insert(FamilyTie), id=new_id(), person_id=author, relative_id=person, **told)

    def end_term(self, person, post):
        """Appointed once; the term is over."""
        self.run(
            insert(Appointment),
            id=new_id(),
            person_id=person,
            council="Hội đồng",
            post=post,
            unit_id=self.province.department.id,
            decision_number="12/QĐ",
            valid_from=date(2024, 1, 1),
            valid_to=date(2025, 1, 1),
            recorded_at=self.now,
        )

    def close_round(self):
        self.run(
            update(ReviewRound).where(ReviewRound.id == self.round.id),
            closed_at=self.now,
            outcome="withdrawn",
        )

    def form_place(self, item, by="author", placed_by="author"):
        """A form that the author of the item assembles, or somebody else."""
        form = TestForm(
            code="DE-TU-LAP", title="Đề", subject="toan", structure={}, state="draft",
            created_by=self.id(by), created_at=self.now,
        )  # fmt: skip
        self.db.add(form)
        self.db.flush()
        row = {"form_id": form.id, "position": 1, "part": "I", "number": 1, "weights": []}
        placer = self.id(placed_by) if placed_by else None
        named = {"version_hash": item.current_version, "placed_by": placer}
        return {**row, **named, "id": new_id(), "item_id": item.id, "label": ""}
