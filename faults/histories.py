"""F08 to F10: generated histories of a bad line, in waves as group commit sees them.

Each history is one candidate with two machines. The first writes, the line duplicates, reorders,
loses and repeats what it sends; at a moment of its own the invigilator hands over to the second;
what the first still holds arrives late or in a rescue file; in the end everything is sent once more,
also after the paper was handed in. What must hold is worked out from the acknowledgements alone.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy.orm import Session

from api import migrations
from api.db import Database, connect
from benchmarks.figure import Figure, shown
from delivery.attempts import devices, late, repository, service
from delivery.attempts.repository import Held
from delivery.attempts.saves import Change, LookCloser, Refusal, Save
from delivery.attempts.saving import save_batch, save_fresh
from delivery.rescue import service as rescue
from delivery.rescue.repository import key_of
from tests.factories.attempts import (
    Room,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
)
from tests.factories.rescue import record, seal

from . import reader
from .outcome import none_of
from .servers import Postgresql

WAVE = 50
CHANGES = 6  # of each machine
WHY = "Máy hỏng giữa giờ"
Letter = tuple[uuid.UUID, int, int, str]  # writer, epoch, seq, value


@dataclass
class History:
    """One candidate: what each machine holds, what it was told, what is still on its way."""

    number: str
    first: str
    second: str
    dice: random.Random
    acked: dict[tuple[int, int], Change] = field(default_factory=dict)  # (epoch, seq)
    kept_late: set[int] = field(default_factory=set)
    receipt: str = ""
    violations: list[str] = field(default_factory=list)

    def changes(self, item: uuid.UUID) -> list[Change]:
        """What one machine will ever hold."""
        n = self.dice.randint(1, CHANGES)
        return [
            Change(seq, "answer", item, self.dice.choice("ABCD"), f"2026-11-23T06:00:0{seq}.000Z")
            for seq in range(1, n + 1)
        ]

    def on_the_line(self, changes: Sequence[Change]) -> list[list[Change]]:
        """The same changes as a bad line delivers them: in pieces, out of order, twice, or not."""
        pieces: list[list[Change]] = []
        for _ in range(self.dice.randint(1, 2 * len(changes))):
            size = self.dice.randint(1, len(changes))
            piece = self.dice.sample(list(changes), size)
            pieces += [piece] * self.dice.choice([0, 1, 1, 1, 2])
        return pieces


class Wave:
    """Many histories side by side: each step is one common transaction."""

    def __init__(self, database: Database, room: Room, histories: Sequence[History], now: datetime):
        self.database, self.room, self.histories, self.now = database, room, histories, now

    def run(self) -> None:
        with self.database.write() as db:
            first = {history.number: self._begin(db, history) for history in self.histories}
        held_by_first = {h.number: h.changes(self.room.choice) for h in self.histories}
        self._deliver(first, held_by_first, 1)
        with self.database.write() as db:
            second = {history.number: self._hand_over(db, history) for history in self.histories}
        held_by_second = {h.number: h.changes(self.room.choice) for h in self.histories}
        self._deliver(second, held_by_second, 2)
        self._all_once_more(second, held_by_second)
        self._late(held_by_first)
        self._clash(second)
        with self.database.write() as db:
            for history in self.histories:
                self._hand_in(db, history)
        self._all_once_more(second, held_by_second)
        with self.database.read() as db:
            for history in self.histories:
                self._look(db, history)

    # --- what happens ---------------------------------------------------------------------------

    def _begin(self, db: Session, history: History) -> Held:
        candidate = make_candidate(db, self.room.sitting, now=self.now, number=history.number)
        device = sign_in_device(db, candidate, history.first, now=self.now)
        service.start(db, device, now=self.now)
        return held(db, history.first)

    def _hand_over(self, db: Session, history: History) -> Held:
        candidate = held(db, history.first).candidate
        devices.sign_in(db, candidate, token_hash=history.second, device="B", now=self.now)
        devices.release_device(
            db, self.room.officer, self.room.sitting, candidate, reason=WHY, now=self.now
        )
        return held(db, history.second)

    def _deliver(self, by: dict[str, Held], holds: dict[str, list[Change]], epoch: int) -> None:
        lines = {h.number: h.on_the_line(holds[h.number]) for h in self.histories}
        for step in range(max(map(len, lines.values()))):
            at_work = [h for h in self.histories if step < len(lines[h.number])]
            self._save([(h, by[h.number], lines[h.number][step]) for h in at_work], epoch)

    def _all_once_more(self, by: dict[str, Held], holds: dict[str, list[Change]]) -> None:
        """The machine is told of every number at last; after the end, only of what it was told."""
        self._save(
            [
                (h, by[h.number], [c for c in holds[h.number] if not h.receipt or (2, c.seq) in h.acked])
                for h in self.histories
            ], 2,
        )  # fmt: skip

    def _save(self, sent: Sequence[tuple[History, Held, list[Change]]], epoch: int) -> None:
        sent = [one for one in sent if one[2]]
        saves = [Save(h.lease.token_hash, h.lease.id, tuple(c), self.now) for _, h, c in sent]
        with self.database.engine.connect() as db:
            try:
                with db.begin():
                    outcomes = save_fresh(db, saves)
            except LookCloser:
                with db.begin():
                    outcomes = save_batch(db, saves)
        for (history, _, changes), outcome in zip(sent, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                history.violations.append(f"refused: {outcome.error.code}")
            else:
                history.acked |= {(epoch, change.seq): change for change in changes}

    def _late(self, held_by_first: dict[str, list[Change]]) -> None:
        """What the first machine still holds: over the line, or in a file, and either one twice."""
        with self.database.write() as db:
            for history in self.histories:
                changes = held_by_first[history.number]
                history.dice.shuffle(changes)
                for _ in range(history.dice.randint(1, 2)):
                    self._bring_in(db, history, changes)
                history.kept_late = {c.seq for c in changes if (1, c.seq) not in history.acked}

    def _bring_in(self, db: Session, history: History, changes: Sequence[Change]) -> None:
        device = held(db, history.first)
        if history.dice.random() < 0.5:
            late.keep_late(db, device, changes, now=self.now)
            return
        attempt = attempt_of(device)
        records = [{**record(device.lease.id, 1, c.seq, c.item, c.value)} for c in changes]
        for written, change in zip(records, changes, strict=True):
            written["event"]["client_at"] = change.client_at
        file = seal(key_of(db, attempt), attempt.id, history.number, records)
        rescue.merge(db, self.room.officer, self.room.sitting, file, now=self.now)

    def _clash(self, second: dict[str, Held]) -> None:
        """The same number with other bytes must be refused, and change nothing."""
        for history in self.histories[:: WAVE // 10]:
            device, old = second[history.number], history.acked[2, 1]
            other = Change(1, "answer", old.item, "D" if old.value != "D" else "A", old.client_at)
            save = Save(device.lease.token_hash, device.lease.id, (other,), self.now)
            with self.database.engine.begin() as db:
                (outcome,) = save_batch(db, [save])
            if not isinstance(outcome, Refusal):
                history.violations.append("a clash was taken")

    def _hand_in(self, db: Session, history: History) -> None:
        device = held(db, history.second)
        last = max((seq for epoch, seq in history.acked if epoch == 2), default=0)
        history.receipt = service.submit(db, device, last_seq=last, now=self.now).code
        again = service.submit(db, device, last_seq=last, now=self.now).code
        if again != history.receipt:
            history.violations.append("two receipts")

    # --- what must hold -------------------------------------------------------------------------

    def _look(self, db: Session, history: History) -> None:
        """I2: what counts is the acknowledged change of the highest (epoch, seq)."""
        attempt = attempt_of(held(db, history.second))
        newest = history.acked[max(history.acked)]
        if repository.effective_responses(db, attempt.id) != {newest.item: newest.value}:
            history.violations.append("another answer counts")


def run_histories(database: Database, n: int, *, seed: int = 9) -> list[History]:
    """`n` histories on this database."""
    now = datetime.now(UTC)
    with database.write() as db:
        room = make_room(db, now=now)
    done: list[History] = []
    while len(done) < n:
        first = len(done)
        wave = [_history(seed, first + k) for k in range(min(WAVE, n - first))]
        Wave(database, room, wave, now).run()
        done += wave
    return done


def _history(seed: int, n: int) -> History:
    return History(f"98{n:06d}", f"a-{seed}-{n}", f"b-{seed}-{n}", random.Random(f"{seed}/{n}"))


def violations(url: str, done: Sequence[History]) -> list[str]:
    """I1 for all of them, read by the independent reader; and what was seen on the way."""
    found = [f"{history.number}: {what}" for history in done for what in history.violations]
    counted, kept = reader.changes_by_candidate(url)
    for history in done:
        acked = {place: _stored(change) for place, change in history.acked.items()}
        if counted.get(history.number, {}) != acked:
            found.append(f"{history.number}: stored is not acknowledged")
        if {seq for _, seq in kept.get(history.number, {})} != history.kept_late:
            found.append(f"{history.number}: late is not what was brought in")
    return found


def _stored(change: Change) -> tuple[uuid.UUID, bytes, str]:
    return change.item, json.dumps(change.value).encode(), change.client_at


def histories(n: int) -> Iterator[Figure]:
    """Half of them on each database, side by side."""
    url = f"sqlite:///{Path(mkdtemp(prefix='khaothi-faults-'))}/khaothi.db"
    with (
        Postgresql().running() as server,
        ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool,
    ):
        halves = [
            pool.submit(_figures, "SQLite", url, n // 2),
            pool.submit(_figures, "PostgreSQL", server.url, n - n // 2),
        ]
        for half in halves:
            yield from half.result()


def _figures(name: str, url: str, n: int) -> list[Figure]:
    database = connect(url)
    migrations.upgrade(database)
    done = run_histories(database, n)
    found = violations(url, done)
    database.dispose()
    title = f"F08–F10, F50 histories of a bad line, {name}"
    return [
        shown(title, len(done), "histories"),
        shown(f"{title}: acknowledged changes", sum(len(h.acked) for h in done), "changes"),
        none_of(f"{title}: violations", len(found), "violations"),
    ]
