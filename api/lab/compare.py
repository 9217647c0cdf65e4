"""Two runs beside each other: what the common items are in each, and by how much they differ."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun, ItemParameters
from itembank.errors import msg
from itembank.permissions import Actor
from psychometrics.linking import robust_z

from ..charts.scatter import Dot, ScatterData, scatter
from ..i18n import Words
from .run_page import RunHead, run_head
from .tables import Table

DRIFTED_Z = 2.7  # the lenient customary limit, see docs/methods/drift.md
LEAST_SHIFT = 0.2  # logits; a smaller one is nothing of consequence


@dataclass(frozen=True, slots=True)
class ComparedItem:
    label: str
    a: tuple[float, float]
    b: tuple[float, float]
    shift: float
    z: float | None

    @property
    def slope_shift(self) -> float:
        return self.a[0] - self.a[1]

    @property
    def is_off(self) -> bool:
        return abs(self.shift) > LEAST_SHIFT and self.z is not None and abs(self.z) > DRIFTED_Z


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the differences of difficulty, in logits."""

    n: int
    mean: float
    root_mean_square: float
    largest: float
    correlation: float | None


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`other` is None while no second run has been chosen, or there is none."""

    head: RunHead
    other: RunHead | None
    choices: Sequence[RunHead]
    rows: Sequence[ComparedItem]
    summary: Summary | None
    picture: Markup | None
    is_same: bool


def compare_page(
    db: Session, actor: Actor, run_id: uuid.UUID, other_id: uuid.UUID | None, t: Words
) -> ComparePage:
    head = run_head(db, actor, run_id)
    choices = _comparable(db, actor, head.run)
    chosen = other_id or (choices[0].run.id if choices else None)
    other = run_head(db, actor, chosen) if chosen else None
    rows = compared(db, head.run, other.run) if other else []
    return ComparePage(
        head=head,
        other=other,
        choices=choices,
        rows=rows,
        summary=_summary(rows) if rows else None,
        picture=_picture(rows, head, other, t) if rows and other else None,
        is_same=_same(head.run, other.run) if other else False,
    )


def _same(one: CalibrationRun, other: CalibrationRun) -> bool:
    ours = one.summary.get("parameters_hash")
    return ours is not None and ours == other.summary.get("parameters_hash")


def _comparable(db: Session, actor: Actor, run: CalibrationRun) -> list[RunHead]:
    """The form's other runs, the newest first, then operational runs of other forms."""
    same_form = [r.id for r in repository.runs_of_form(db, run.form_id) if r.id != run.id][::-1]
    form = run_head(db, actor, run.id).form
    elsewhere = [
        r.id
        for _, r, f in repository.declarations_in_force(db)
        if f.subject == form.subject and r.form_id != run.form_id and _common(db, run, r)
    ]
    return [run_head(db, actor, run_id) for run_id in (*same_form, *elsewhere)]


def _common(
    db: Session, run: CalibrationRun, other: CalibrationRun
) -> list[tuple[ItemParameters, ItemParameters]]:
    """Rows of the same item in both, in the first run's order."""
    theirs = {row.item_id: row for row in repository.items_of_run(db, other.id)}
    ours = repository.items_of_run(db, run.id)
    return [(row, theirs[row.item_id]) for row in ours if row.item_id in theirs]


def compared(db: Session, run: CalibrationRun, other: CalibrationRun) -> list[ComparedItem]:
    pairs = _common(db, run, other)
    shifts = [one.statistics["difficulty"] - two.statistics["difficulty"] for one, two in pairs]
    scores = robust_z(np.array(shifts)) if shifts else []
    return [
        ComparedItem(
            label=one.label,
            a=(one.estimates["a"], two.estimates["a"]),
            b=(one.statistics["difficulty"], two.statistics["difficulty"]),
            shift=shift,
            z=z,
        )
        for (one, two), shift, z in zip(pairs, shifts, scores, strict=True)
    ]


def _summary(rows: Sequence[ComparedItem]) -> Summary:
    shifts = np.array([row.shift for row in rows])
    one, two = np.array([row.b for row in rows]).T
    varies = len(rows) > 2 and one.std() > 0 and two.std() > 0
    return Summary(
        n=len(rows),
        mean=float(shifts.mean()),
        root_mean_square=float(np.sqrt((shifts**2).mean())),
        largest=float(np.abs(shifts).max()),
        correlation=float(np.corrcoef(one, two)[0, 1]) if varies else None,
    )


def _picture(rows: Sequence[ComparedItem], head: RunHead, other: RunHead, t: Words) -> Markup:
    data = ScatterData(
        dots=[Dot(row.label, row.b[1], row.b[0], row.is_off) for row in rows],
        title=msg("Độ khó ở hai lần hiệu chuẩn"),
        x_title=msg("b, {title} lần {n}", title=other.form.code, n=other.number),
        y_title=msg("b, {title} lần {n}", title=head.form.code, n=head.number),
    )
    return scatter(data, t)


def compare_table(page: ComparePage) -> Table:
    head = ("item", "a", "a_other", "b", "b_other", "b_difference", "robust_z")
    rows = [(r.label, *r.a, *r.b, r.shift, r.z) for r in page.rows]
    return Table(f"so-sanh-{page.head.form.code}", head, rows)
