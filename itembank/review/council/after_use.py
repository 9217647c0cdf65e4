"""Items that did badly in use are queued to the council by themselves, with the numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ...calibrations import repository as calibrations
from ...calibrations.models import CalibrationRun, ItemParameters
from ...items.models import Item
from . import service
from .models import CouncilCase

QUEUED = frozenset({"slope_low", "correlation_low", "rmsd_high"})  # codes of calibrations/flags.py
TOLD = ("n", "p", "point_biserial", "rmsd", "infit")


def queue_flagged(db: Session, run: CalibrationRun, *, now: datetime) -> list[CouncilCase]:
    """A case for every item of the run whose flags question the item itself."""
    opened = [_queue(db, run, row, now) for row in calibrations.items_of_run(db, run.id)]
    return [case for case in opened if case is not None]


def _queue(
    db: Session, run: CalibrationRun, row: ItemParameters, now: datetime
) -> CouncilCase | None:
    flags = [code for code in row.flags if code in QUEUED]
    item = db.get_one(Item, row.item_id)
    if not flags or item.approved_version != row.version_hash:
        return None
    detail = {
        "run": str(run.id),
        "title": run.title,
        "flags": flags,
        "statistics": {name: row.statistics[name] for name in TOLD if name in row.statistics},
    }
    return service.open_statistics(db, item, detail, now=now)
