"""The job `demo_cohort`: a simulated cohort sits the demo paper, is scored and calibrated.

Some candidates come over HTTP as real clients; the rest go through the same service functions. A
job that was interrupted goes on where it stopped: whoever has handed in is left alone.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts import devices, service
from delivery.attempts import repository as attempts
from delivery.attempts.saves import Change
from delivery.results import repository as results
from delivery.results import service as scoring
from delivery.sittings import repository as sittings_repository
from delivery.sittings import service as sittings
from delivery.sittings.models import Candidate, Sitting
from itembank.errors import msg
from itembank.forms import repository as forms
from itembank.items.content import ItemContent
from itembank.people import repository as people
from itembank.permissions import Actor

from ..auth import passwords
from ..jobs import queue
from ..jobs.calibration_plan import CalibrationPlan
from ..jobs.models import Job
from ..jobs.worker import Cancelled, Context
from ..settings import Settings, sqlite_file
from ..web import system_clock
from .client import Answer, CandidateClient
from .declaration import ask_for_declaration
from .load import FORM_CODE
from .names import roster_csv
from .responses import respond
from .true_model import TrueCohort, draw_cohort

KIND = "demo_cohort"
KEY = "demo_cohort"
TITLE = "Thi thử tốt nghiệp THPT · Toán · 2 000 thí sinh mô phỏng"
SEED = 2026
COUNCIL = "05"
MOST_OVER_HTTP = 200
HTTP_CLIENTS = 4
ENDS_WITHIN = 12.0  # seconds after its last answer the program tells its jobs to stop
SAVES_PER_CLIENT = 4
BATCH = 10
CODES_AT_ONCE = 20
MINUTES = 90
RESUMED = "Tiếp tục đợt mô phỏng bị ngắt"


def ask_for_cohort(
    db: Session, *, address: str, size: int, now: datetime, over_http: int = MOST_OVER_HTTP
) -> Job:
    """Queue the cohort, once for a database. One that broke off is taken up at the new address."""
    inputs = {"address": address, "size": size, "seed": SEED, "over_http": over_http}
    job = queue.ask(db, None, KIND, msg("Thí sinh mô phỏng vào thi"), inputs, now=now, key=KEY)
    if job.state != "done":
        job.inputs = {**job.inputs, "address": address}
        job.state, job.attempts, job.error = "waiting", 0, None
    return job


@dataclass(frozen=True, slots=True)
class Cohort:
    """The sitting, its candidates in the order of their numbers, and what is true of them."""

    sitting_id: uuid.UUID
    form_id: uuid.UUID
    places: tuple[uuid.UUID, ...]
    contents: tuple[ItemContent, ...]
    candidates: tuple[tuple[uuid.UUID, str], ...]
    truth: TrueCohort
    seed: int

    def values(self, index: int) -> list[Any]:
        """The responses of one candidate; the same every time they are asked for."""
        rng = np.random.default_rng([self.seed, index])
        return respond(self.contents, self.truth.categories[index].tolist(), rng)


def cohort_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Roster, papers, scores, and a first calibration."""
    context.report(0.0, msg("Lập danh sách thí sinh mô phỏng"))
    with context.database.write() as db:
        cohort = prepare(db, int(inputs["size"]), int(inputs["seed"]), now=system_clock())
    write_truth(truth_file(context.settings), cohort)
    ahead = min(int(inputs["over_http"]), len(cohort.candidates))
    _sit_over_http(context, cohort, range(ahead), str(inputs["address"]))
    _sit_directly(context, cohort, range(ahead, len(cohort.candidates)))
    _score(context, cohort)
    return _hand_over(context, cohort)


# --- before -------------------------------------------------------------------------------------


def prepare(db: Session, size: int, seed: int, *, now: datetime) -> Cohort:
    """The cohort's own sitting of the demo form, open, with its roster. Found again, not doubled."""
    rng = np.random.default_rng(seed)
    roster = roster_csv(size, COUNCIL, rng)
    sitting = db.scalars(select(Sitting).where(Sitting.title == TITLE)).first()
    if sitting is None:
        sitting = _plan(db, _officer(db), roster, now)
    entries = forms.entries(db, sitting.form_id)
    contents = tuple(entry.content for entry in entries)
    labels = [entry.place.label for entry in entries]
    candidates = sittings_repository.candidates(db, sitting.id)
    return Cohort(
        sitting_id=sitting.id,
        form_id=sitting.form_id,
        places=tuple(entry.place.id for entry in entries),
        contents=contents,
        candidates=tuple((c.id, c.number) for c in sorted(candidates, key=lambda c: c.number)),
        truth=draw_cohort(list(zip(labels, contents, strict=True)), len(candidates), rng),
        seed=seed,
    )


def _officer(db: Session) -> Actor:
    person = people.person_by_username(db, "totchuc")
    assert person is not None, "the demo province is loaded first"
    return people.load_actor(db, person)


def _plan(db: Session, officer: Actor, roster: bytes, now: datetime) -> Sitting:
    form = forms.form_by_code(db, FORM_CODE)
    unit = people.unit_by_code(db, "SO-HP")
    assert form is not None and unit is not None, "the demo province is loaded first"
    sitting = sittings.create_sitting(
        db,
        officer,
        form=form,
        title=TITLE,
        unit=unit,
        starts_at=now + timedelta(minutes=1),
        minutes=MINUTES,
        late_minutes=None,  # a visitor may come at any time
        openers=1,  # and has nobody to open with
        now=now,
    )
    candidates = sittings.import_roster(db, officer, sitting, roster, now=now)
    _issue(db, officer, sitting, candidates[:1], now)  # a sitting opens when codes are out
    return sittings.open_sitting(db, officer, sitting, now=now)


def _issue(
    db: Session, officer: Actor, sitting: Sitting, candidates: Sequence[Candidate], now: datetime
) -> dict[uuid.UUID, str]:
    issued = sittings.issue_codes(
        db,
        officer,
        sitting,
        candidates,
        new_code=passwords.new_code,
        hash_code=passwords.hash_code,
        now=now,
    )
    return {one.candidate.id: one.code for one in issued}


def truth_file(settings: Settings) -> Path:
    file = sqlite_file(settings.database_url)
    return (file.parent if file else Path("var")) / "demo-truth.json"


def write_truth(file: Path, cohort: Cohort) -> None:
    numbers = [number for _, number in cohort.candidates]
    document = cohort.truth.as_document(numbers, seed=cohort.seed, form=FORM_CODE)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- over HTTP ----------------------------------------------------------------------------------


def _sit_over_http(context: Context, cohort: Cohort, ahead: range, address: str) -> None:
    """The first candidates sign in at the served address, a few at a time."""
    codes = _codes_for(context, cohort, ahead)
    waiting = [i for i in ahead if cohort.candidates[i][0] in codes]
    with ThreadPoolExecutor(HTTP_CLIENTS) as clients:
        for start in range(0, len(waiting), 2 * HTTP_CLIENTS):
            some = waiting[start : start + 2 * HTTP_CLIENTS]
            try:
                list(clients.map(lambda i: _one_client(cohort, i, codes, address), some))
            except httpx.TransportError:
                # The server they work with is this very program: when it ends, it goes first.
                if context.stopping.wait(ENDS_WITHIN):
                    raise Cancelled from None
                raise
            done = start + len(some)
            context.report(
                0.05 + 0.35 * done / len(waiting),
                msg("{n} thí sinh đã thi qua trình duyệt mô phỏng", n=done),
            )


def _one_client(cohort: Cohort, index: int, codes: Mapping[uuid.UUID, str], address: str) -> None:
    candidate_id, number = cohort.candidates[index]
    with CandidateClient(address) as client:
        client.sign_in(number, codes[candidate_id])
        client.start()
        given = _changes(cohort, index)
        per_save = -(-len(given) // SAVES_PER_CLIENT)
        for start in range(0, len(given), per_save):
            client.save(Answer(str(i), value) for i, value in given[start : start + per_save])
        client.submit()


def _codes_for(context: Context, cohort: Cohort, ahead: range) -> dict[uuid.UUID, str]:
    """A fresh code for everybody who has not handed in. Hashing is slow, so a few at a time."""
    codes: dict[uuid.UUID, str] = {}
    for start in range(0, len(ahead), CODES_AT_ONCE):
        some = ahead[start : start + CODES_AT_ONCE]
        with context.database.write() as db:
            officer, sitting = _officer(db), db.get_one(Sitting, cohort.sitting_id)
            waiting = _waiting(db, cohort, some)
            known = [c for c in waiting if c.code_hash is not None]
            codes |= {c.id: _code_again(db, officer, sitting, c) for c in known}
            fresh = [c for c in waiting if c not in known]
            if fresh:
                codes |= _issue(db, officer, sitting, fresh, system_clock())
        context.report(0.05 * some.stop / len(ahead), msg("Phát mã vào phòng thi"))
    return codes


def _code_again(db: Session, officer: Actor, sitting: Sitting, candidate: Candidate) -> str:
    """A new code after an earlier try broke off; the device of that try lets go."""
    now = system_clock()
    if any(lease.ended_at is None for lease in attempts.leases_of(db, candidate.id)):
        devices.release_device(db, officer, sitting, candidate, reason=RESUMED, now=now)
    return sittings.re_issue_code(
        db,
        officer,
        sitting,
        candidate,
        reason=RESUMED,
        new_code=passwords.new_code,
        hash_code=passwords.hash_code,
        now=now,
    ).code


def _waiting(db: Session, cohort: Cohort, indices: range) -> list[Candidate]:
    """Those of these candidates who have not handed in."""
    found = []
    for i in indices:
        candidate_id, _ = cohort.candidates[i]
        attempt = attempts.attempt_of(db, candidate_id)
        if attempt is None or attempt.submitted_at is None:
            found.append(db.get_one(Candidate, candidate_id))
    return found


# --- through the services -----------------------------------------------------------------------


def _sit_directly(context: Context, cohort: Cohort, everybody: range) -> None:
    """Everybody else, some candidates a transaction, each whole or not at all."""
    for start in range(everybody.start, everybody.stop, BATCH):
        some = range(start, min(start + BATCH, everybody.stop))
        with context.database.write() as db:
            waiting = {candidate.id for candidate in _waiting(db, cohort, some)}
            for i in some:
                if cohort.candidates[i][0] in waiting:
                    _sit(db, cohort, i, now=system_clock())
        context.stopping.wait(0.01)  # people at the pages get their turn at the database
        context.report(
            0.40 + 0.50 * (some.stop / len(cohort.candidates)),
            msg("{n} thí sinh đã nộp bài", n=some.stop),
        )


def _sit(db: Session, cohort: Cohort, index: int, *, now: datetime) -> None:
    candidate = db.get_one(Candidate, cohort.candidates[index][0])
    hashed = passwords.token_hash(passwords.new_token())
    devices.sign_in(db, candidate, token_hash=hashed, device="mô phỏng", now=now)
    held = attempts.held_by(db, hashed)
    assert held is not None
    service.start(db, held, now=now)
    held = attempts.held_by(db, hashed)
    assert held is not None
    changes = [
        Change(seq, "answer", place, value, now.isoformat())
        for seq, (place, value) in enumerate(_changes(cohort, index), start=1)
    ]
    service.save_events(db, held, changes, now=now)
    service.submit(db, held, last_seq=len(changes), now=now)


def _changes(cohort: Cohort, index: int) -> list[tuple[uuid.UUID, Any]]:
    pairs = zip(cohort.places, cohort.values(index), strict=True)
    return [(place, value) for place, value in pairs if value is not None]


# --- after --------------------------------------------------------------------------------------


def _score(context: Context, cohort: Cohort) -> None:
    """Close the sitting and score everybody."""
    with context.database.write() as db:
        officer, sitting = _officer(db), db.get_one(Sitting, cohort.sitting_id)
        if sitting.state == "open":
            sittings.close_sitting(db, officer, sitting, now=system_clock())
        waiting = list(results.unscored(db, sitting.id))
    for start in range(0, len(waiting), BATCH):
        with context.database.write() as db:
            scoring.score_batch(db, waiting[start : start + BATCH], now=system_clock())
        context.stopping.wait(0.01)
        context.report(0.90 + 0.09 * start / len(waiting), msg("Đã chấm {n} bài", n=start))
    with context.database.write() as db:
        sitting = db.get_one(Sitting, cohort.sitting_id)
        scoring.note_scored(db, _officer(db), sitting, len(waiting), now=system_clock())


def _hand_over(context: Context, cohort: Cohort) -> dict[str, Any]:
    """Ask for a first calibration, so that the bank's pages have statistics to show."""
    plan = CalibrationPlan(
        form_id=cohort.form_id,
        sources=(f"sitting:{cohort.sitting_id}",),
        title="Toán, thí sinh mô phỏng",
    )
    with context.database.write() as db:
        title = msg("Hiệu chuẩn {title}", title=plan.title)
        job = queue.ask(
            db,
            None,
            "calibrate",
            title,
            plan.as_inputs(),
            now=system_clock(),
            key=f"{KEY}.calibrate",
        )
        ask_for_declaration(db, job)
    return {
        "link": "/hieu-chuan",
        "sitting_id": str(cohort.sitting_id),
        "candidates": len(cohort.candidates),
        "truth": str(truth_file(context.settings)),
    }
