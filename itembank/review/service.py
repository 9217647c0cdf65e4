"""Verbs of appraisal: submit, assign, give a verdict, decide, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from .. import audit
from ..errors import Conflict, Invalid, Problem, msg, problem
from ..items import repository as item_repository
from ..items import rules as item_rules
from ..items import service as items
from ..items import states as item_states
from ..items.models import Item, ItemVersion
from ..notices.service import tell
from ..people import repository as people
from ..people.models import Person
from ..permissions import ROLE_NAMES, Actor, Role, require
from . import repository, rules, states
from .checklists import MET, NOT_MET, checklist_for
from .models import ReviewAssignment, ReviewDecision, ReviewRound, ReviewVerdict

DUE_AFTER = timedelta(days=7)


def submit(
    db: Session,
    actor: Actor,
    item: Item,
    *,
    now: datetime,
    reason: str = "",
    same_school_ok: bool = False,
) -> ItemVersion:
    """Freeze the draft, open a round, and give it to the least burdened eligible reviewers."""
    version = items.freeze(db, actor, item, now=now, reason=reason)
    round_ = ReviewRound(version_hash=version.hash, item_id=item.id, opened_at=now)
    db.add(round_)
    db.flush()
    for role in states.REVIEW_ROLES:
        _assign_somebody(db, round_, item, Role(role), now=now, same_school_ok=same_school_ok)
    return version


def _assign_somebody(
    db: Session,
    round_: ReviewRound,
    item: Item,
    role: Role,
    *,
    now: datetime,
    same_school_ok: bool,
) -> None:
    others = {t.assignment.reviewer_id for t in repository.tasks_of_round(db, round_.id)}
    found = repository.eligible(db, item, role, others=others, same_school_ok=same_school_ok)
    if found:
        _place(db, None, round_, item, role, found[0], now=now)
        return
    message = msg(
        "Câu {code} chưa có người cho vai trò «{role}».", code=item.code, role=ROLE_NAMES[role]
    )
    for person in _secretaries(db, item):
        tell(db, person.id, "reviewer_missing", message, f"/hoi-dong/{round_.id}", now=now)


def _secretaries(db: Session, item: Item) -> list[Person]:
    return [
        person
        for person in people.people_with_role(db, Role.SECRETARY, item.subject)
        if rules.can_manage(people.load_actor(db, person), item)
    ]


def _place(
    db: Session,
    actor: Actor | None,
    round_: ReviewRound,
    item: Item,
    role: Role,
    reviewer: Person,
    *,
    now: datetime,
    before: uuid.UUID | None = None,
) -> ReviewAssignment:
    assignment = ReviewAssignment(
        round_id=round_.id,
        role=role,
        reviewer_id=reviewer.id,
        assigned_by=actor.person_id if actor else None,
        assigned_at=now,
        due_at=now + DUE_AFTER,
    )
    db.add(assignment)
    db.flush()
    link = f"/tham-dinh/{assignment.id}"
    tell(
        db,
        reviewer.id,
        "to_review",
        msg("Câu {code} chờ bạn thẩm định.", code=item.code),
        link,
        now=now,
    )
    audit.record(
        db,
        actor,
        "review.assigned",
        "item",
        item.id,
        now=now,
        before={"role": role, "reviewer": str(before)} if before else None,
        after={"role": role, "reviewer": str(reviewer.id)},
    )
    return assignment


def _take_turn(db: Session, round_: ReviewRound) -> Item:
    """The item and its round as they are now; whoever else acts on them waits until commit."""
    item = db.get_one(Item, round_.item_id)
    item_repository.lock(db, item)
    db.refresh(round_)
    return item


def assign(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    role: Role,
    reviewer: Person,
    *,
    now: datetime,
    same_school_ok: bool = False,
) -> ReviewAssignment:
    """The secretary names a reviewer, or replaces one who has not yet given a verdict."""
    item = _take_turn(db, round_)
    require(rules.can_manage(actor, item))
    _refuse_closed(round_)
    seats = {task.assignment.role: task for task in repository.tasks_of_round(db, round_.id)}
    replaced = seats.pop(role, None)
    if replaced and replaced.verdict is not None:
        raise Conflict("Người này đã gửi kết luận nên không thay được nữa.", code="has_verdict")
    others = {task.assignment.reviewer_id for task in seats.values()}
    candidate = people.load_actor(db, reviewer)
    require(rules.can_review(candidate, item, role, others=others, same_school_ok=same_school_ok))
    if replaced:
        db.delete(replaced.assignment)
        db.flush()
    before = replaced.assignment.reviewer_id if replaced else None
    return _place(db, actor, round_, item, role, reviewer, now=now, before=before)


def _refuse_closed(round_: ReviewRound) -> None:
    if round_.closed_at is not None:
        raise Conflict("Vòng thẩm định này đã kết thúc; tải lại trang.", code="round_closed")


def give_verdict(
    db: Session,
    actor: Actor,
    assignment: ReviewAssignment,
    *,
    verdict: str,
    checklist: Mapping[str, str],
    comment: str,
    now: datetime,
) -> ReviewVerdict:
    """One reviewer's word on the frozen version. Given once; never changed."""
    _take_turn(db, repository.round_by_id(db, assignment.round_id))
    task = repository.task(db, assignment.id)
    require(rules.can_give_verdict(actor, task.item, task.round, assignment))
    if task.verdict is not None:
        raise Conflict("Bạn đã gửi kết luận cho phiên bản này.", code="has_verdict")
    _check_verdict(task.item.kind, verdict, checklist, comment)
    given = ReviewVerdict(
        assignment_id=assignment.id,
        verdict=verdict,
        checklist=dict(checklist),
        comment=comment.strip(),
        at=now,
    )
    db.add(given)
    db.flush()
    items.note_event(db, task.round.version_hash, f"verdict.{verdict}", actor, now=now)
    if all(t.verdict for t in repository.tasks_of_round(db, task.round.id)):
        _tell_secretaries(db, task, now)
    audit.record(
        db, actor, "review.given", "item", task.item.id, now=now, after={"verdict": verdict}
    )
    return given


def _tell_secretaries(db: Session, task: repository.Task, now: datetime) -> None:
    message = msg("Câu {code} đã đủ kết luận thẩm định, chờ quyết định.", code=task.item.code)
    for person in _secretaries(db, task.item):
        tell(db, person.id, "to_decide", message, f"/hoi-dong/{task.round.id}", now=now)


def _check_verdict(kind: str, verdict: str, checklist: Mapping[str, str], comment: str) -> None:
    found: list[Problem] = []
    if verdict not in states.VERDICT_NAMES:
        found.append(problem("verdict", "Chọn kết luận: Chấp nhận, Cần sửa hoặc Không nhận."))
    for criterion in checklist_for(kind):
        if checklist.get(criterion.code) not in (MET, NOT_MET):
            what = msg("Chấm tiêu chí «{name}»: Đạt hoặc Chưa đạt.", name=criterion.name)
            found.append(problem(f"checklist.{criterion.code}", what))
    if verdict in ("revise", "reject") and not comment.strip():
        found.append(problem("comment", "Ghi lí do để tác giả biết cần sửa gì."))
    if verdict == "accept" and NOT_MET in checklist.values() and not comment.strip():
        found.append(
            problem(
                "comment", "Có tiêu chí chưa đạt mà vẫn chấp nhận; ghi rõ vì sao chấp nhận được."
            )
        )
    if found:
        raise Invalid("Phiếu thẩm định chưa đủ.", code="verdict_incomplete", problems=found)


def decide(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    *,
    decision: str,
    reason: str,
    now: datetime,
) -> ReviewDecision:
    """The council's decision, recorded by its secretary; closes the round."""
    item = _take_turn(db, round_)
    tasks = repository.tasks_of_round(db, round_.id)
    require(rules.can_decide(actor, item, [t.assignment.reviewer_id for t in tasks]))
    _refuse_closed(round_)
    _check_decision(decision, reason, [t.verdict.verdict for t in tasks if t.verdict])
    item.state = item_states.after(item.state, decision)
    if decision == "approve":
        item.approved_version = round_.version_hash
        items.describe(item, item_repository.read_version(db, round_.version_hash))
    made = ReviewDecision(
        round_id=round_.id,
        decision=decision,
        decided_by=actor.person_id,
        reason=reason.strip(),
        at=now,
    )
    db.add(made)
    outcome = states.OUTCOMES[decision]
    _close(db, round_, outcome, now)
    items.note_event(db, round_.version_hash, outcome, actor, now=now, note=made.reason)
    _tell_author(db, item, outcome, now)
    audit.record(
        db,
        actor,
        f"item.{outcome}",
        "item",
        item.id,
        now=now,
        after={"version": round_.version_hash},
        reason=made.reason,
    )
    return made


def _check_decision(decision: str, reason: str, verdicts: list[str]) -> None:
    if decision not in states.DECISION_NAMES:
        raise Invalid(
            "Chọn quyết định.", problems=[problem("decision", "Chọn một trong ba quyết định.")]
        )
    if not states.ready_for(decision, verdicts):
        raise Invalid(
            "Chưa đủ kết luận cho quyết định này. Duyệt cần cả thẩm định và phản biện cùng chấp nhận.",
            code="verdicts_missing",
            problems=[problem("decision", "Chờ đủ kết luận, hoặc trả lại tác giả với lí do.")],
        )
    if decision != "approve" and not reason.strip():
        raise Invalid(
            "Quyết định này cần lí do.",
            problems=[problem("reason", "Ghi lí do để tác giả biết cần sửa gì.")],
        )


def _close(db: Session, round_: ReviewRound, outcome: str, now: datetime) -> None:
    round_.closed_at, round_.outcome = now, outcome
    db.flush()


NEWS: dict[str, str] = {
    "approved": "Câu {code} đã được duyệt vào ngân hàng.",
    "returned": "Câu {code} được trả lại để sửa.",
    "rejected": "Câu {code} không được nhận.",
}


def _tell_author(db: Session, item: Item, outcome: str, now: datetime) -> None:
    if item.author_id is not None:
        message = msg(NEWS[outcome], code=item.code)
        tell(db, item.author_id, outcome, message, f"/ngan-hang/cau-hoi/{item.id}", now=now)


def withdraw(db: Session, actor: Actor, item: Item, *, reason: str, now: datetime) -> None:
    """The author takes a submission back before a decision; the draft is theirs again."""
    item_repository.lock(db, item)
    require(item_rules.can_withdraw(actor, item))
    item.state = item_states.after(item.state, "withdraw")
    round_ = repository.open_round(db, item)
    if round_ is not None:
        _close(db, round_, "withdrawn", now)
        items.note_event(db, round_.version_hash, "withdrawn", actor, now=now, note=reason)
        message = msg("Câu {code} đã được tác giả rút lại.", code=item.code)
        for task in repository.tasks_of_round(db, round_.id):
            link = f"/tham-dinh/{task.assignment.id}"
            tell(db, task.assignment.reviewer_id, "withdrawn", message, link, now=now)
    audit.record(db, actor, "item.withdrawn", "item", item.id, now=now, reason=reason)
