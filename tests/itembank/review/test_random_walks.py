"""Whatever people do, and whatever somebody writes into the tables behind the services: nothing is
approved that two different eligible people have not accepted.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError

from itembank.db import new_id
from itembank.errors import KhaothiError
from itembank.items import repository as items
from itembank.items import service as item_service
from itembank.items import stimuli
from itembank.items.content import StimulusContent
from itembank.items.models import Item, ItemVersionEvent, Stimulus
from itembank.people import service as people
from itembank.people.register import service as records
from itembank.people.register.states import TieKind
from itembank.permissions import Role
from itembank.review import many, reopening, repository, service
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
from tests.factories.appraisal import make_council_province
from tests.factories.bank import complete_choice, make_draft

FEW = {"sqlite": 24, "postgresql": 8}
MANY = 320
PEOPLE = (
    "author", "colleague", "appraiser", "counter", "both", "secretary", "stranger", "lead",
    "member1", "member2", "member3", "schoolmate", "kin",
)  # fmt: skip
WORDS = ("accept", "accept", "accept", "revise", "reject", "approve", "approve", "return")
SERVICE = (
    "submit", "assign", "decline", "verdict", "decide", "vote", "count", "withdraw", "edit",
    "revise", "material", "bulk",
)  # fmt: skip
RAW = (
    "raw_end",
    "raw_seat",
    "raw_verdict",
    "raw_vote",
    "raw_outcome",
    "raw_decision",
    "raw_event",
    "raw_item",
)
VERBS = (*SERVICE, *["proper"] * 12, *RAW)
ROLES = ("appraiser", "counter_reviewer", "group_lead")


def _steps(rng):
    """From 16 to 40 actions; everybody tries everything, and now and then what is theirs to do."""
    return [
        (rng.choice(VERBS), rng.choice(PEOPLE), rng.choice(ROLES), rng.choice(WORDS))
        for _ in range(rng.randint(16, 40))
    ]


class Impossible(Exception):
    """There is nothing to do this to: no round yet, no seat, no case."""


class Walk:
    """One province, one item, and the ways in which people act on it."""

    def __init__(self, db, now, *, group_lead):
        self.db, self.now = db, now
        self.province = make_council_province(db, now=now, group_lead=group_lead)
        self.province.people.setdefault("lead", self.province.people["stranger"])
        author = self.province.actor(db, "author")
        self._add_kin()
        shared = StimulusContent(subject="toan", title="Bể cá", body="<p>Bể có 60 con cá.</p>")
        material = stimuli.add_stimulus(db, author, code="BE-CA", content=shared, now=now)
        self.stimulus = db.get_one(Stimulus, material.stimulus_id)
        content = complete_choice(stimulus=material.hash)
        self.item = make_draft(db, author, now=now, content=content)
        self.done = Counter()

    def _add_kin(self):
        """The author's spouse: every role, and a school of their own."""
        province, now = self.province, self.now
        kin = people.create_person(
            self.db, None, unit=province.third_school, username="kin", full_name="Người kin",
            password_hash=None, now=now,
        )  # fmt: skip
        for role in (Role.APPRAISER, Role.COUNTER_REVIEWER, Role.COUNCIL_MEMBER, Role.SECRETARY):
            people.grant_role(self.db, None, kin, role, province.department, now=now)
        province.people["kin"] = kin
        records.declare_tie(
            self.db, province.actor(self.db, "author"), province.people["author"], kin,
            kind=TieKind.SPOUSE, now=now,
        )  # fmt: skip

    @property
    def round(self):
        query = select(ReviewRound).order_by(ReviewRound.id.desc())
        return self._there(self.db.scalar(query))

    def _there(self, found):
        if found is None:
            raise Impossible
        return found

    def actor(self, name):
        return self.province.actor(self.db, name)

    def step(self, n, verb, name, role, word):
        """One action in a savepoint: done, or refused by the service or by the database."""
        try:
            with self.db.begin_nested():
                getattr(self, verb)(n, name, role, word)
            self.done[verb] += 1
        except (KhaothiError, DatabaseError, Impossible):
            self.db.expire_all()

    def submit(self, n, name, role, word):
        service.submit(self.db, self.actor(name), self.item, now=self.now)

    def edit(self, n, name, role, word):
        draft = items.draft_of(self.db, self.item)
        stimulus = item_service.draft_content(draft).stimulus
        content = complete_choice(f"<p>Tính {n} + 1.</p>", stimulus=stimulus)
        item_service.save_draft(
            self.db, self.actor(name), self.item, content,
            expected_revision=draft.revision, now=self.now,
        )  # fmt: skip

    def withdraw(self, n, name, role, word):
        service.withdraw(self.db, self.actor(name), self.item, reason="", now=self.now)

    def revise(self, n, name, role, word):
        item_service.revise(self.db, self.actor(name), self.item, now=self.now)

    def material(self, n, name, role, word):
        """The shared material changes: what is approved or under appraisal is judged again."""
        body = StimulusContent(subject="toan", title="Bể cá", body=f"<p>Bể có {n} con cá.</p>")
        reopening.change_stimulus(self.db, self.actor(name), self.stimulus, body, now=self.now)

    def bulk(self, n, name, role, word):
        person = self.province.people[name]
        secretary = self.actor(("secretary", "author", "kin")[n % 3])
        done = many.assign_many(
            self.db, secretary, [self.item], Role(role), person, now=self.now
        ).done
        self._there(done or None)

    def assign(self, n, name, role, word):
        person = self.province.people[name]
        secretary = self.actor("secretary")
        service.assign(self.db, secretary, self.round, Role(role), person, now=self.now)

    def _seat(self, name):
        person = self.province.people[name].id
        tasks = repository.tasks_of_round(self.db, self.round.id)
        own = (t.assignment for t in tasks if t.assignment.reviewer_id == person)
        return self._there(next(own, None))

    def decline(self, n, name, role, word):
        service.decline(
            self.db, self.actor(name), self._seat(name), is_recusal=n % 2 == 0, reason="Bận",
            now=self.now,
        )  # fmt: skip

    def verdict(self, n, name, role, word):
        seat = self._seat(name)
        asked = service.criteria_of(self.db, repository.task(self.db, seat.id))
        service.give_verdict(
            self.db, self.actor(name), seat, verdict=word,
            checklist={criterion.code: "dat" for criterion in asked},
            comment="Lí do", now=self.now,
        )  # fmt: skip

    def proper(self, n, name, role, word):
        """Whoever's turn it is does what is theirs to do, so that walks get somewhere."""
        if self.item.state == "approved":
            return self._do("material" if n % 2 else "revise", n, "author", role, word)
        if self.item.state in {"draft", "returned", "withdrawn"}:
            self._do("edit", n, "author", role, word)
            return self._do("submit", n, "author", role, word)
        seats = repository.tasks_of_stage(self.db, self.round)
        waiting = [t.assignment for t in seats if t.verdict is None]
        if waiting:
            cast = self.province.people.items()
            holder = next(k for k, p in cast if p.id == waiting[0].reviewer_id)
            return self._do("verdict", n, holder, role, "accept" if n % 5 else "revise")
        case = council.open_case_of_round(self.db, self.round.id)
        if case is None:
            return self._do("decide", n, "secretary", role, "approve")
        voted = len(council.votes_of(self.db, case.id))
        if voted < case.quorum:
            return self._do("vote", n, f"member{voted + 1}", role, "approve" if n % 3 else "return")
        return self._do("count", n, "secretary", role, word)

    def _do(self, verb, *about):
        getattr(self, verb)(*about)
        self.done[verb] += 1

    def decide(self, n, name, role, word):
        service.decide(
            self.db, self.actor(name), self.round, decision=word, reason="Lí do", now=self.now
        )

    def _case(self):
        cases = council.cases_of_item(self.db, self.item.id)
        return self._there(cases[-1] if cases else None)

    def vote(self, n, name, role, word):
        council_service.vote(
            self.db, self.actor(name), self._case(), choice=word, reason="Lí do", now=self.now
        )

    def count(self, n, name, role, word):
        council_service.close_vote(self.db, self.actor(name), self._case(), reason="", now=self.now)

    def raw_end(self, n, name, role, word):
        seat = self._seat(name)
        left = {"how": "replaced", "reason": "", "at": self.now}
        self.db.execute(insert(ReviewAssignmentEnd).values(assignment_id=seat.id, **left))

    def raw_seat(self, n, name, role, word):
        row = {"id": new_id(), "round_id": self.round.id, "stage": n % 3, "seat": n % 2 + 1}
        who = {"reviewer_id": self.province.people[name].id, "assigned_at": self.now}
        self.db.execute(insert(ReviewAssignment).values(**row, **who, turn=n + 2, role=role))

    def raw_verdict(self, n, name, role, word):
        query = select(ReviewAssignment).where(
            ReviewAssignment.reviewer_id == self.province.people[name].id
        )
        seat = self._there(self.db.scalar(query))
        given = {"verdict": "accept", "checklist": {}, "comment": "", "at": self.now}
        self.db.execute(insert(ReviewVerdict).values(assignment_id=seat.id, **given))

    def raw_vote(self, n, name, role, word):
        cast = {"choice": "approve", "reason": "", "at": self.now}
        member = self.province.people[name].id
        self.db.execute(
            insert(CouncilVote).values(case_id=self._case().id, member_id=member, **cast)
        )

    def raw_outcome(self, n, name, role, word):
        made = {"outcome": "approve", "counts": {}, "reason": "", "at": self.now}
        decider = self.province.people[name].id
        row = {"case_id": self._case().id, "decided_by": decider}
        self.db.execute(insert(CouncilOutcome).values(**row, **made))

    def raw_decision(self, n, name, role, word):
        made = {"decision": "approve", "reason": "", "at": self.now}
        decider = self.province.people[name].id
        row = {"round_id": self.round.id, "decided_by": decider}
        self.db.execute(insert(ReviewDecision).values(**row, **made))

    def raw_event(self, n, name, role, word):
        told = {"id": new_id(), "kind": "approved", "at": self.now, "note": ""}
        self.db.execute(
            insert(ItemVersionEvent).values(version_hash=self.round.version_hash, **told)
        )

    def raw_item(self, n, name, role, word):
        own = update(Item).where(Item.id == self.item.id)
        version = self.item.current_version
        choice = ({"state": "approved"}, {"approved_version": version})[n % 2]
        both = {"state": "approved", "approved_version": version}
        self.db.execute(own.values(**(both if n % 3 == 0 else choice)))
        self.db.expire_all()

    def approved_versions(self):
        events = select(ItemVersionEvent.version_hash).where(ItemVersionEvent.kind == "approved")
        self.db.expire_all()
        in_use = {self.item.approved_version} - {None}
        return {*self.db.scalars(events), *in_use}

    def accepting(self, version):
        """Who accepted this version: reviewers at the counting stage, members in a vote that carried."""
        seats = (
            select(ReviewAssignment.reviewer_id, ReviewVerdict.verdict)
            .join(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
            .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
            .where(ReviewRound.version_hash == version, ReviewAssignment.stage == 2)
        )
        spoke = dict(self.db.execute(seats).all())
        voices = {person for person, verdict in spoke.items() if verdict == "accept"}
        for case in council.cases_of_item(self.db, self.item.id):
            outcome = council.outcome_of(self.db, case)
            if case.version_hash == version and outcome and outcome.outcome == "approve":
                votes = council.votes_of(self.db, case.id)
                voices |= {v.member_id for v in votes if v.choice == "approve"}
        return set(spoke), voices


def _eligible(walk):
    barred = {"author", "colleague", "stranger", "secretary", "lead", "schoolmate", "kin"}
    return {p.id for name, p in walk.province.people.items() if name not in barred}


@pytest.mark.parametrize("group_lead", [False, True], ids=["no-lead", "lead"])
def test_a_few_walks_approve_nothing_without_two_eligible_reviewers(database, now, group_lead):
    _walk(database, now, group_lead, FEW[database.engine.dialect.name] // 2)


@pytest.mark.slow
@pytest.mark.parametrize("group_lead", [False, True], ids=["no-lead", "lead"])
def test_many_walks_approve_nothing_without_two_eligible_reviewers(database, now, group_lead):
    tally = _walk(database, now, group_lead, MANY // 2)
    carried_out = {
        "submit", "edit", "verdict", "decide", "vote", "count", "approved",
        "revise", "material", "bulk", "decline", "assign", "approved again",
    }  # fmt: skip
    assert carried_out <= set(tally), "some way to a decision was never walked"


def _walk(database, now, group_lead, n_walks):
    tally: Counter[str] = Counter()

    @settings(
        max_examples=n_walks,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**62))
    def walks(seed):
        steps = _steps(Random(seed))
        point = walk.db.begin_nested()
        try:
            walk.done.clear()
            for n, step in enumerate(steps):
                walk.step(n, *step)
            tally.update([*walk.done, "walks"])
            _check(walk, tally)
        finally:
            point.rollback()
            walk.db.expire_all()

    with database.write() as db:
        walk = Walk(db, now, group_lead=group_lead)
        walks()
        db.rollback()
    print(f"\n{database.engine.dialect.name}: {dict(tally)}")
    assert tally["approved"] >= n_walks / 4, (
        "the walks never approve anything, so they show nothing"
    )
    return tally


def _check(walk, tally):
    eligible = _eligible(walk)
    for version in walk.approved_versions():
        spoke, accepted = walk.accepting(version)
        assert len(spoke & eligible) >= 2
        assert spoke <= eligible
        assert len(accepted) >= 2
        assert accepted <= eligible
        tally["approved"] += 1
    if len(walk.approved_versions()) > 1:
        tally["approved again"] += 1
