"""An inspector opens a sitting to look: allowed or not, and noted each time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from itembank import audit
from itembank.permissions import Actor, require

from .rules import can_inspect


class Opened(StrEnum):
    """What was looked at."""

    ROOM = "room"
    MACHINES = "machines"


def open_for_inspection(
    db: Session, actor: Actor, sitting: Sitting, what: Opened, room: str, *, now: datetime
) -> None:
    require(can_inspect(actor, sitting))
    after = {"what": what, "room": room}
    audit.record(db, actor, "sitting.inspected", "sitting", sitting.id, now=now, after=after)
