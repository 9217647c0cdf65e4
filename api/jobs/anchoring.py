"""Items whose parameters are taken from an operational run and held fixed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

import psychometrics as pm
from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun, ItemParameters
from itembank.errors import msg, problem
from itembank.items.models import Item

from .calibration_data import Data
from .calibration_plan import CalibrationPlan, refused
from .estimates import Place


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Known parameters by the label the item has in the new form, and the scale they stand on."""

    scale: str
    items: Mapping[str, pm.ItemEstimate]


def anchoring_of(db: Session, plan: CalibrationPlan, data: Data) -> Anchoring | None:
    """The anchors a plan asks for.

    Raises
    ------
    Invalid
        The run is not operational, or has no item in common with the data.
    """
    if plan.anchor_run is None:
        return None
    run = repository.run_by_id(db, plan.anchor_run)
    declared = repository.declaration_of_run(db, run.id)
    if declared is None:
        raise refused([problem("anchor_run", "Chỉ neo vào kết quả chính thức; chọn lại.")])
    stored = pm.Calibration.from_dict(run.summary["calibration"])
    wanted = {label for label in plan.anchors if label not in plan.dropped}
    common = {
        here: replace(stored.item(there), item=here)
        for here, there in common_items(db, data.places, run).items()
        if here not in plan.dropped and (not plan.anchors or here in wanted)
    }
    if not common:
        what = msg("Đề này không có câu chung với lần hiệu chuẩn «{title}».", title=run.title)
        raise refused([problem("anchor_run", what)])
    return Anchoring(declared.scale, common)


def common_items(db: Session, places: Sequence[Place], run: CalibrationRun) -> dict[str, str]:
    """Label in the form -> label in the run, of items that are the same version in both.

    Items of external forms have no content to compare: those of the same label are the same.
    """
    rows = repository.items_of_run(db, run.id)
    by_item = {(row.item_id, row.version_hash): row.label for row in rows}
    external = _external_labels(db, rows)
    found: dict[str, str] = {}
    for place in places:
        label = by_item.get((place.item_id, place.version_hash))
        if label is None and place.version_hash is None and place.label in external:
            label = place.label
        if label is not None:
            found[place.label] = label
    return found


def _external_labels(db: Session, rows: Sequence[ItemParameters]) -> frozenset[str]:
    ids: list[uuid.UUID] = [row.item_id for row in rows]
    external = {
        item.id for item in db.query(Item).filter(Item.id.in_(ids), Item.kind == "external")
    }
    return frozenset(row.label for row in rows if row.item_id in external)
