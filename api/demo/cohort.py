"""The demo's cohort: simulated candidates sit the demo form, some over HTTP as real clients, the
rest through the same service functions; then the sitting is closed, scored and calibrated."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts import devices
from delivery.attempts import repository as attempts
from delivery.attempts import service as attempt_service
from delivery.attempts.models import Attempt
from delivery.results import repository as result_repository
from delivery.results import service as results
from delivery.sittings import repository as sitting_repository
from delivery.sittings import service as sittings
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms
from itembank.items.content import ItemContent
from itembank.people import repository as people
from itembank.permissions import Actor

from ..auth import passwords
from ..jobs import queue
from ..jobs.calibration_plan import CalibrationPlan
from ..jobs.models import Job
from ..jobs.worker import Context
from ..settings import sqlite_file
from ..web import system_clock
from .client import CandidateClient
from .load import FORM_CODE
from .simulation import simulate

KIND = "demo_cohort"
TITLE = "Khảo sát mô phỏng · Toán 12"
SEED = 764
OVER_HTTP = 200
CLIENTS_AT_ONCE = 4
BATCH = 20
COUNCIL = "31"
OFFICER = "totchuc"
PSYCHOMETRICIAN = "doluong"
CALIBRATION_TITLE = "Hiệu chuẩn lần 1 · Toán 12, cỡ mẫu mô phỏng"


def ask_for_cohort(db: Session, *, address: str, size: int, now: datetime) -> Job:
    """One cohort per demo: asking again gives the job that is there."""
    inputs = {"address": address, "size": size}
    return queue.ask(db, None, KIND, TITLE, inputs, now=now, key="demo-cohort")


def cohort_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the cohort; a run after an interruption goes on where the last one stopped."""
    size = int(inputs["size"])
    context.report(0.01, "Chuẩn bị danh sách thí sinh")
    with context.database.write() as db:
        sitting, contents = _sitting(db, size)
    simulated = simulate([content for _, content in contents], size, SEED)
    places = [place for place, _ in contents]
    _keep_truth(context, simulated.truth.to_json())
    answers = [dict(zip(places, row, strict=True)) for row in simulated.responses]
    _over_http(context, str(inputs["address"]), sitting.id, answers)
    _through_services(context, sitting.id, answers)
    _close_and_score(context, sitting.id)
    return {"link": f"/ca-thi/{sitting.id}/ket-qua", "candidates": size}


def _officer(db: Session) -> Actor:
    person = people.person_by_username(db, OFFICER)
    assert person is not None
    return people.load_actor(db, person)


def _sitting(db: Session, size: int) -> tuple[Sitting, list[tuple[uuid.UUID, ItemContent]]]:
    """The cohort's sitting with its roster."""
    form = forms.form_by_code(db, FORM_CODE)
    assert form is not None
    contents = [(entry.place.id, entry.content) for entry in forms.entries(db, form.id)]
    found = db.scalar(select(Sitting).where(Sitting.title == TITLE))
    if found is not None:
        return found, contents
    now, officer = system_clock(), _officer(db)
    unit = people.unit_by_code(db, "SO-HP")
    assert unit is not None
    sitting = sittings.create_sitting(
        db,
        officer,
        form=form,
        title=TITLE,
        unit=unit,
        starts_at=now + timedelta(minutes=1),
        minutes=90,
        now=now,
    )
    sittings.import_roster(db, officer, sitting, _roster(size), now=now)
    return sitting, contents


def _roster(size: int) -> bytes:
    lines = ["so_bao_danh,ho_ten,ngay_sinh,truong,phong,may"]
    for n in range(1, size + 1):
        room, seat = divmod(n - 1, 24)
        lines.append(
            f"{COUNCIL}{n:06d},Thí sinh mô phỏng {n},01/01/2009,Mô phỏng,{room + 1:02d},{seat + 1:02d}"
        )
    return "\n".join(lines).encode()


def _keep_truth(context: Context, truth: Mapping[str, Any]) -> None:
    """True parameters and abilities, beside the database file."""
    file = sqlite_file(context.settings.database_url)
    folder = file.parent if file else Path("var")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo-truth.json").write_text(json.dumps(truth), encoding="utf-8")


def _waiting(db: Session, sitting_id: uuid.UUID) -> list[Candidate]:
    """Candidates without a submitted attempt, in the roster's order."""
    query = (
        select(Candidate)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id, Attempt.submitted_at.is_(None))
        .order_by(Candidate.number)
    )
    return list(db.scalars(query))


def _index(candidate: Candidate) -> int:
    return int(candidate.number.removeprefix(COUNCIL)) - 1


Answers = Mapping[uuid.UUID, Any]


def _over_http(
    context: Context, address: str, sitting_id: uuid.UUID, answers: Sequence[Answers]
) -> None:
    """The first candidates come as real clients, a few at a time."""
    wanted = min(OVER_HTTP, len(answers))
    with context.database.write() as db:
        sitting = sitting_repository.sitting_of(db, sitting_id)
        if sitting.state != "planned":
            return  # an interrupted run: who is left comes through the services
        coming = _waiting(db, sitting_id)[:wanted]
        issued = sittings.issue_codes(
            db,
            _officer(db),
            sitting,
            coming,
            new_code=passwords.new_code,
            hash_code=passwords.hash_code,
            now=system_clock(),
        )
        sittings.open_sitting(db, _officer(db), sitting, now=system_clock())
        tickets = [(one.candidate.number, one.code, _index(one.candidate)) for one in issued]
    with ThreadPoolExecutor(CLIENTS_AT_ONCE) as pool:
        sat = [pool.submit(_sit, address, n, code, answers[i]) for n, code, i in tickets]
        for done, future in enumerate(as_completed(sat), start=1):
            future.result()
            context.report(
                0.05 + 0.35 * done / len(tickets), f"{done} / {len(tickets)} thí sinh qua mạng"
            )


def _sit(address: str, number: str, code: str, answers: Answers) -> None:
    """One candidate, from signing in to the receipt, saving after every few items."""
    given = [(str(ref), value) for ref, value in answers.items() if value is not None]
    with CandidateClient(address) as client:
        client.sign_in(number, code)
        client.start()
        for start in range(0, len(given), 6):
            client.save(dict(given[start : start + 6]))
        client.submit()


def _through_services(context: Context, sitting_id: uuid.UUID, answers: Sequence[Answers]) -> None:
    with context.database.read() as db:
        waiting = [candidate.id for candidate in _waiting(db, sitting_id)]
    for start in range(0, len(waiting), BATCH):
        with context.database.write() as db:
            for candidate_id in waiting[start : start + BATCH]:
                candidate = db.get_one(Candidate, candidate_id)
                _sit_here(db, candidate, answers[_index(candidate)])
        done = start + BATCH
        context.report(
            0.4 + 0.5 * min(1.0, done / len(waiting)),
            f"{min(done, len(waiting))} / {len(waiting)} thí sinh còn lại",
        )


def _sit_here(db: Session, candidate: Candidate, answers: Answers) -> None:
    now = system_clock()
    token = passwords.token_hash(passwords.new_token())
    devices.sign_in(db, candidate, token_hash=token, device="mô phỏng", now=now)
    held = attempts.held_by(db, token)
    assert held is not None
    attempt_service.start(db, held, now=now)
    held = attempts.held_by(db, token)
    assert held is not None
    changes = [
        attempt_service.Change(seq, "answer", place, value, now.isoformat())
        for seq, (place, value) in enumerate(
            ((p, v) for p, v in answers.items() if v is not None), start=1
        )
    ]
    attempt_service.save_events(db, held, changes, now=now)
    attempt_service.submit(db, held, last_seq=len(changes), now=now)


def _close_and_score(context: Context, sitting_id: uuid.UUID) -> None:
    context.report(0.92, "Đóng ca thi và chấm bài")
    with context.database.write() as db:
        now, officer = system_clock(), _officer(db)
        sitting = sitting_repository.sitting_of(db, sitting_id)
        if sitting.state == "open":
            attempt_service.close_room(db, officer, sitting, now=now)
            sittings.close_sitting(db, officer, sitting, now=now)
    _score(context, sitting_id)
    with context.database.write() as db:
        _ask_calibration(db, sitting_id)


def _score(context: Context, sitting_id: uuid.UUID) -> None:
    with context.database.read() as db:
        waiting = list(result_repository.unscored(db, sitting_id))
    for start in range(0, len(waiting), BATCH):
        with context.database.write() as db:
            results.score_batch(db, waiting[start : start + BATCH], now=system_clock())
        context.report(0.92 + 0.07 * start / len(waiting), "Chấm bài")


def _ask_calibration(db: Session, sitting_id: uuid.UUID) -> None:
    """A first calibration, so that items have statistics to show."""
    sitting = sitting_repository.sitting_of(db, sitting_id)
    plan = CalibrationPlan(
        form_id=sitting.form_id, sources=(f"sitting:{sitting_id}",), title=CALIBRATION_TITLE
    )
    psychometrician = people.person_by_username(db, PSYCHOMETRICIAN)
    assert psychometrician is not None
    actor = people.load_actor(db, psychometrician)
    queue.ask(
        db,
        actor,
        "calibrate",
        CALIBRATION_TITLE,
        plan.as_inputs(),
        now=system_clock(),
        key="demo-calibration",
    )
