"""What machines are checked for: a sitting, or one that still lies in its package at a box."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.safe_exam_browser.repository import setting_of
from delivery.safe_exam_browser.service import OFF
from delivery.sites.models import HeldPackage
from delivery.sittings.models import Sitting
from delivery.sittings.states import CLOSED
from itembank.errors import NotFound
from itembank.people.models import Unit

from . import repository
from .listening import sitting_has_listening
from .seats import RoomSeats
from .told_rooms import rooms_told


@dataclass(frozen=True, slots=True)
class Occasion:
    """One sitting, as far as its machines go. While `is_shut`, nobody knows who sits where."""

    sitting_id: uuid.UUID
    title: str
    starts_at: datetime
    site: str
    rooms: Mapping[str, RoomSeats]
    safe_exam_browser: bool
    is_shut: bool
    is_over: bool


def occasion_of(db: Session, sitting_id: uuid.UUID) -> Occasion | None:
    """The sitting itself where it is known here, or what its shut package tells of it."""
    sitting = db.get(Sitting, sitting_id)
    if sitting is not None:
        return occasion_of_sitting(db, sitting)
    held = repository.shut_package(db, sitting_id)
    return _told(held) if held else None


def occasion_of_sitting(db: Session, sitting: Sitting) -> Occasion:
    setting = setting_of(db, sitting.id)
    return Occasion(
        sitting_id=sitting.id,
        title=sitting.title,
        starts_at=sitting.starts_at,
        site=db.get_one(Unit, sitting.unit_id).name,
        rooms=repository.rooms_of(db, sitting.id),
        safe_exam_browser=setting is not None and setting.mode != OFF,
        is_shut=False,
        is_over=sitting.state == CLOSED,
    )


def occasion_of_package(db: Session, package_id: uuid.UUID) -> Occasion:
    """What a package at this box was built for, shut or open."""
    held = db.get(HeldPackage, package_id)
    found = occasion_of(db, held.sitting_id) if held else None
    if found is None:
        raise NotFound("Máy này chưa nhận gói đó; nạp tệp gói trước.")
    return found


def _told(held: HeldPackage) -> Occasion:
    """Each box prepares Safe Exam Browser for itself, once its package is open."""
    manifest = held.manifest
    return Occasion(
        sitting_id=held.sitting_id,
        title=manifest["sitting"]["title"],
        starts_at=datetime.fromisoformat(manifest["sitting"]["starts_at"]),
        site=manifest["site"]["name"],
        rooms=rooms_told(manifest.get("machines", [])),
        safe_exam_browser=False,
        is_shut=True,
        is_over=False,
    )


def has_listening(db: Session, sitting_id: uuid.UUID) -> bool | None:
    """Whether recordings are played in the sitting; None where neither paper nor package can tell."""
    sitting = db.get(Sitting, sitting_id)
    if sitting is not None:
        return sitting_has_listening(db, sitting)
    held = repository.shut_package(db, sitting_id)
    return held.manifest.get("has_listening") if held else None
