"""All asked-for methods for every item, with a class, a direction and what a picture needs."""

from dataclasses import dataclass, replace
from typing import Literal

from psychometrics.dif.classes import JODOIN_GIERL, LEVEL, EtsClass
from psychometrics.dif.common_odds import MantelHaenszel
from psychometrics.dif.curves import DifCurve, dif_curves
from psychometrics.dif.irt_results import IrtDif, IrtItem
from psychometrics.dif.logistic import LogisticDif, logistic_of_table
from psychometrics.dif.observed_score import (
    Dropped,
    Purification,
    PurificationRule,
    PurifiedMatching,
    compared_pair,
    purified_tables,
    score_dif,
)
from psychometrics.dif.polytomous import PolytomousDif
from psychometrics.dif.report_cautions import report_cautions
from psychometrics.dif.significance import Adjustment, adjusted_p
from psychometrics.dif.standardized import Standardization, Weights, standardization_of_table
from psychometrics.dif.tables import ItemTable, Matching
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Caution

Direction = Literal["favours_reference", "favours_focal", "none"]


@dataclass(frozen=True)
class DifItem:
    """DIF of one item by all observed-score methods.

    Attributes
    ----------
    n_reference, n_focal : float
        Weighted number of persons compared.
    n_missing : int
        Persons of the two groups without a response to the item, left out.
    mantel_haenszel : MantelHaenszel or None
        Of a dichotomous item.
    polytomous : PolytomousDif or None
        Of an item with more categories.
    standardization : Standardization
    logistic : LogisticDif or None
    dif_class : {"A", "B", "C"} or None
        ETS class, or that of the standardised mean difference; None where it is not determined.
    direction : {"favours_reference", "favours_focal", "none"}
        Sign of the effect, whatever its size: an item that favours the reference group is harder for
        persons of the focal group with the same score.
    p, p_adjusted : float or None
        Of the Mantel–Haenszel (corrected) or Mantel test; adjusted for the number of items.
    crossing_p, crossing_p_adjusted : float or None
        Of the logistic test of non-uniform DIF.
    is_crossing : bool
        Whether the latter is below the level and the rise of R² not negligible (0.035, Jodoin & Gierl).
    in_matching : bool
        Whether the item counts in other items' matching score.
    curves : tuple of DifCurve
        Reference group first.
    irt : IrtItem or None
        Where an IRT analysis was given.
    """

    item: str
    n_reference: float
    n_focal: float
    n_missing: int
    mantel_haenszel: MantelHaenszel | None
    polytomous: PolytomousDif | None
    standardization: Standardization
    logistic: LogisticDif | None
    dif_class: EtsClass | None
    direction: Direction
    p: float | None
    p_adjusted: float | None
    crossing_p: float | None
    crossing_p_adjusted: float | None
    is_crossing: bool
    in_matching: bool
    curves: tuple[DifCurve, ...]
    irt: IrtItem | None = None


@dataclass(frozen=True)
class DifReport:
    """DIF of every item of a test between two groups.

    Attributes
    ----------
    items : tuple of DifItem
        In the order of the columns.
    n_reference, n_focal : int
        Persons of the two groups.
    purified : PurifiedMatching
        What persons were matched on.
    cautions : tuple of Caution
        What a reader should know before using it, by code.
    """

    reference: str
    focal: str
    n_reference: int
    n_focal: int
    items: tuple[DifItem, ...]
    purified: PurifiedMatching
    level: float
    adjustment: Adjustment
    cautions: tuple[Caution, ...]

    @property
    def flagged(self) -> tuple[DifItem, ...]:
        """Items of class B or C, or with crossing DIF."""
        return tuple(i for i in self.items if i.dif_class in ("B", "C") or i.is_crossing)


def dif_report(
    responses: ResponseMatrix,
    *,
    focal: str | None = None,
    matching: Matching | None = None,
    purification: Purification = "two_step",
    drop: Dropped = "class_c",
    weights: Weights = "focal",
    level: float = LEVEL,
    adjustment: Adjustment = "benjamini_hochberg",
    irt: IrtDif | None = None,
    missing: MissingTreatment = FOR_CALIBRATION,
) -> DifReport:
    """Mantel–Haenszel, standardisation and logistic regression of every item, and a verdict.

    Parameters
    ----------
    responses, focal, matching, purification, drop, missing
        As for :func:`psychometrics.dif.mantel_haenszel`. Two-step purification that drops items of
        class C is the practice of large assessments; all methods use the purified matching score.
    weights : {"focal", "reference", "total"}
        Of standardisation.
    level : float
        Of all tests.
    adjustment : {"none", "holm", "benjamini_hochberg"}
        For the number of items; the class does not depend on it.
    irt : IrtDif, optional
        Result of :func:`psychometrics.dif.likelihood_ratio_dif` or :func:`psychometrics.dif.wald_dif`,
        to stand beside the others.

    Returns
    -------
    DifReport

    Raises
    ------
    DataError, ModelError
        No or unknown groups, unknown options or matching items.
    """
    treated = responses.treat(missing)
    pair = compared_pair(treated, focal)
    rule = PurificationRule(purification, drop, level, max_rounds=10)
    tables, purified = purified_tables(treated, pair, matching or Matching(), rule)
    merged = [table.merged(purified.matching.levels) for table in tables]
    items = [
        _item(table, own, purified, weights, level)
        for table, own in zip(tables, merged, strict=True)
    ]
    items = _with_adjusted_p(items, adjustment, level)
    tested = {} if irt is None else {own.item: own for own in irt.items}
    items = [replace(item, irt=tested.get(item.item)) for item in items]
    sizes = [int((treated.group_codes == treated.groups.index(g)).sum()) for g in pair]
    return DifReport(
        reference=pair[0],
        focal=pair[1],
        n_reference=sizes[0],
        n_focal=sizes[1],
        items=tuple(items),
        purified=purified,
        level=level,
        adjustment=adjustment,
        cautions=(
            *report_cautions(merged, purified, [i.logistic for i in items]),
            *(() if irt is None else irt.cautions),
        ),
    )


def _item(
    table: ItemTable,
    merged: ItemTable,
    purified: PurifiedMatching,
    weights: Weights,
    level: float,
) -> DifItem:
    found = score_dif(merged, level)
    logistic = logistic_of_table(table, level=level)
    n_reference, n_focal = table.sizes.sum(axis=0).tolist()
    matched = purified.matching.items
    return DifItem(
        item=table.item,
        n_reference=n_reference,
        n_focal=n_focal,
        n_missing=int(table.n_missing.sum()),
        mantel_haenszel=found if isinstance(found, MantelHaenszel) else None,
        polytomous=found if isinstance(found, PolytomousDif) else None,
        standardization=standardization_of_table(merged, weights=weights),
        logistic=logistic,
        dif_class=_class(found),
        direction=_direction(found),
        p=found.p,
        p_adjusted=None,
        crossing_p=None if logistic is None else logistic.nonuniform.likelihood_ratio.p,
        crossing_p_adjusted=None,
        is_crossing=False,
        in_matching=matched is None or table.item in matched,
        curves=dif_curves(table),
    )


def _class(found: MantelHaenszel | PolytomousDif) -> EtsClass | None:
    if isinstance(found, MantelHaenszel):
        return found.ets_class
    letters: dict[str | None, EtsClass] = {"AA": "A", "BB": "B", "CC": "C"}
    return letters.get(found.smd_class)


def _direction(found: MantelHaenszel | PolytomousDif) -> Direction:
    effect = found.smd if isinstance(found, PolytomousDif) else found.delta
    if not effect:
        return "none"
    return "favours_focal" if effect > 0 else "favours_reference"


def _with_adjusted_p(items: list[DifItem], adjustment: Adjustment, level: float) -> list[DifItem]:
    main = _adjusted([item.p for item in items], adjustment)
    crossing = _adjusted([item.crossing_p for item in items], adjustment)
    return [
        replace(
            item,
            p_adjusted=own,
            crossing_p_adjusted=crossed,
            is_crossing=crossed is not None and crossed < level and _is_sizeable(item),
        )
        for item, own, crossed in zip(items, main, crossing, strict=True)
    ]


def _is_sizeable(item: DifItem) -> bool:
    """Significance alone will not do: with several categories the regression's own misfit is enough."""
    change = 0.0 if item.logistic is None else item.logistic.nonuniform.r2_change
    return change >= JODOIN_GIERL[0]


def _adjusted(p: list[float | None], adjustment: Adjustment) -> list[float | None]:
    known = iter(adjusted_p([value for value in p if value is not None], adjustment))
    return [None if value is None else next(known) for value in p]
