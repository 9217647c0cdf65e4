"""Random histories of a room against a model that counts time its own way.

The model keeps what is left of the time and takes away what passes while nothing holds the attempt;
the program keeps a deadline and moves it. A save is taken exactly when the model says so, what is
left agrees to the microsecond, and every acknowledged save is there at the end, byte for byte.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from delivery.attempts import action_log, devices, repository, room_invigilation, service
from delivery.attempts import invigilation as verbs
from delivery.attempts.acting import clock_of
from delivery.attempts.actions import Clock, after
from delivery.attempts.errors import (
    AttemptPaused,
    AttemptSubmitted,
    AttemptSuspended,
    DeadlinePassed,
    WriterReplaced,
)
from delivery.attempts.replay import value_bytes
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
)
from tests.factories.forms import make_actor

HISTORIES = 12
STEPS = 40
GRACE = timedelta(seconds=10)
WHY = "Ghi lại trong lịch sử ngẫu nhiên"
REFUSALS = (AttemptPaused, AttemptSuspended, AttemptSubmitted, DeadlinePassed, WriterReplaced)


@dataclass
class Model:
    """One candidate's time, counted down."""

    left: timedelta
    holds: set[str] = field(default_factory=set)
    over: bool = False
    suspended: bool = False
    has_device: bool = True
    acked: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def passes(self, time: timedelta) -> None:
        if not self.holds and not self.over:
            self.left -= time

    @property
    def takes_saves(self) -> bool:
        works = self.has_device and not self.holds and not self.over and not self.suspended
        return works and self.left >= -GRACE


class Story:
    """The candidate, the room and the model, moved together."""

    def __init__(self, db, room, second, candidate, dice: random.Random, now: datetime) -> None:
        self.db, self.room, self.second, self.dice, self.now = db, room, second, dice, now
        self.candidate = candidate
        self.model = Model(timedelta(minutes=90))
        self.machine, self.seq = self._machine(0), 0
        device = sign_in_device(db, candidate, self.machine, now=now)
        self.started = service.start(db, device, now=now).started_at

    def _machine(self, n: int) -> str:
        return f"{self.candidate.number}-{n}"

    @property
    def desk(self):
        return self.db, self.room.officer, self.room.sitting

    def step(self) -> None:
        time = timedelta(seconds=self.dice.choice([0, 1, 7, 60, 400, 900]))
        self.now += time
        self.model.passes(time)
        self.dice.choice(
            [self.save, self.save, self.save, self.pause, self.resume, self.room_stops,
             self.room_goes_on, self.extend, self.credit, self.change_machine, self.sign_in,
             self.ask, self.refuse, self.suspend, self.submit, self.sweep]
        )()  # fmt: skip
        self.check_clock()

    # --- what may happen; each does to the model what the rules say ---------------------------

    def save(self) -> None:
        self.seq += 1
        value = self.dice.choice("ABCD")
        device = held(self.db, self.machine)
        try:
            service.save_events(
                self.db, device, [answer(self.seq, self.room.choice, value)], now=self.now
            )
        except REFUSALS:
            assert not self.model.takes_saves
        else:
            assert self.model.takes_saves
            self.model.acked[self.machine, self.seq] = value_bytes(value)

    def open_to_actions(self) -> bool:
        return not self.model.over and not self.model.suspended

    def pause(self) -> None:
        if self.open_to_actions() and "seat" not in self.model.holds:
            verbs.pause(*self.desk, self.candidate, reason=WHY, now=self.now)
            self.model.holds.add("seat")

    def resume(self) -> None:
        if self.open_to_actions() and "seat" in self.model.holds:
            verbs.resume(*self.desk, self.candidate, now=self.now)
            self.model.holds.discard("seat")

    def room_stops(self) -> None:
        room_invigilation.pause_room(*self.desk, self.candidate.room, reason=WHY, now=self.now)
        if self.open_to_actions():
            self.model.holds.add("room")

    def room_goes_on(self) -> None:
        if action_log.room_is_paused(self.db, self.room.sitting.id, self.candidate.room):
            room_invigilation.resume_room(*self.desk, self.candidate.room, now=self.now)
            if self.open_to_actions():
                self.model.holds.discard("room")

    def extend(self) -> None:
        if self.open_to_actions():
            verbs.extend(*self.desk, self.candidate, minutes=3, reason=WHY, now=self.now)
            self.model.left += timedelta(minutes=3)

    def credit(self) -> None:
        if self.open_to_actions():
            verbs.credit(*self.desk, self.candidate, seconds=41, reason=WHY, now=self.now)
            self.model.left += timedelta(seconds=41)

    def change_machine(self) -> None:
        if self.model.has_device:
            devices.release_device(*self.desk, self.candidate, reason=WHY, now=self.now)
            self.model.has_device = False
            if self.open_to_actions():
                self.model.holds.add("device")

    def sign_in(self) -> None:
        if not self.model.has_device:
            self.machine, self.seq = self._machine(self.dice.randrange(10**9)), 0
            sign_in_device(self.db, self.candidate, self.machine, now=self.now)
            self.model.has_device = True
            if self.open_to_actions():
                self.model.holds.discard("device")

    def ask(self) -> None:
        can_ask = self.open_to_actions() and "suspension" not in self.model.holds
        if can_ask and self.dice.random() < 0.5:
            verbs.ask_suspension(*self.desk, self.candidate, reason=WHY, now=self.now)
            self.model.holds.add("suspension")

    def refuse(self) -> None:
        if self.open_to_actions() and "suspension" in self.model.holds:
            verbs.refuse_suspension(*self.desk, self.candidate, reason=WHY, now=self.now)
            self.model.holds.discard("suspension")

    def suspend(self) -> None:
        asked = self.open_to_actions() and "suspension" in self.model.holds
        if asked and self.dice.random() < 0.3:
            verbs.suspend(self.db, self.second, self.room.sitting, self.candidate, now=self.now)
            self.model.suspended = True

    def submit(self) -> None:
        if self.dice.random() > 0.15 or not self.model.has_device:
            return
        device = held(self.db, self.machine)
        try:
            service.submit(self.db, device, last_seq=0, now=self.now)
        except (AttemptPaused, AttemptSuspended):
            assert self.model.holds or self.model.suspended
        else:
            assert self.model.over or not (self.model.holds or self.model.suspended)
            self.model.over = True

    def sweep(self) -> None:
        service.close_overdue(self.db, now=self.now, sitting=self.room.sitting)
        due = not self.model.holds and self.model.left < -GRACE
        self.model.over = self.model.over or (due and not self.model.suspended)

    # --- what must be true --------------------------------------------------------------------

    def attempt(self):
        found = repository.attempt_of(self.db, self.candidate.id)
        self.db.refresh(found)
        return found

    def check_clock(self) -> None:
        attempt = self.attempt()
        assert (attempt.submitted_at is not None) == self.model.over
        assert (attempt.suspended_at is not None) == self.model.suspended
        if not self.model.over:
            assert clock_of(attempt).remaining(self.now) == self.model.left

    def check_end(self) -> None:
        attempt = self.attempt()
        events = repository.events_of(self.db, attempt.id)
        names = {lease.id: lease.token_hash for lease in self.leases()}
        there = {(names[event.writer_id], event.seq): event.value for event in events}
        assert there == self.model.acked
        clock = Clock(deadline=self.started + timedelta(minutes=90))
        for row in action_log.actions_of(self.db, self.candidate.id):
            clock = after(clock, row.kind, row.seconds, row.at)
        assert clock == clock_of(attempt)  # the columns say what the rows say

    def leases(self):
        return repository.leases_of(self.db, self.candidate.id)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_history_ends_as_the_model_says(db, now, seed):
    room = make_room(db, now=now)
    unit = db.get_one(Unit, room.sitting.unit_id)
    second = make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)
    dice = random.Random(seed)
    stories = []
    for n in range(3):
        candidate = make_candidate(db, room.sitting, now=now, number=f"0300200{n}")
        candidate.room = f"1{n}"
        stories.append(Story(db, room, second, candidate, dice, now))
    for _ in range(STEPS):
        for story in stories:
            story.step()
    for story in stories:
        story.check_end()


def test_the_model_itself_takes_and_refuses(db, now):
    """Histories in which nothing is ever taken, or nothing refused, would prove nothing."""
    room = make_room(db, now=now)
    story = Story(db, room, room.officer, room.candidate, random.Random(1), now)
    story.save()
    story.pause()
    story.save()
    assert len(story.model.acked) == 1
    assert attempt_of(held(db, story.machine)).held_by == "seat"
