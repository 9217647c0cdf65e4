"""Verbs: prepare a sitting's .seb file, switch the check off, note what was seen on a device."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts.repository import lock_sitting
from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_plan
from delivery.sittings.states import CLOSED
from itembank import audit
from itembank.errors import Conflict
from itembank.permissions import Actor, Decision, no, require

from . import repository, seb_file
from .addresses import normal_origin
from .config_key import config_key
from .findings import Expectation, Finding, Way
from .models import SafeExamBrowserSetting, SafeExamBrowserSighting
from .password_layer import RandomBytes
from .sitting_settings import sitting_settings

OFF, REPORT = "off", "report"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one request showed of a device's browser."""

    sitting_id: uuid.UUID
    lease_id: uuid.UUID
    finding: Finding
    way: Way
    path: str
    at: datetime


def can_set(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_plan(actor, sitting.unit_id)
    if allowed and sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không đổi thiết đặt Safe Exam Browser nữa.")
    return allowed


def prepare(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    *,
    public_origin: str,
    password: str,
    quit_password: str,
    now: datetime,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> SafeExamBrowserSetting:
    """A new file with a new key; from now on the devices are held against this one."""
    require(can_set(actor, sitting))
    origin = normal_origin(public_origin)
    settings = sitting_settings(origin, quit_password=quit_password, random_bytes=random_bytes)
    data = seb_file.write_with_password(settings, password, random_bytes=random_bytes)
    made = _append(db, actor, sitting, REPORT, origin, config_key(settings), data, now)
    audit.record(
        db, actor, "safe_exam_browser.prepared", "sitting", sitting.id, now=now,
        after={"number": made.number, "origin": origin},
    )  # fmt: skip
    return made


def switch_off(
    db: Session, actor: Actor, sitting: Sitting, *, now: datetime
) -> SafeExamBrowserSetting:
    require(can_set(actor, sitting))
    before = repository.setting_of(db, sitting.id)
    if before is None or before.mode == OFF:
        raise Conflict("Ca thi này chưa dùng Safe Exam Browser, nên không có gì để tắt.")
    made = _append(db, actor, sitting, OFF, "", "", b"", now)
    audit.record(
        db, actor, "safe_exam_browser.switched_off", "sitting", sitting.id, now=now,
        before={"number": before.number}, after={"number": made.number},
    )  # fmt: skip
    return made


def _append(
    db: Session,
    actor: Actor,
    sitting: Sitting,
    mode: str,
    origin: str,
    key: str,
    data: bytes,
    now: datetime,
) -> SafeExamBrowserSetting:
    lock_sitting(db, sitting.id, shared=False)
    before = repository.setting_of(db, sitting.id)
    made = SafeExamBrowserSetting(
        sitting_id=sitting.id,
        number=before.number + 1 if before else 1,
        mode=mode,
        origin=origin,
        config_key=key,
        file=data,
        set_by=actor.person_id,
        at=now,
    )
    db.add(made)
    db.flush()
    return made


def expectation(db: Session, sitting_id: uuid.UUID) -> Expectation | None:
    """What devices of this sitting must show; None where nothing is asked of them."""
    setting = repository.setting_of(db, sitting_id)
    if setting is None or setting.mode == OFF:
        return None
    return Expectation(setting.origin, setting.config_key)


def note(db: Session, seen: Sequence[Seen]) -> None:
    """Write down what changed since a device was last seen, and tell the room what is not right."""
    newest = repository.newest_sightings(db, {s.sitting_id for s in seen})
    last = {lease: sighting.finding for lease, sighting in newest.items()}
    candidates = repository.candidates_by_lease(db, {s.lease_id for s in seen})
    for one in seen:
        if last.get(one.lease_id) == one.finding:
            continue
        last[one.lease_id] = one.finding
        db.add(_sighting(one))
        _tell(db, one, candidates.get(one.lease_id))
    db.flush()


def _sighting(seen: Seen) -> SafeExamBrowserSighting:
    return SafeExamBrowserSighting(
        sitting_id=seen.sitting_id,
        lease_id=seen.lease_id,
        finding=seen.finding,
        way=seen.way,
        path=seen.path[:200],
        at=seen.at,
    )


def _tell(db: Session, seen: Seen, candidate_id: uuid.UUID | None) -> None:
    after = {"lease": str(seen.lease_id), "way": seen.way, "path": seen.path[:200]}
    action = f"safe_exam_browser.{seen.finding}"
    audit.record(db, None, action, "candidate", candidate_id, now=seen.at, after=after)
