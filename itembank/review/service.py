"""Verbs of appraisal: submit, assign, decline, give a verdict, decide, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

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
from ..permissions import Actor, Decision, Role, require
from . import decisions, eligibility, repository, rules, seating, states
from .checklists import MET, NOT_MET, Criterion
from .council import repository as council
from .council import service as council_service
from .models import ReviewAssignment, ReviewDecision, ReviewRound, ReviewVerdict
from .repository import Task
from .routes import repository as routes


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
    seating.open_round(db, item, version.hash, now=now, same_school_ok=same_school_ok)
    return version


def assign(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    role: Role,
    reviewer: Person,
    *,
    now: datetime,
    seat: int | None = None,
    reason: str = "",
) -> ReviewAssignment:
    """The secretary names a reviewer, or replaces one who has not yet given a verdict.

    `seat` tells which, where the stage has several of the role; the first one otherwise.
    """
    item = seating.take_turn(db, round_)
    require(rules.can_manage(actor, item, repository.writers_of(db, item)))
    refuse_closed(round_)
    place = seat if seat is not None else seat_of(db, round_, role)
    holder = holder_of(db, round_, place)
    if holder and holder.assignment.reviewer_id == reviewer.id:
        return holder.assignment
    if holder and holder.verdict is not None:
        raise Conflict("Người này đã gửi kết luận nên không thay được nữa.", code="has_verdict")
    matter = eligibility.matter_of(db, round_, item, now=now)
    candidate = people.load_actor(db, reviewer)
    require(eligibility.may_sit(db, candidate, matter, role))
    if holder:
        seating.leave(db, actor, holder.assignment, how="replaced", reason=reason, now=now)
    before = holder.assignment.reviewer_id if holder else None
    return seating.place(db, actor, round_, item, place, role, reviewer, now=now, before=before)


def seat_of(db: Session, round_: ReviewRound, role: Role) -> int:
    roles = seating.stage_of(db, round_).roles
    if role not in roles:
        raise Conflict("Bước hiện tại không có ghế cho vai trò này; tải lại trang.")
    return roles.index(role) + 1


def holder_of(db: Session, round_: ReviewRound, seat: int) -> Task | None:
    tasks = repository.tasks_of_stage(db, round_)
    return next((task for task in tasks if task.assignment.seat == seat), None)


def refuse_closed(round_: ReviewRound) -> None:
    if round_.closed_at is not None:
        raise Conflict("Vòng thẩm định này đã kết thúc; tải lại trang.", code="round_closed")


def decline(
    db: Session,
    actor: Actor,
    assignment: ReviewAssignment,
    *,
    is_recusal: bool,
    reason: str,
    now: datetime,
) -> None:
    """The reviewer leaves the seat, for want of time or for being involved; another takes it."""
    round_ = repository.round_by_id(db, assignment.round_id)
    item = seating.take_turn(db, round_)
    task = repository.task(db, assignment.id)
    _require_own_seat(actor, task)
    if task.verdict is not None:
        raise Conflict("Bạn đã gửi kết luận nên không thôi được nữa.", code="has_verdict")
    if not reason.strip():
        what = "Ghi lí do để thư kí hội đồng biết."
        raise Invalid("Cần lí do.", code="reason_missing", problems=[problem("reason", what)])
    how = "recused" if is_recusal else "declined"
    seating.leave(db, actor, assignment, how=how, reason=reason.strip(), now=now)
    _tell_who_left(db, task, how, now)
    seating.fill_seats(db, round_, item, now=now)
    audit.record(
        db,
        actor,
        f"review.{how}",
        "item",
        item.id,
        now=now,
        before={"role": assignment.role, "reviewer": str(assignment.reviewer_id)},
        reason=reason.strip(),
    )


def _require_own_seat(actor: Actor, task: Task) -> None:
    has_left = task.end is not None
    require(rules.can_act_in_seat(actor, task.item, task.round, task.assignment, has_left=has_left))


def _tell_who_left(db: Session, task: Task, how: str, now: datetime) -> None:
    message = msg(
        "Một người thẩm định câu {code} đã thôi: {how}.",
        code=task.item.code,
        how=states.ENDING_NAMES[how],
    )
    for person in seating.secretaries(db, task.item):
        tell(db, person.id, "reviewer_left", message, f"/hoi-dong/{task.round.id}", now=now)


def may_give_verdict(db: Session, actor: Actor, task: Task, *, now: datetime) -> Decision:
    """Whether this reviewer may speak now; the sheet asks it before it offers the form."""
    has_left = task.end is not None
    own = rules.can_act_in_seat(actor, task.item, task.round, task.assignment, has_left=has_left)
    if not own:
        return own
    matter = eligibility.matter_of(db, task.round, task.item, now=now)
    return eligibility.may_judge(db, actor, matter, Role(task.assignment.role))


def criteria_of(db: Session, task: Task) -> tuple[Criterion, ...]:
    """What the sheet of this assignment asks."""
    stage = routes.stages_of(db, task.round.route_id)[task.assignment.stage - 1]
    content = item_repository.read_version(db, task.round.version_hash)
    return stage.criteria(content.kind, with_stimulus=content.stimulus is not None)


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
    round_ = repository.round_by_id(db, assignment.round_id)
    item = seating.take_turn(db, round_)
    task = repository.task(db, assignment.id)
    require(may_give_verdict(db, actor, task, now=now))
    if task.verdict is not None:
        raise Conflict("Bạn đã gửi kết luận cho phiên bản này.", code="has_verdict")
    _check_verdict(criteria_of(db, task), verdict, checklist, comment)
    given = ReviewVerdict(
        assignment_id=assignment.id,
        verdict=verdict,
        checklist=dict(checklist),
        comment=comment.strip(),
        at=now,
    )
    db.add(given)
    db.flush()
    items.note_event(db, round_.version_hash, f"verdict.{verdict}", actor, now=now)
    _go_on(db, actor, round_, item, now=now)
    audit.record(db, actor, "review.given", "item", item.id, now=now, after={"verdict": verdict})
    return given


def _go_on(db: Session, actor: Actor, round_: ReviewRound, item: Item, *, now: datetime) -> None:
    """What follows once the stage is complete: the next stage, the author, the vote, the secretary."""
    stage = seating.stage_of(db, round_)
    result = states.result_of(_verdicts(db, round_), len(stage.roles))
    if result == "waiting":
        return
    if result == "accepted" and not seating.is_last_stage(db, round_):
        seating.advance(db, round_, item, now=now)
    elif result != "accepted" and not stage.counts:
        decisions.send_back(db, actor, round_, item, now=now, reason="")
    elif result == "divided":
        council_service.open_disagreement(db, round_, item, now=now)
    else:
        _tell_secretaries(db, round_, item, now)


def _verdicts(db: Session, round_: ReviewRound) -> list[str]:
    tasks = repository.tasks_of_stage(db, round_)
    return [task.verdict.verdict for task in tasks if task.verdict]


def _tell_secretaries(db: Session, round_: ReviewRound, item: Item, now: datetime) -> None:
    message = msg("Câu {code} đã đủ kết luận thẩm định, chờ quyết định.", code=item.code)
    for person in seating.secretaries(db, item):
        tell(db, person.id, "to_decide", message, f"/hoi-dong/{round_.id}", now=now)


def _check_verdict(
    criteria: Sequence[Criterion], verdict: str, checklist: Mapping[str, str], comment: str
) -> None:
    found: list[Problem] = []
    if verdict not in states.VERDICT_NAMES:
        found.append(problem("verdict", "Chọn kết luận: Chấp nhận, Cần sửa hoặc Không nhận."))
    for criterion in criteria:
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
    item = seating.take_turn(db, round_)
    reviewers = repository.ever_seated(db, round_.id)
    require(eligibility.may_decide(db, actor, item, reviewers, now=now))
    refuse_closed(round_)
    _refuse_while_voting(db, round_, decision, now)
    _check_decision(db, round_, decision, reason)
    return decisions.conclude(db, actor, round_, item, decision=decision, reason=reason, now=now)


def _refuse_while_voting(db: Session, round_: ReviewRound, decision: str, now: datetime) -> None:
    """A divided case is the council's, unless too few members are left to vote at all."""
    case = council.open_case_of_round(db, round_.id)
    if case is None:
        return
    if decision == "return" and not council_service.can_reach_quorum(db, case, now=now):
        return
    raise Conflict(
        "Hai kết luận trái nhau nên hội đồng biểu quyết; chưa ghi quyết định riêng được.",
        code="vote_open",
    )


def _check_decision(db: Session, round_: ReviewRound, decision: str, reason: str) -> None:
    if decision not in states.DECISION_NAMES:
        raise Invalid(
            "Chọn quyết định.", problems=[problem("decision", "Chọn một trong ba quyết định.")]
        )
    seats = len(seating.stage_of(db, round_).roles)
    is_early = decision == "approve" and not seating.is_last_stage(db, round_)
    if is_early or not states.ready_for(decision, _verdicts(db, round_), seats):
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


def withdraw(db: Session, actor: Actor, item: Item, *, reason: str, now: datetime) -> None:
    """The author takes a submission back before a decision; the draft is theirs again."""
    item_repository.lock(db, item)
    require(item_rules.can_withdraw(actor, item))
    item.state = item_states.after(item.state, "withdraw")
    round_ = repository.open_round(db, item)
    if round_ is not None:
        decisions.close(db, round_, "withdrawn", now)
        items.note_event(db, round_.version_hash, "withdrawn", actor, now=now, note=reason)
        message = msg("Câu {code} đã được tác giả rút lại.", code=item.code)
        for task in repository.tasks_of_round(db, round_.id):
            link = f"/tham-dinh/{task.assignment.id}"
            tell(db, task.assignment.reviewer_id, "withdrawn", message, link, now=now)
    audit.record(db, actor, "item.withdrawn", "item", item.id, now=now, reason=reason)
