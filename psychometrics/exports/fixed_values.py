r"""Item parameters in the forms other programs take as fixed values.

=========  ==============================================================================================
mirt       slope-intercept: :math:`a_1 = a`; two categories :math:`d = -ab`; gpcm and nominal
           :math:`d_k` with :math:`z_k = ak_k a_1\theta + d_k`; graded :math:`d_k = -ab_k`
TAM        :math:`\xi_k = a b_k`, step by step and item by item, and :math:`B_k = k a`
ConQuest   :math:`\delta = \overline{\xi}` and :math:`\tau_k = \xi_k - \delta`, all but the last step
=========  ==============================================================================================
"""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from psychometrics.errors import DataError, ModelError
from psychometrics.exports.csv_files import neutral, write_rows
from psychometrics.exports.program_items import ProgramItem
from psychometrics.results import Calibration, ItemEstimate

PARAMETERS_HEADER = ("item", "model", "parameter", "value", "se", "first_category", "n_responses")


def write_parameters(path: str | Path, calibration: Calibration) -> None:
    """Every reported parameter with its standard error, one row each, D = 1."""
    rows = [row for item in calibration.items for row in _parameter_rows(item)]
    write_rows(path, PARAMETERS_HEADER, rows)


def _parameter_rows(item: ItemEstimate) -> list[list[object]]:
    named: list[tuple[str, float, float | None]] = []
    if item.slopes is None:
        named.append(("a", item.a, item.se.a))
    for kind in ("b", "steps", "c", "d", "slopes", "intercepts"):
        value, error = getattr(item, kind), getattr(item.se, kind)
        if isinstance(value, tuple):
            errors = error if isinstance(error, tuple) else (None,) * len(value)
            stem, first = ("b", 1) if kind in ("b", "steps") else (kind[:-1], 0)
            named += [
                (f"{stem}{k}", v, e)
                for k, (v, e) in enumerate(zip(value, errors, strict=True), start=first)
            ]
        elif value is not None:
            named.append((kind, value, error))
    ends = [item.first_category, item.n_responses]
    return [
        [neutral(item.item), item.model, name, value, "" if error is None else error, *ends]
        for name, value, error in named
    ]


def estimates_of(items: Sequence[ProgramItem], calibration: Calibration) -> list[ItemEstimate]:
    """The calibrated parameters of each exported item.

    Raises
    ------
    DataError
        An item was not calibrated, or with other categories than the data have.
    """
    known = {estimate.item: estimate for estimate in calibration.items}
    for item in items:
        estimate = known.get(item.item)
        if estimate is None:
            raise DataError(
                "unknown_item",
                f"Column {item.item!r} is not among the calibrated items; remove it, or use the "
                "calibration it belongs to.",
                column=item.item,
            )
        mine, theirs = ((thing.first_category, thing.n_categories) for thing in (item, estimate))
        if mine != theirs:
            raise DataError(
                "categories_differ",
                f"Item {item.item!r} has the categories {_span(*mine)} in the data and "
                f"{_span(*theirs)} in the calibration; fixed values need the same.",
                column=item.item,
                in_data=_span(*mine),
                in_calibration=_span(*theirs),
            )
    return [known[item.item] for item in items]


def _span(first: int, n: int) -> str:
    return f"{first}–{first + n - 1}"


def mirt_values(estimate: ItemEstimate) -> dict[str, float]:
    """Parameters by mirt's names; asymptotes as probabilities."""
    values = {"a1": estimate.a}
    if estimate.slopes is not None and estimate.intercepts is not None:
        scores = estimate.scores
        if scores is None:
            raise ModelError(
                "scoring_not_defined",
                f"Item {estimate.item!r}: the highest category does not discriminate, and mirt's "
                "scoring of the categories is not defined.",
                item=estimate.item,
            )
        values |= {f"ak{k}": score for k, score in enumerate(scores)}
        return values | {f"d{k}": d for k, d in enumerate(estimate.intercepts)}
    products = [-estimate.a * b for b in estimate.difficulties]
    if len(products) == 1:
        asymptotes = {"g": estimate.c, "u": estimate.d}
        known = {name: value for name, value in asymptotes.items() if value is not None}
        return values | {"d": products[0]} | known
    if estimate.model == "grm":
        return values | {f"d{k}": d for k, d in enumerate(products, start=1)}
    sums = [0.0, *accumulate(products)]
    return values | {f"d{k}": d for k, d in enumerate(sums)}


def tam_steps(estimate: ItemEstimate) -> list[float]:
    """TAM's xsi of one item, one a step."""
    return [estimate.a * b for b in estimate.difficulties]


def conquest_location(estimate: ItemEstimate) -> float:
    """ConQuest's item parameter: the mean of the steps."""
    steps = tam_steps(estimate)
    return sum(steps) / len(steps)


def conquest_steps(estimate: ItemEstimate) -> list[float]:
    """ConQuest's free step parameters: all but the last, which makes their sum zero."""
    centre = conquest_location(estimate)
    return [step - centre for step in tam_steps(estimate)[:-1]]
