"""How often and how long work stood still: a seat's own pauses, and those of its whole room. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from delivery.attempts.actions import ActionKind


class Acted(Protocol):
    """An action on an attempt or on a room."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Pause:
    """From when until when; without an end it lasts still."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Pauses:
    """All pauses of one seat or one room, in order."""

    each: tuple[Pause, ...]

    @property
    def number(self) -> int:
        return len(self.each)

    @property
    def lasts(self) -> bool:
        """Whether work stands still at this moment."""
        return any(one.until is None for one in self.each)

    def total(self, now: datetime) -> timedelta:
        """How long in all; what lasts still counts until now."""
        return sum(((one.until or now) - one.since for one in self.each), timedelta(0))


def pauses_of_seat(actions: Iterable[Acted], end: datetime | None) -> Pauses:
    """The pauses of one candidate alone: a break, a machine being seen to."""
    return _pauses(actions, ActionKind.PAUSED, ActionKind.RESUMED, end)


def pauses_of_room(actions: Iterable[Acted], end: datetime | None) -> Pauses:
    return _pauses(actions, ActionKind.ROOM_PAUSED, ActionKind.ROOM_RESUMED, end)


def _pauses(
    actions: Iterable[Acted], begins: ActionKind, ends: ActionKind, end: datetime | None
) -> Pauses:
    """From a beginning to the next end; what nobody ended is over when the work is (`end`)."""
    done: list[Pause] = []
    since: datetime | None = None
    for action in sorted(actions, key=lambda one: one.at):
        if action.kind == begins and since is None:
            since = action.at
        elif action.kind == ends and since is not None:
            done.append(Pause(since, action.at))
            since = None
    if since is not None:
        done.append(Pause(since, end))
    return Pauses(tuple(done))
