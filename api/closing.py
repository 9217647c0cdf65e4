"""Closing a sitting: papers handed in, state closed, sealed, scoring queued, in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts import repository as attempts_repository
from delivery.attempts import service as attempts
from delivery.attempts.reasons import is_reason
from delivery.packages.repository import is_keyless
from delivery.seals.service import seal_sitting
from delivery.sittings import rules, service
from delivery.sittings.models import Sitting
from itembank.errors import Invalid, problem
from itembank.permissions import Actor, require

from .jobs.score_sitting import ask_scoring


def close(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    *,
    reason: str,
    now: datetime,
    reason_field: str = "reason",
) -> None:
    """Papers whose time is over are handed in first; taking in others early needs a reason.

    `reason_field` is what the page calls the field, for the refusal to point at.
    """
    require(rules.can_close(actor, sitting))
    attempts.close_overdue(db, now=now, sitting=sitting)
    if attempts_repository.unfinished(db, sitting_id=sitting.id) and not is_reason(reason):
        what = "Còn bài đang làm. Ghi lí do thu bài sớm, ít nhất 10 kí tự, rồi bấm lại."
        raise Invalid("Chưa đóng được ca thi.", problems=[problem(reason_field, what)])
    attempts.close_room(db, actor, sitting, now=now, reason=reason.strip())
    service.close_sitting(db, actor, sitting, now=now, reason=reason)
    seal_sitting(db, actor, sitting, now=now)
    if not is_keyless(db, sitting.form_id):  # a site's papers are scored where the keys are
        ask_scoring(db, actor, sitting, now=now)
