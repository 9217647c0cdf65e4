"""Verbs about sittings: plan, roster, codes, open, close."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import Invalid, Problem, msg, problem
from itembank.forms.models import TestForm
from itembank.forms.states import FROZEN
from itembank.people.models import Unit
from itembank.permissions import Actor, require

from . import numbering, repository, rules, states
from .lateness import LATE_MINUTES
from .models import Candidate, CodeIssue, Sitting, SittingAction
from .roster import RosterRow, read_roster
from .shipped import site_holding

HASHING_THREADS = 2
MOST_CODES_AT_ONCE = 200
COUNCIL = re.compile(r"[0-9]{2}")


def create_sitting(
    db: Session,
    actor: Actor,
    *,
    form: TestForm,
    title: str,
    unit: Unit,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    grace_seconds: int = 10,
    late_minutes: int | None = LATE_MINUTES,
    openers: int = rules.TWO,
) -> Sitting:
    """Plan a sitting of a frozen form at a unit.

    `late_minutes` after the start signal nobody is admitted; `openers` people open the paper.
    """
    require(rules.can_plan(actor, unit.id, form.subject))
    found = [*_plan_problems(title, starts_at, minutes, now)]
    if not found and late_minutes is not None and not 0 <= late_minutes <= minutes:
        found.append(problem("late_minutes", "Số phút được vào muộn từ 0 đến thời gian làm bài."))
    if openers not in (1, rules.TWO):
        found.append(problem("openers", "Mở đề cần một hoặc hai người."))
    if form.state != FROZEN:
        found.append(problem("form", "Chỉ tổ chức thi được với đề đã chốt; chốt đề trước."))
    if found:
        raise Invalid("Chưa tạo được ca thi.", code="sitting_invalid", problems=found)
    sitting = Sitting(
        title=title.strip(),
        form_id=form.id,
        unit_id=unit.id,
        starts_at=starts_at,
        minutes=minutes,
        grace_seconds=grace_seconds,
        late_minutes=late_minutes,
        openers=openers,
        state=states.PLANNED,
        created_by=actor.person_id,
        created_at=now,
    )
    db.add(sitting)
    db.flush()
    after = {"form": form.code, "unit": unit.code, "starts_at": starts_at.isoformat()}
    audit.record(db, actor, "sitting.created", "sitting", sitting.id, now=now, after=after)
    return sitting


def _plan_problems(title: str, starts_at: datetime, minutes: int, now: datetime) -> list[Problem]:
    found = []
    if not title.strip():
        found.append(problem("title", "Ghi tên ca thi."))
    if len(title.strip()) > 200:
        found.append(problem("title", "Tên ca thi dài quá 200 kí tự; ghi ngắn lại."))
    if starts_at < now - timedelta(days=1):
        found.append(problem("day", "Ngày thi đã qua; chọn ngày khác."))
    if not 1 <= minutes <= 600:
        found.append(problem("minutes", "Thời gian làm bài từ 1 đến 600 phút."))
    return found


def _lock(db: Session, sitting: Sitting) -> None:
    """The sitting as it is now, held until commit: its verbs take turns."""
    db.refresh(sitting, with_for_update=True)


def plan_roster(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    data: bytes,
    *,
    council: str = "",
    replace_existing: bool = False,
    now: datetime,
) -> list[RosterRow]:
    """What an import would add, numbers included. Writes nothing."""
    require(rules.can_change_roster(actor, sitting))
    if replace_existing:
        issued = repository.codes_issued(db, sitting.id)
        require(rules.can_replace_roster(actor, sitting, codes_issued=issued))
    taken = set() if replace_existing else repository.numbers_in(db, sitting.id)
    rows = read_roster(data, today=now.date(), taken=taken)
    return _numbered(db, rows, council.strip(), taken)


def _numbered(
    db: Session, rows: Sequence[RosterRow], council: str, taken: set[str]
) -> list[RosterRow]:
    if all(row.number for row in rows):
        return list(rows)
    if not COUNCIL.fullmatch(council):
        what = "Có thí sinh chưa có số báo danh; ghi mã hội đồng (hai chữ số) để hệ thống đánh số."
        raise Invalid(
            "Chưa đánh được số báo danh.",
            code="council_missing",
            problems=[problem("council", what)],
        )
    last = repository.last_number(db, council, numbering.DIGITS)
    known = taken | ({last} if last else set())
    filled = numbering.fill_numbers([row.number for row in rows], known, council)
    return [replace(row, number=number) for row, number in zip(rows, filled, strict=True)]


def import_roster(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    data: bytes,
    *,
    council: str = "",
    replace_existing: bool = False,
    now: datetime,
) -> list[Candidate]:
    """Add the candidates of the file, all of them or none."""
    _lock(db, sitting)
    rows = plan_roster(
        db, actor, sitting, data, council=council, replace_existing=replace_existing, now=now
    )
    if replace_existing:
        db.execute(delete(Candidate).where(Candidate.sitting_id == sitting.id))
    added = [_candidate(sitting, row) for row in rows]
    db.add_all(added)
    db.flush()
    after = {"added": len(added), "replaced": replace_existing}
    audit.record(db, actor, "roster.imported", "sitting", sitting.id, now=now, after=after)
    return added


def _candidate(sitting: Sitting, row: RosterRow) -> Candidate:
    return Candidate(
        sitting_id=sitting.id,
        number=row.number,
        full_name=row.full_name,
        date_of_birth=row.date_of_birth,
        school=row.school,
        room=row.room,
        seat=row.seat,
    )


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code in the clear, alive only until the page that prints it has left."""

    candidate: Candidate
    code: str


def issue_codes(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    candidates: Sequence[Candidate],
    *,
    new_code: Callable[[], str],
    hash_code: Callable[[str], str],
    now: datetime,
) -> list[IssuedCode]:
    """First codes for these candidates. Only their hashes stay; the clear codes are returned once."""
    _lock(db, sitting)
    require(rules.can_issue_codes(actor, sitting))
    _check_batch(candidates)
    issued = _issue(db, actor, candidates, new_code, hash_code, "", now)
    after = {"candidates": [one.candidate.number for one in issued]}
    audit.record(db, actor, "codes.issued", "sitting", sitting.id, now=now, after=after)
    return issued


def _check_batch(candidates: Sequence[Candidate]) -> None:
    if not candidates:
        raise Invalid(
            "Mọi thí sinh đã có mã dự thi. Muốn đổi mã của ai, mở trang của thí sinh đó và cấp lại.",
            code="codes_already_issued",
        )
    if len(candidates) > MOST_CODES_AT_ONCE:
        raise Invalid(
            msg("Mỗi lần phát được nhiều nhất {n} mã; hãy phát theo phòng.", n=MOST_CODES_AT_ONCE),
            code="too_many_codes",
        )
    for candidate in candidates:
        if candidate.code_hash is not None:
            raise Invalid(
                msg("Thí sinh {number} đã có mã; muốn đổi thì cấp lại.", number=candidate.number),
                code="codes_already_issued",
            )


def _issue(
    db: Session,
    actor: Actor,
    candidates: Sequence[Candidate],
    new_code: Callable[[], str],
    hash_code: Callable[[str], str],
    reason: str,
    now: datetime,
) -> list[IssuedCode]:
    codes = [new_code() for _ in candidates]
    with ThreadPoolExecutor(HASHING_THREADS) as pool:  # the hash is slow on purpose
        hashes = list(pool.map(hash_code, codes))
    for candidate, hashed in zip(candidates, hashes, strict=True):
        candidate.code_hash, candidate.code_issued_at = hashed, now
        db.add(
            CodeIssue(candidate_id=candidate.id, issued_by=actor.person_id, at=now, reason=reason)
        )
    db.flush()
    return [IssuedCode(c, code) for c, code in zip(candidates, codes, strict=True)]


def re_issue_code(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    candidate: Candidate,
    *,
    reason: str,
    new_code: Callable[[], str],
    hash_code: Callable[[str], str],
    now: datetime,
) -> IssuedCode:
    """A new code for one candidate; the old one dies at once. A reason is needed."""
    _lock(db, sitting)
    require(rules.can_reissue_code(actor, sitting))
    if not reason.strip():
        raise Invalid(
            "Chưa cấp lại mã.",
            code="reason_missing",
            problems=[problem("reason", "Ghi lí do cấp lại mã, ví dụ: làm mất phiếu.")],
        )
    (issued,) = _issue(db, actor, [candidate], new_code, hash_code, reason.strip(), now)
    audit.record(
        db,
        actor,
        "code.reissued",
        "candidate",
        candidate.id,
        now=now,
        after={"number": candidate.number},
        reason=reason.strip(),
    )
    return issued


def ask_opening(db: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> SittingAction:
    """The first of two people: the paper is ready to be opened. It stays shut."""
    _lock(db, sitting)
    require(rules.can_ask_opening(actor, sitting, site_holding(db, sitting.id)))
    _check_ready(db, sitting)
    asked = _noted(db, actor, sitting, states.OPENING_ASKED, now)
    audit.record(db, actor, "sitting.opening_asked", "sitting", sitting.id, now=now)
    return asked


def open_sitting(db: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> Sitting:
    """Candidates may start from now on."""
    _lock(db, sitting)
    asked = repository.newest_action(db, sitting.id, states.OPENING_ASKED)
    require(rules.can_open(actor, sitting, asked, now, site_holding(db, sitting.id)))
    _check_ready(db, sitting)
    sitting.state, sitting.opened_at = states.OPEN, now
    _noted(db, actor, sitting, states.OPENED, now)
    audit.record(db, actor, "sitting.opened", "sitting", sitting.id, now=now)
    return sitting


def _noted(
    db: Session, actor: Actor, sitting: Sitting, kind: str, now: datetime, reason: str = ""
) -> SittingAction:
    """A row of the minutes: who did it, when and why."""
    made = SittingAction(
        sitting_id=sitting.id, kind=kind, reason=reason, by_id=actor.person_id,
        by_name=actor.name, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def _check_ready(db: Session, sitting: Sitting) -> None:
    if repository.codes_issued(db, sitting.id) == 0:
        raise Invalid(
            "Ca thi chưa có thí sinh nào được phát mã dự thi; phát mã trước khi mở ca.",
            code="sitting_not_ready",
        )


def close_sitting(
    db: Session, actor: Actor, sitting: Sitting, *, now: datetime, reason: str = ""
) -> Sitting:
    """Nobody starts or writes from now on. Attempts still running are ended by delivery.attempts."""
    _lock(db, sitting)
    require(rules.can_close(actor, sitting))
    sitting.state, sitting.closed_at = states.CLOSED, now
    why = reason.strip()
    _noted(db, actor, sitting, states.CLOSING, now, why)
    audit.record(db, actor, "sitting.closed", "sitting", sitting.id, now=now, reason=why or None)
    return sitting
