"""A practice task as the player receives it, and what it sends. No queries, no rules.

What is right is told in `feedback` alone, and only of items whose key may be seen: `PupilItem.content`
is there only then. Everything else is drawn from the candidate's view.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from delivery.practice.models import PracticeAttempt
from delivery.practice.results import Mark
from delivery.render import seen_item, seen_stimulus
from itembank.items.candidate_view import StimulusView

from ..room.documents import Sent, SentEvent, instant
from .pupil_views import PICTURES, PupilItem, TaskPage

PART = "I"  # a task has one part; the player names places by their part


class SentAnswers(Sent):
    events: Annotated[list[SentEvent], Field(min_length=1, max_length=256)]


class SentCheck(Sent):
    item: Annotated[str, StringConstraints(max_length=80)]
    value: Any


def clock_document(attempt: PracticeAttempt, is_over: bool, now: datetime) -> dict[str, Any]:
    return {
        "server_now": instant(now),
        "deadline": instant(attempt.deadline),
        "state": "submitted" if is_over else "running",
        "paused": None,
        "suspended": None,
        "messages": 0,
    }


def practice_document(
    page: TaskPage, attempt: PracticeAttempt, feedback: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """In the shape of a candidate's attempt, with what practice adds to it."""
    clock = clock_document(attempt, page.is_over, now)
    return {
        "attempt": {"ref": f"practice-{attempt.id}", "state": clock.pop("state")},
        "exam": {"title": page.seat.group.name, "subject": page.task.title, "site": ""},
        "candidate": {"number": page.seat.pupil.code, "name": page.seat.pupil.full_name},
        **clock,
        "writer": {"id": f"practice-{attempt.id}", "epoch": 1, "next_seq": 1},
        **_paper(page),
        "responses": {str(i.place.id): {"value": i.value, "flagged": False} for i in page.items},
        "receipt": receipt_document(page, attempt) if page.is_over else None,
        "practice": {"checks_at_once": page.checks_at_once, "feedback": feedback},
    }


def _paper(page: TaskPage) -> dict[str, Any]:
    shared: dict[str, StimulusView] = {}
    for item in page.items:
        if item.seen.stimulus and item.stimulus:
            shared.setdefault(item.seen.stimulus, item.stimulus)
    refs = {name: f"s{n}" for n, name in enumerate(shared, start=1)}
    return {
        "parts": [
            {"code": PART, "title": "", "instruction": "", "items": [_item(i, refs) for i in page.items]}
        ],
        "stimuli": [seen_stimulus(refs[name], view, _address) for name, view in shared.items()],
    }  # fmt: skip


def _item(item: PupilItem, refs: dict[str, str]) -> dict[str, Any]:
    return {
        "ref": str(item.place.id),
        "number": item.place.position,
        "points": "1",
        **seen_item(item.seen, refs, _address),
    }


def _address(sha256: str) -> str:
    return PICTURES + sha256


def receipt_document(page: TaskPage, attempt: PracticeAttempt) -> dict[str, Any]:
    ended = attempt.submitted_at or attempt.deadline
    return {
        "code": "",
        "answered": page.n_answered,
        "total": page.n_items,
        "submitted_at": instant(ended),
        "automatic": attempt.submitted_at is None,
    }


def feedback_document(mark: Mark, told: str) -> dict[str, Any]:
    return {"verdict": _verdict(mark), "told": told}


def _verdict(mark: Mark) -> str:
    if mark.share is None:
        return "read"
    return "right" if mark.is_right else "part" if mark.share else "wrong"


def place_named(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None
