"""Machines before the day, and the room they stand in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.allocation.models import RoomPlan
from delivery.readiness.measured import Measured
from delivery.readiness.models import RoomCode
from delivery.readiness.service import issue_room_code
from delivery.readiness.typing_check import SENTENCE
from delivery.sittings.models import Sitting
from itembank.items.content import ItemContent
from itembank.permissions import Actor

from .forms import choice_content, cluster_content, short_content

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
ROOM_CODE = "ABCDE-FGHJK"
GOOD: dict[str, Any] = {
    "machine": "0" * 31 + "1", "width": 1366, "height": 768, "latency_ms": 4, "clock_ms": 300,
    "kilobits": 90_000, "store": "database", "has_room": True, "free_megabytes": 800,
    "sound_formats": ["mp3", "m4a", "ogg", "wav"], "was_heard": True, "typed": SENTENCE,
    "keys": "as_printed", "has_font": True, "draws_formulas": True, "looks_right": True,
    "safe_exam_browser": False,
}  # fmt: skip


def good_machine(**other: object) -> Measured:
    """A machine that passes everything, but for what is given otherwise."""
    return Measured.model_validate({**GOOD, **other})


def listening_paper() -> list[ItemContent]:
    """One choice that is heard, one cluster, one short answer."""
    sound = {"src": f"asset:{'a' * 64}", "transcript": "Good morning."}
    return [choice_content("A", recording=sound), cluster_content("ĐSĐS"), short_content("3,5")]


def lay_out(
    db: Session, sitting: Sitting, room: str, rows: int, columns: int, *, now: datetime
) -> None:
    db.add(
        RoomPlan(
            sitting_id=sitting.id,
            room=room,
            number=1,
            rows=rows,
            columns=columns,
            is_snake=False,
            at=now,
        )
    )
    db.flush()


def issue(
    db: Session, actor: Actor, sitting: Sitting, room: str = "03", *,
    now: datetime, code: str = ROOM_CODE, needs_sound: bool = False,
) -> RoomCode:  # fmt: skip
    return issue_room_code(
        db, actor, sitting, room, needs_sound=needs_sound, new_code=lambda: code, now=now
    )
