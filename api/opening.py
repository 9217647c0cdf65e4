"""Opening a sitting with one button: the first of two people asks, the second opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings import repository, rules, service
from delivery.sittings.models import Sitting, SittingAction
from delivery.sittings.shipped import site_holding
from delivery.sittings.states import OPENING_ASKED, PLANNED
from itembank.permissions import Actor


def open_or_ask(db: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> None:
    asked = repository.newest_action(db, sitting.id, OPENING_ASKED)
    held_at = site_holding(db, sitting.id)
    if rules.can_open(actor, sitting, asked, now, held_at).code == "opening_not_asked":
        service.ask_opening(db, actor, sitting, now=now)
    else:
        service.open_sitting(db, actor, sitting, now=now)


def opening_asked(db: Session, sitting: Sitting, now: datetime) -> SittingAction | None:
    """Who has asked to open, while it counts."""
    if sitting.state != PLANNED:
        return None
    asked = repository.newest_action(db, sitting.id, OPENING_ASKED)
    return asked if asked and now - asked.at <= rules.ASKING_LASTS else None
