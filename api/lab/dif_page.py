"""DIF: choose two groups, see every item, look closely at one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from delivery.results import person_groups
from itembank.calibrations import states
from itembank.calibrations.models import CalibrationRun
from itembank.permissions import Actor

from ..charts.dif import DifData, GroupCurve, dif_curves
from ..i18n import Words
from ..jobs.calibrate import plan_of_run
from ..jobs.calibration_plan import GROUPINGS
from .analysis_views import Frame, frame_of
from .tables import Table

FEWEST = 100
DIRECTIONS: Mapping[str, str] = {
    "favours_reference": "có lợi cho nhóm đối chứng",
    "favours_focal": "có lợi cho nhóm xem xét",
    "none": "–",
}
CLASS_TONES: Mapping[str, str] = {"A": "ok", "B": "warn", "C": "bad"}


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """`value` is what the form sends: grouping and group."""

    value: str
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class DifPage:
    frame: Frame
    choices: Mapping[str, Sequence[GroupChoice]]  # grouping in words -> its groups
    focal: str
    reference: str | None
    items: Sequence[Mapping[str, Any]]
    opened: Mapping[str, Any] | None
    picture: Markup | None

    @property
    def directions(self) -> Mapping[str, str]:
        return DIRECTIONS

    @property
    def tones(self) -> Mapping[str, str]:
        return CLASS_TONES

    @property
    def flagged(self) -> list[str]:
        return [i["item"] for i in self.items if _is_flagged(i)]


def _is_flagged(item: Mapping[str, Any]) -> bool:
    return item["dif_class"] in {"B", "C"} or bool(item["is_crossing"])


def dif_page(db: Session, actor: Actor, run_id: uuid.UUID, label: str, t: Words) -> DifPage:
    frame = frame_of(db, actor, run_id, states.DIF)
    options = frame.analysis.options if frame.analysis else {}
    items = frame.result.get("items", ())
    opened = _opened(items, label)
    focal, reference = options.get("focal", ""), options.get("reference") or None
    return DifPage(
        frame=frame,
        choices=_choices(db, frame.head.run),
        focal=focal,
        reference=reference,
        items=items,
        opened=opened,
        picture=_picture(opened, focal, reference or t("các nhóm còn lại"), t) if opened else None,
    )


def _opened(items: Sequence[Mapping[str, Any]], label: str) -> Mapping[str, Any] | None:
    """The item asked for, else the first that is flagged, else the first."""
    by_label = {item["item"]: item for item in items}
    flagged = next((item for item in items if _is_flagged(item)), None)
    return by_label.get(label) or flagged or next(iter(items), None)


def _choices(db: Session, run: CalibrationRun) -> dict[str, list[GroupChoice]]:
    """Groups large enough to be compared; a grouping with fewer than two is not offered."""
    counts: dict[str, dict[str, int]] = {"group": {}, "room": {}, "source": {}}
    titles = {s["source"]: s["title"] for s in run.options["sources"]}
    for source in plan_of_run(run).sources:
        kind, _, name = source.partition(":")
        read = person_groups.of_sitting if kind == "sitting" else person_groups.of_set
        for grouping, groups in read(db, uuid.UUID(name)).items():
            for group, n in groups.items():
                counts[grouping][group] = counts[grouping].get(group, 0) + n
        n_persons = next(s["n_persons"] for s in run.options["sources"] if s["source"] == source)
        counts["source"][titles[source]] = n_persons
    return {
        GROUPINGS[grouping]: [
            GroupChoice(f"{grouping}|{group}", group, n)
            for group, n in sorted(groups.items())
            if n >= FEWEST
        ]
        for grouping, groups in counts.items()
        if len(groups) > 1 and max(groups.values()) >= FEWEST
    }


def _picture(item: Mapping[str, Any], focal: str, reference: str, t: Words) -> Markup:
    names = {"reference": reference, "focal": focal}
    groups = [
        GroupCurve(names[c["group"]], c["score"], c["n"], c["observed"], c["expected"])
        for c in item["curves"]
    ]
    return dif_curves(DifData(item["item"], groups), t)


DIF_HEAD = (
    "item", "dif_class", "direction", "delta", "se_delta", "smd", "std", "p", "p_adjusted",
    "uniform_p", "crossing_p", "r2_change", "logistic_class",
)  # fmt: skip


def dif_table(page: DifPage) -> Table:
    rows = [[item[name] for name in DIF_HEAD] for item in page.items]
    return Table(f"dif-{page.frame.head.form.code}", DIF_HEAD, rows)
