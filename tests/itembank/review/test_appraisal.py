"""Appraisal: two different people who are not the author nor of the author's school, then a decision."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, KhaothiError, Refused
from itembank.items import repository as items
from itembank.items import service as item_service
from itembank.items.models import Item
from itembank.notices.models import Notice
from itembank.people.models import RoleGrant
from itembank.permissions import Role
from itembank.review import repository, service
from itembank.review.checklists import checklist_for
from itembank.review.models import ReviewAssignment, ReviewRound, ReviewVerdict
from tests.factories.bank import complete_choice, make_draft, make_province

ALL_MET = {criterion.code: "dat" for criterion in checklist_for("choice")}


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


@pytest.fixture
def author(db, province):
    return province.actor(db, "author")


@pytest.fixture
def item(db, author, now):
    return make_draft(db, author, now=now)


def _submitted(db, author, item, now):
    service.submit(db, author, item, now=now)
    return repository.open_round(db, item)


def _give(db, province, name, round_, now, verdict="accept", comment="", checklist=ALL_MET):
    actor = province.actor(db, name)
    task = next(
        t
        for t in repository.tasks_of_round(db, round_.id)
        if t.assignment.reviewer_id == actor.person_id
    )
    return service.give_verdict(
        db,
        actor,
        task.assignment,
        verdict=verdict,
        checklist=checklist,
        comment=comment,
        now=now,
    )


def _assign_pair(db, province, round_, now):
    secretary = province.actor(db, "secretary")
    for role, name in ((Role.APPRAISER, "appraiser"), (Role.COUNTER_REVIEWER, "counter")):
        service.assign(db, secretary, round_, role, province.people[name], now=now)


def test_item_goes_from_draft_to_approved(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    _give(db, province, "appraiser", round_, now)
    _give(db, province, "counter", round_, now)
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    assert item.state == "approved"
    assert item.approved_version == item.current_version
    news = db.scalars(select(Notice).where(Notice.person_id == author.person_id)).all()
    assert [n.kind for n in news] == ["approved"]


def test_submission_finds_two_eligible_reviewers_by_itself(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    reviewers = {t.assignment.reviewer_id for t in repository.tasks_of_round(db, round_.id)}
    barred = {province.people["author"].id, province.people["colleague"].id}
    assert len(reviewers) == 2
    assert not reviewers & barred


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [
        ("author", Role.APPRAISER, "author_cannot_review"),
        ("colleague", Role.APPRAISER, "same_school"),
        ("stranger", Role.APPRAISER, "role_missing"),
        ("both", Role.APPRAISER, "two_roles"),
    ],
)
def test_ineligible_reviewer_is_refused_with_a_reason(
    db, province, author, item, now, name, role, code
):
    round_ = _submitted(db, author, item, now)
    secretary = province.actor(db, "secretary")
    service.assign(db, secretary, round_, Role.APPRAISER, province.people["appraiser"], now=now)
    service.assign(db, secretary, round_, Role.COUNTER_REVIEWER, province.people["both"], now=now)
    with pytest.raises(Refused) as caught:
        service.assign(db, secretary, round_, role, province.people[name], now=now)
    assert caught.value.code == code


def test_author_may_neither_appraise_nor_decide(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    assignment = repository.tasks_of_round(db, round_.id)[0].assignment
    with pytest.raises(Refused, match="tác giả") as appraise:
        service.give_verdict(
            db, author, assignment, verdict="accept", checklist=ALL_MET, comment="", now=now
        )
    with pytest.raises(Refused, match="tác giả") as decide:
        service.decide(db, author, round_, decision="approve", reason="", now=now)
    assert appraise.value.code == "author_cannot_review"
    assert decide.value.code == "author_cannot_decide"


def test_one_acceptance_is_not_enough_to_approve(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    _give(db, province, "appraiser", round_, now)
    secretary = province.actor(db, "secretary")
    with pytest.raises(Invalid) as caught:
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    assert caught.value.code == "verdicts_missing"
    assert item.state == "in_review"


@pytest.mark.parametrize(
    ("verdict", "checklist", "comment", "where"),
    [
        ("accept", {}, "", "checklist.key"),
        ("revise", ALL_MET, " ", "comment"),
        ("accept", {**ALL_MET, "level": "chua_dat"}, "", "comment"),
        ("maybe", ALL_MET, "", "verdict"),
    ],
)
def test_incomplete_sheet_is_refused(
    db, province, author, item, now, verdict, checklist, comment, where
):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    with pytest.raises(Invalid) as caught:
        _give(db, province, "appraiser", round_, now, verdict, comment, checklist)
    assert where in {str(p.where) for p in caught.value.problems}


def test_returned_item_must_change_before_it_comes_back(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    _give(db, province, "appraiser", round_, now, "revise", "Phương án A và C cùng đúng.")
    secretary = province.actor(db, "secretary")
    service.decide(db, secretary, round_, decision="return", reason="Sửa phương án C", now=now)
    assert item.state == "returned"
    with pytest.raises(Invalid) as caught:
        service.submit(db, author, item, now=now)
    assert caught.value.code == "unchanged"
    changed = complete_choice("<p>Tính 2 + 0.</p>")
    revision = items.draft_of(db, item).revision
    item_service.save_draft(db, author, item, changed, expected_revision=revision, now=now)
    service.submit(db, author, item, now=now)
    assert [v.number for v in items.versions_of(db, item)] == [1, 2]


def test_approved_version_stays_in_use_while_the_item_is_revised(db, province, author, item, now):
    test_item_goes_from_draft_to_approved(db, province, author, item, now)
    approved = item.approved_version
    item_service.revise(db, author, item, now=now)
    revision = items.draft_of(db, item).revision
    changed = complete_choice("<p>Tính 3 − 1.</p>")
    item_service.save_draft(db, author, item, changed, expected_revision=revision, now=now)
    service.submit(db, author, item, now=now)
    assert item.state == "in_review"
    assert item.approved_version == approved != item.current_version
    assert "1 + 1" in items.read_version(db, approved).stem


def test_author_withdraws_and_submits_again_unchanged(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    service.withdraw(db, author, item, reason="Đổi ý", now=now)
    assert (item.state, round_.outcome) == ("withdrawn", "withdrawn")
    again = _submitted(db, author, item, now)
    assert again.id != round_.id
    assert again.version_hash == round_.version_hash


def test_draft_saved_elsewhere_is_not_overwritten(db, author, item, now):
    revision = items.draft_of(db, item).revision
    first = complete_choice("<p>Bản thứ nhất</p>")
    item_service.save_draft(db, author, item, first, expected_revision=revision, now=now)
    with pytest.raises(Conflict) as caught:
        item_service.save_draft(
            db, author, item, complete_choice(), expected_revision=revision, now=now
        )
    assert caught.value.code == "draft_conflict"
    assert "Bản thứ nhất" in items.draft_of(db, item).content["stem"]


def test_item_without_a_key_is_refused_and_stays_a_draft(db, author, now):
    content = complete_choice()
    content = content.model_copy(
        update={"interaction": content.interaction.model_copy(update={"key": None})}
    )
    item = make_draft(db, author, now=now, content=content)
    with pytest.raises(Invalid) as caught:
        service.submit(db, author, item, now=now)
    assert [str(p.where) for p in caught.value.problems] == ["key"]
    assert item.state == "draft"
    assert not items.versions_of(db, item)


def test_identical_item_of_somebody_else_is_named(db, province, author, item, now):
    service.submit(db, author, item, now=now)
    twin = make_draft(db, province.actor(db, "stranger"), now=now)
    with pytest.raises(Invalid, match=item.code):
        service.submit(db, province.actor(db, "stranger"), twin, now=now)


def test_opening_content_leaves_a_trace_unless_one_wrote_it(db, province, author, item, now):
    service.submit(db, author, item, now=now)
    item_service.open_content(db, author, item, now=now)
    secretary = province.actor(db, "secretary")
    item_service.open_content(db, secretary, item, now=now)
    db.flush()
    openings = db.scalars(select(AuditEvent).where(AuditEvent.action == "item.opened")).all()
    assert [o.actor_id for o in openings] == [secretary.person_id]
    with pytest.raises(Refused):
        item_service.open_content(db, province.actor(db, "stranger"), item, now=now)


def test_a_reviewer_whose_role_was_taken_back_gives_no_verdict(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    db.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == province.people["appraiser"].id)
        .values(revoked_at=now)
    )
    with pytest.raises(Refused) as caught:
        _give(db, province, "appraiser", round_, now)
    assert caught.value.code == "role_missing"


def test_replacing_a_reviewer_tells_who_was_replaced(db, province, author, item, now):
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    secretary = province.actor(db, "secretary")
    service.assign(db, secretary, round_, Role.APPRAISER, province.people["both"], now=now)
    db.flush()
    last = db.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last.before["reviewer"] == str(province.people["appraiser"].id)
    assert last.after["reviewer"] == str(province.people["both"].id)


def test_a_missing_reviewer_is_told_to_the_secretary_in_words(db, province, author, item, now):
    db.execute(
        update(RoleGrant).where(RoleGrant.role == Role.COUNTER_REVIEWER).values(revoked_at=now)
    )
    _submitted(db, author, item, now)
    told = db.scalars(select(Notice).where(Notice.kind == "reviewer_missing")).all()
    assert [n.person_id for n in told] == [province.people["secretary"].id]
    assert "«Phản biện»" in told[0].template.format(**told[0].params)


VERBS = st.tuples(
    st.sampled_from(["submit", "withdraw", "assign", "verdict", "decide", "revise", "edit"]),
    st.sampled_from(
        ["author", "colleague", "appraiser", "counter", "both", "secretary", "stranger"]
    ),
    st.sampled_from(["appraiser", "counter_reviewer"]),
    st.sampled_from(["accept", "revise", "approve", "return"]),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=st.lists(VERBS, min_size=5, max_size=40))
def test_no_sequence_of_actions_approves_without_two_eligible_reviewers(database, now, actions):
    with database.write() as db:
        province = make_province(db, now=now)
        author = province.actor(db, "author")
        item = make_draft(db, author, now=now)
        for step, action in enumerate(actions):
            _attempt(db, province, item, now, step, *action)
        _check_every_approval(db, province, item)
        db.rollback()


def _attempt(db, province, item, now, step, verb, name, role, word):
    actor = province.actor(db, name)
    round_ = db.scalar(select(ReviewRound).order_by(ReviewRound.opened_at.desc()))
    try:
        with db.begin_nested():
            if verb == "submit":
                service.submit(db, actor, item, now=now)
            elif verb == "withdraw":
                service.withdraw(db, actor, item, reason="", now=now)
            elif verb == "revise":
                item_service.revise(db, actor, item, now=now)
            elif verb == "edit":
                revision = items.draft_of(db, item).revision
                content = complete_choice(f"<p>Tính {step} + 1.</p>")
                item_service.save_draft(
                    db, actor, item, content, expected_revision=revision, now=now
                )
            elif round_ is not None and verb == "assign":
                secretary = province.actor(db, "secretary")
                service.assign(db, secretary, round_, Role(role), province.people[name], now=now)
            elif round_ is not None and verb == "verdict":
                _give(db, province, name, round_, now, word, "lí do")
            elif round_ is not None and verb == "decide":
                service.decide(db, actor, round_, decision=word, reason="lí do", now=now)
    except (KhaothiError, StopIteration):
        pass


def _check_every_approval(db, province, item):
    approved = db.scalars(select(ReviewRound).where(ReviewRound.outcome == "approved")).all()
    barred = {province.people[n].id for n in ("author", "colleague", "stranger", "secretary")}
    for round_ in approved:
        accepting = db.scalars(
            select(ReviewAssignment.reviewer_id)
            .join(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
            .where(ReviewAssignment.round_id == round_.id, ReviewVerdict.verdict == "accept")
        ).all()
        assert len(set(accepting)) == 2
        assert not set(accepting) & barred
    if db.get(Item, item.id).approved_version is not None:
        assert approved


@pytest.mark.parametrize("verb", ["submit", "withdraw", "assign", "verdict", "decide", "revise"])
def test_every_transition_writes_exactly_one_audit_event(db, province, author, item, now, verb):
    def count():
        db.flush()
        return db.scalar(select(func.count()).select_from(AuditEvent))

    secretary = province.actor(db, "secretary")
    if verb == "submit":
        before = count()
        item_service.freeze(db, author, item, now=now)
        assert count() == before + 1
        return
    round_ = _submitted(db, author, item, now)
    _assign_pair(db, province, round_, now)
    if verb in {"decide", "revise"}:
        _give(db, province, "appraiser", round_, now)
        _give(db, province, "counter", round_, now)
    if verb == "revise":
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    before = count()
    if verb == "withdraw":
        service.withdraw(db, author, item, reason="", now=now)
    elif verb == "assign":
        service.assign(db, secretary, round_, Role.APPRAISER, province.people["both"], now=now)
    elif verb == "verdict":
        _give(db, province, "appraiser", round_, now)
    elif verb == "decide":
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
    else:
        item_service.revise(db, author, item, now=now)
    assert count() == before + 1
