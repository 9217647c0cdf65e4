"""The job `read_items`: an uploaded file becomes rows that a person looks through and mends."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, undefer

from itembank.errors import KhaothiError, Problem, msg
from itembank.exchange.any_file import import_path
from itembank.exchange.found import ImportReport, Placement, Progress, RefusedPart
from itembank.imports import service
from itembank.imports.models import ImportBatch
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor

from ..web import system_clock
from . import queue
from .models import Job
from .worker import Context

KIND = "read_items"
AT_ONCE = 50
READ_SHARE = 0.6  # of the whole work, roughly, is reading the file


def ask_reading(db: Session, actor: Actor, batch: ImportBatch, *, now: datetime) -> Job:
    """Queue the reading of an upload, in the caller's transaction."""
    title = msg("Đọc tệp {name}", name=batch.file_name)
    job = queue.ask(db, actor, KIND, title, {"batch_id": str(batch.id)}, now=now)
    batch.job_id = job.id
    return job


@dataclass(frozen=True, slots=True)
class _Upload:
    file_name: str
    form: str
    source: bytes
    placement: Placement


def read_items_job(context: Context, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Read the file, then store its items chunk by chunk. A run after a break starts again."""
    batch_id = uuid.UUID(inputs["batch_id"])
    link = f"/ngan-hang/nhap/{batch_id}"
    with context.database.read() as db:
        batch = _batch(db, batch_id)
        if batch.source is None:
            return {"link": link}
        placement = Placement(batch.subject, batch.grade)
        upload = _Upload(batch.file_name, batch.format, batch.source, placement)
    context.report(0.02, msg("Đang đọc tệp"))

    def told(share: float) -> None:
        context.report(max(0.02, READ_SHARE * share), msg("Đang đọc tệp"))

    report = _read(upload, told)
    _store(context, batch_id, report)
    return {"items": len(report.items), "link": link}


def _batch(db: Session, batch_id: uuid.UUID) -> ImportBatch:
    return db.get_one(ImportBatch, batch_id, options=[undefer(ImportBatch.source)])


def _read(upload: _Upload, progress: Progress) -> ImportReport:
    """The report; a file that cannot be read at all is a report without items."""
    suffix = Path(upload.file_name).suffix.lower()[:8]
    with tempfile.TemporaryDirectory(prefix="khaothi-nhap-") as folder:
        file = Path(folder) / f"tep{suffix}"
        file.write_bytes(upload.source)
        try:
            return import_path(file, upload.form, upload.placement, progress)
        except KhaothiError as error:
            return ImportReport(refused=(RefusedPart(msg("Cả tệp"), error.message),))


def _store(context: Context, batch_id: uuid.UUID, report: ImportReport) -> None:
    with context.database.write() as db:
        service.forget_items(db, db.get_one(ImportBatch, batch_id))
    total = len(report.items)
    for start in range(0, total, AT_ONCE):
        with context.database.write() as db:
            batch = db.get_one(ImportBatch, batch_id)
            chunk = report.items[start : start + AT_ONCE]
            service.add_items(db, _actor(db, batch), batch, chunk, now=system_clock())
        done = min(total, start + AT_ONCE)
        context.report(
            READ_SHARE + (1 - READ_SHARE) * done / total,
            msg("{done} / {total} câu", done=done, total=total),
        )
    refused = [Problem(part.where, part.why) for part in report.refused]
    with context.database.write() as db:
        batch = db.get_one(ImportBatch, batch_id)
        service.close_reading(db, batch, refused, now=system_clock())


def _actor(db: Session, batch: ImportBatch) -> Actor:
    return people.load_actor(db, db.get_one(Person, batch.person_id))
