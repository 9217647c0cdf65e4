"""Behind the services: each rule of separation is refused by the database itself, and by that rule.

For every guard all others are taken down, so that the refusal is its own; then it is taken down
too, and what it refused goes through: no attack here is refused for some other reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from itembank.db import new_id
from itembank.forms.models import FormItem, TestForm
from itembank.items.models import Item, ItemVersion, ItemVersionEvent
from itembank.people.models import Person, RoleGrant
from itembank.people.register.models import Appointment, ConflictOfInterest, FamilyTie
from itembank.review import repository, separation, service
from itembank.review.council import repository as council
from itembank.review.council import service as council_service
from itembank.review.council.models import CouncilOutcome, CouncilVote
from itembank.review.models import (
    ReviewAssignment,
    ReviewAssignmentEnd,
    ReviewDecision,
    ReviewRound,
    ReviewVerdict,
)
from tests.factories.appraisal import make_council_province, name_of, seat_of, speak, submitted
from tests.factories.bank import Province, complete_choice, make_draft

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


def _seat_after(prepare):
    def attack(w):
        w.empty()
        person = w.id("both") if w.id("both") not in _seated(w) else w.id("appraiser")
        prepare(w, person)
        w.seat(person)

    return attack


def _seated(w):
    return {t.assignment.reviewer_id for t in repository.seatings_of_round(w.db, w.round.id)}


def _verdict_after(prepare):
    def attack(w):
        prepare(w, w.holder().reviewer_id)
        w.verdict()

    return attack


def _vote_after(prepare):
    def attack(w):
        case = w.divide()
        prepare(w, w.id("member1"))
        w.vote(case, "member1")

    return attack


def _second_seat(w):
    w.empty("counter_reviewer")
    w.seat(w.holder().reviewer_id, number=2)


def _end_with_verdict(w):
    w.speak()
    w.empty()


def _verdict_of_one_who_left(w):
    seat = w.holder()
    w.empty()
    given = {"verdict": "accept", "checklist": {}, "comment": "", "at": w.now}
    w.run(insert(ReviewVerdict), assignment_id=seat.id, **given)


def _verdict_elsewhere(w):
    w.run(update(ReviewRound).where(ReviewRound.id == w.round.id), stage=1)
    w.verdict()


def _both_accept(w):
    w.speak()
    w.speak("counter_reviewer")


def _decision_by_author(w):
    w.decision("author", "return")


def _decision_by_reviewer(w):
    _both_accept(w)
    made = {"decision": "return", "reason": "x", "at": w.now}
    reviewer = w.holder().reviewer_id
    w.run(insert(ReviewDecision), round_id=w.round.id, decided_by=reviewer, **made)


def _decision_after_close(w):
    _both_accept(w)
    w.close_round()
    w.decision()


def _approve_alone(w):
    w.speak()
    w.decision()


def _approve_divided(w):
    w.divide()
    w.decision()


def _vote_by_author(w):
    case = w.divide()
    w.vote(case, "author")


def _vote_by_reviewer(w):
    case = w.divide()
    cast = {"choice": "approve", "reason": "", "at": w.now}
    w.run(insert(CouncilVote), case_id=case.id, member_id=w.holder().reviewer_id, **cast)


def _vote_of_schoolmate(w):
    w.vote(w.divide(), "schoolmate")


def _vote_too_late(w):
    case = w.divide()
    for name in ("member1", "member2", "member3"):
        w.vote(case, name, "return")
    w.outcome(case)
    w.vote(case, "member4")


def _outcome(by=None, votes=("return",) * 3, outcome="return"):
    def attack(w):
        case = w.divide()
        for n, choice in enumerate(votes, start=1):
            w.vote(case, f"member{n}", choice)
        made = {"outcome": outcome, "counts": {}, "reason": "", "at": w.now}
        decider = {"author": w.id("author"), "reviewer": w.holder().reviewer_id}
        chosen = decider.get(by, w.id("secretary"))
        w.run(insert(CouncilOutcome), case_id=case.id, decided_by=chosen, **made)

    return attack


def _event_without_decision(w):
    told = {"id": new_id(), "kind": "approved", "at": w.now, "note": ""}
    w.run(insert(ItemVersionEvent), version_hash=w.round.version_hash, **told)


def _item_without_event(w):
    w.run(update(Item).where(Item.id == w.item.id), approved_version=w.item.current_version)


def _state_without_approval(w):
    w.run(update(Item).where(Item.id == w.item.id), state="approved")


def _new_item(**values):
    def attack(w):
        row = {"id": new_id(), "code": "TU-DUYET", "kind": "choice", "subject": "toan"}
        told = {"topic": "", "label": "", "n_categories": 2}
        version = w.item.current_version
        chosen = {k: version if v == "version" else v for k, v in values.items()}
        w.run(insert(Item), **row, **told, created_at=w.now, current_version=version, **chosen)

    return attack


def _outcome_without_decision(w):
    w.run(
        update(ReviewRound).where(ReviewRound.id == w.round.id),
        outcome="approved",
        closed_at=w.now,
    )


def _own_item_in_form(w):
    w.run(insert(FormItem), **w.form_place(w.item))


def _own_item_swapped_in(w):
    stranger = w.province.actor(w.db, "stranger")
    other = make_draft(w.db, stranger, now=w.now, content=complete_choice("<p>Khác</p>"))
    place = w.form_place(other)
    w.run(insert(FormItem), **place)
    w.run(update(FormItem).where(FormItem.id == place["id"]), item_id=w.item.id)


def _placed_by_its_author(w):
    w.run(insert(FormItem), **w.form_place(w.item, by="officer"))


def _author_named_later(w):
    place = w.form_place(w.item, by="officer", placed_by="officer")
    w.run(insert(FormItem), **place)
    w.run(update(FormItem).where(FormItem.id == place["id"]), placed_by=w.id("author"))


def _placed_by_nobody(w):
    w.run(insert(FormItem), **w.form_place(w.item, by="officer", placed_by=None))


def _decision_by_family(w):
    w.tie(w.id("secretary"))
    w.decision("secretary", "return")


def _count_by_family(w):
    w.tie(w.id("secretary"))
    _outcome()(w)


ATTACKS = {
    "review_assignment_insert_author": _seat_after(World.write),
    "review_assignment_insert_same_school": _seat_after(World.move_to_authors_school),
    "review_assignment_insert_role_missing": _seat_after(World.revoke),
    "review_assignment_insert_conflict_of_interest": _seat_after(World.declare_conflict),
    "review_assignment_insert_term_over": _seat_after(lambda w, p: w.end_term(p, ROLE)),
    "review_assignment_insert_round_closed": _seat_after(lambda w, p: w.close_round()),
    "review_assignment_insert_no_such_seat": lambda w: w.seat(w.id("colleague"), number=3),
    "review_assignment_insert_seat_taken": lambda w: w.seat(w.id("colleague")),
    "review_assignment_insert_seated_already": _second_seat,
    "review_assignment_end_insert_has_verdict": _end_with_verdict,
    "review_verdict_insert_author": _verdict_after(World.write),
    "review_verdict_insert_same_school": _verdict_after(World.move_to_authors_school),
    "review_verdict_insert_role_missing": _verdict_after(World.revoke),
    "review_verdict_insert_conflict_of_interest": _verdict_after(World.declare_conflict),
    "review_verdict_insert_term_over": _verdict_after(lambda w, p: w.end_term(p, ROLE)),
    "review_verdict_insert_round_closed": _verdict_after(lambda w, p: w.close_round()),
    "review_verdict_insert_not_seated": _verdict_of_one_who_left,
    "review_verdict_insert_not_this_stage": _verdict_elsewhere,
    "review_decision_insert_author": _decision_by_author,
    "review_decision_insert_reviewer": _decision_by_reviewer,
    "review_decision_insert_round_closed": _decision_after_close,
    "review_decision_insert_two_reviewers": _approve_alone,
    "review_decision_insert_two_voices": _approve_alone,
    "review_decision_insert_seats_silent": _approve_alone,
    "review_decision_insert_disagreement": _approve_divided,
    "item_version_event_insert_not_decided": _event_without_decision,
    "item_insert_not_approved": _new_item(state="draft", approved_version="version"),
    "item_update_not_approved": _item_without_event,
    "item_insert_called_approved": _new_item(state="approved"),
    "item_update_called_approved": _state_without_approval,
    "review_round_update_not_decided": _outcome_without_decision,
    "council_vote_insert_author": _vote_by_author,
    "council_vote_insert_reviewer": _vote_by_reviewer,
    "council_vote_insert_role_missing": _vote_after(World.revoke),
    "council_vote_insert_conflict_of_interest": _vote_after(World.declare_conflict),
    "council_vote_insert_term_over": _vote_after(lambda w, p: w.end_term(p, "member")),
    "council_vote_insert_same_school": _vote_of_schoolmate,
    "council_vote_insert_vote_closed": _vote_too_late,
    "council_outcome_insert_author": _outcome("author"),
    "council_outcome_insert_reviewer": _outcome("reviewer"),
    "council_outcome_insert_quorum": _outcome(votes=("return",)),
    "council_outcome_insert_majority": _outcome(
        votes=("approve", "approve", "return", "return"), outcome="approve"
    ),
    "form_item_insert_author": _own_item_in_form,
    "form_item_update_author": _own_item_swapped_in,
    "review_assignment_insert_family_tie": _seat_after(World.tie),
    "review_verdict_insert_family_tie": _verdict_after(World.tie),
    "review_decision_insert_family_tie": _decision_by_family,
    "council_vote_insert_family_tie": _vote_after(World.tie),
    "council_outcome_insert_family_tie": _count_by_family,
    "form_item_insert_placed_own": _placed_by_its_author,
    "form_item_update_placed_own": _author_named_later,
    "form_item_insert_nobody_placed": _placed_by_nobody,
}


def _take_down(db, guards):
    dialect = db.get_bind().dialect.name
    for statement in separation.removals(dialect, guards):
        db.execute(text(statement))


def _refusal(world, attack):
    """What the database said; None where it let the rows in."""
    try:
        with world.db.begin_nested():
            attack(world)
    except DatabaseError as error:
        world.db.expire_all()
        return str(error.orig)
    finally:
        world.db.expire_all()
    return None


def test_every_rule_is_held_by_the_database_alone(database, now):
    wrong = {}
    with database.write() as db:
        province = make_council_province(db, now=now)
        item, round_ = submitted(db, province, now=now)
        world = World(db, province, item, round_, now)
        for guard in separation.GUARDS:
            wrong |= _try(world, guard, ATTACKS[guard.name])
        db.rollback()
    assert wrong == {}


def _try(world, guard, attack):
    """Where this one guard does not refuse, or where taking it down does not let the rows in."""
    point = world.db.begin_nested()
    _take_down(world.db, [g for g in separation.GUARDS if g is not guard])
    said = _refusal(world, attack) or "let in"
    _take_down(world.db, [guard])
    without = _refusal(world, attack)
    point.rollback()
    world.db.expire_all()
    code = f"separation of duty: {guard.table} {guard.code}"
    found = {} if code in said else {guard.name: said}
    return found if without is None else {**found, f"{guard.name}, guard down": without}


def test_every_guard_has_its_attack():
    assert {guard.name for guard in separation.GUARDS} == set(ATTACKS)


def test_with_all_guards_up_the_proper_way_goes_through(database, now):
    with database.write() as db:
        province = make_council_province(db, now=now)
        item, round_ = submitted(db, province, now=now)
        for role in (ROLE, "counter_reviewer"):
            speak(db, province, round_, role, now=now)
        secretary = province.actor(db, "secretary")
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
        assert item.approved_version == item.current_version


FACTS = (
    "review_assignment",
    "review_assignment_end",
    "review_verdict",
    "review_decision",
    "review_route",
    "review_route_stage",
    "review_stage_event",
    "council_case",
    "council_vote",
    "council_outcome",
)


def test_what_was_said_is_not_unsaid(database, now):
    with database.write() as db:
        province = make_council_province(db, now=now)
        world = World(db, province, *submitted(db, province, now=now), now)
        left = world.holder("counter_reviewer")
        actor = province.actor(db, name_of(province, left.reviewer_id))
        service.decline(db, actor, left, is_recusal=False, reason="Bận", now=now)
        case = world.divide()
        for name in ("member1", "member2", "member3"):
            world.vote(case, name, "return")
        secretary = province.actor(db, "secretary")
        council_service.close_vote(db, secretary, case, reason="", now=now)
    for table in FACTS:
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {_any_column(table)}"):
            with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
                assert db.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar(), table
                db.execute(text(change))


def _any_column(table):
    others = {
        "review_route": "name",
        "review_route_stage": "number",
        "council_case": "quorum",
        "review_assignment": "role",
    }
    column = others.get(table, "at")
    return f"{column} = {column}"


def test_yesterdays_conflict_is_over_and_tomorrows_has_not_begun(db, now):
    province = make_council_province(db, now=now)
    item, round_ = submitted(db, province, now=now)
    day = (now + timedelta(hours=7)).date()
    holder = seat_of(db, round_, ROLE).reviewer_id
    for start, end in ((None, day - timedelta(days=1)), (day + timedelta(days=1), None)):
        db.add(
            ConflictOfInterest(
                person_id=holder,
                kind="other",
                valid_from=start or date(2020, 1, 1),
                valid_to=end,
                note="",
                recorded_at=now,
            )
        )
    db.flush()
    speak(db, province, round_, ROLE, now=now)
    versions = db.scalars(select(ItemVersion.item_id)).all()
    assert versions == [item.id]
