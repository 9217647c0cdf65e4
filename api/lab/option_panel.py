"""The options of the open item: who chooses which, from the stored analysis of distractors."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.states import DISTRACTORS

from ..charts.options import OptionCurve, OptionData, option_curves
from ..i18n import Words
from .item_rows import Entry


@dataclass(frozen=True, slots=True)
class OptionPanel:
    """`result` is None while nobody has asked for the analysis."""

    result: Mapping[str, Any] | None
    picture: Markup | None

    @property
    def options(self) -> Sequence[Mapping[str, Any]]:
        return self.result["options"] if self.result else ()


def option_panel(db: Session, run_id: uuid.UUID, entry: Entry, t: Words) -> OptionPanel | None:
    """None for items that have no options."""
    if entry.kind != "choice":
        return None
    analysis = repository.newest_analysis(db, run_id, DISTRACTORS)
    found = analysis.result["items"].get(entry.row.label) if analysis else None
    return OptionPanel(found, _picture(entry.row.label, found, t) if found else None)


def _picture(label: str, found: Mapping[str, Any], t: Words) -> Markup:
    curves = [
        OptionCurve(o["option"] or t("bỏ trống"), o["is_key"], o["by_group"])
        for o in found["options"]
        if o["option"] is not None or o["n"]
    ]
    return option_curves(OptionData(label, curves, found["group_sizes"]), t)
