"""The same data calibrated by a second program, girth, and the differences item by item.

Needs the package girth; nothing else in this library imports this module.
"""

import importlib.metadata
import json
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import girth
import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import FloatArray
from psychometrics.calibrate import calibrate
from psychometrics.calibrated_items import items_of
from psychometrics.errors import ConvergenceWarning, DataError, ModelError
from psychometrics.estimation.expected_counts import expected_counts, log_table
from psychometrics.information import expected_score
from psychometrics.quadrature import STANDARD, log_normal_weights
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.results import Calibration, Caution, ItemEstimate, item_estimate

Model = Literal["1pl", "2pl", "gpcm", "grm"]
MODELS: tuple[str, ...] = get_args(Model)
Stage = Literal["first_program", "second_program", "comparison"]

TOLERANCE = 0.1  # logits
MOST_CYCLES = 500
CURVE_RANGE = (-3.0, 3.0)
BOUND_MARGIN = 1e-3

# Where girth 0.8 looks for a slope (its sources); difficulties are looked for on ±6 by all.
SLOPE_BOUNDS: dict[str, tuple[float, float]] = {
    "1pl": (0.25, 10.0),
    "2pl": (0.2, 5.0),
    "grm": (0.2, 5.0),
    "gpcm": (0.25, 4.0),
}
DIFFICULTY_BOUND = 6.0


@dataclass(frozen=True)
class ItemComparison:
    """One item as both programs see it, D = 1 and abilities N(0, 1) in both.

    Attributes
    ----------
    first, second : ItemEstimate
        Of this library and of girth; girth gives no standard errors.
    curve_difference : float
        Largest difference of the expected score on ±3 logits, as a proportion of the item's maximum.
    is_at_bound : bool
        Whether a parameter of the second program lies where it stops looking.
    """

    first: ItemEstimate
    second: ItemEstimate
    curve_difference: float
    is_at_bound: bool

    @property
    def item(self) -> str:
        """Its label."""
        return self.first.item

    @property
    def slope_difference(self) -> float:
        """Second less first slope."""
        return self.second.a - self.first.a

    @property
    def difficulty_differences(self) -> tuple[float, ...]:
        """Second less first difficulty, threshold by threshold, in logits."""
        pairs = zip(self.second.difficulties, self.first.difficulties, strict=True)
        return tuple(second - first for second, first in pairs)

    @property
    def largest_difference(self) -> float:
        """Largest absolute difference of a parameter."""
        return max(abs(d) for d in (self.slope_difference, *self.difficulty_differences))


@dataclass(frozen=True)
class SecondOpinion:
    """Two programs on the same data.

    Attributes
    ----------
    calibration : Calibration
        This library's.
    second_program : str
        Name and version.
    second_log_likelihood : float
        At the second program's parameters, computed by this library on the same nodes as
        ``calibration.log_likelihood``: the higher of the two lies nearer the maximum.
    tolerance : float
        Largest difference of a parameter, in logits, that counts as agreement.
    cautions : tuple of Caution
        Where a convention of the second program binds.
    seconds, second_seconds : float
        Time each program took.
    """

    model: str
    calibration: Calibration
    items: tuple[ItemComparison, ...]
    second_program: str
    second_log_likelihood: float
    tolerance: float
    cautions: tuple[Caution, ...]
    seconds: float
    second_seconds: float

    @property
    def log_likelihood_difference(self) -> float:
        """Second less first log-likelihood; not above rounding where the first found the maximum."""
        return self.second_log_likelihood - self.calibration.log_likelihood

    @property
    def largest_difference(self) -> float:
        """Largest absolute difference of a parameter of any item."""
        return max(item.largest_difference for item in self.items)

    @property
    def largest_slope_difference(self) -> float:
        """Largest absolute difference of a slope."""
        return max(abs(item.slope_difference) for item in self.items)

    @property
    def largest_difficulty_difference(self) -> float:
        """Largest absolute difference of a difficulty or threshold, in logits."""
        return max(abs(d) for item in self.items for d in item.difficulty_differences)

    @property
    def common_shift(self) -> float:
        """Mean difference of all difficulties, in logits."""
        return float(np.mean([d for item in self.items for d in item.difficulty_differences]))

    @property
    def disagreements(self) -> tuple[ItemComparison, ...]:
        """Items beyond the tolerance, in their order."""
        return tuple(item for item in self.items if item.largest_difference > self.tolerance)

    @property
    def agrees(self) -> bool:
        """Whether no parameter of any item differs by more than the tolerance."""
        return not self.disagreements

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "model": self.model,
            "agrees": self.agrees,
            "tolerance": self.tolerance,
            "n_persons": self.calibration.n_persons,
            "n_items": len(self.items),
            "largest_difference": self.largest_difference,
            "largest_slope_difference": self.largest_slope_difference,
            "largest_difficulty_difference": self.largest_difficulty_difference,
            "common_shift": self.common_shift,
            "programs": [f"khaothi {self.calibration.version}", self.second_program],
            "log_likelihood": [self.calibration.log_likelihood, self.second_log_likelihood],
            "seconds": [self.seconds, self.second_seconds],
            "converged": self.calibration.converged,
            "items": [_item_to_dict(item, self.tolerance) for item in self.items],
            "cautions": [_caution_to_dict(caution) for caution in self.cautions],
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """The comparison as JSON text, also written to ``path`` where given."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text


def cross_check(
    responses: ResponseMatrix,
    model: str = "2pl",
    *,
    tolerance: float = TOLERANCE,
    missing: MissingTreatment = FOR_CALIBRATION,
    progress: Callable[[Stage], None] | None = None,
) -> SecondOpinion:
    r"""Calibrate with this library and with girth, and compare item by item.

    Both maximise a marginal likelihood with :math:`\theta \sim N(0, 1)` and :math:`D = 1`, without
    priors. Items with two categories follow the 2PL under ``gpcm`` and ``grm``.

    Parameters
    ----------
    responses : ResponseMatrix
        Groups are ignored: girth knows one population. Weights must be whole numbers, which are
        counted out as persons.
    model : {"1pl", "2pl", "gpcm", "grm"}
    tolerance : float
        Largest difference of a slope or difficulty, in logits, that counts as agreement.
    missing : MissingTreatment
        As for :func:`psychometrics.calibrate`, the same for both programs.
    progress : callable, optional
        Called with ``first_program``, ``second_program`` and ``comparison`` as each begins; an
        exception it raises cancels.

    Returns
    -------
    SecondOpinion

    Raises
    ------
    DataError
        The data cannot be calibrated, the weights are not whole, or girth returned no number.
    ModelError
        girth has no such model, or the tolerance is not positive.

    Notes
    -----
    girth integrates by Gauss-Legendre with 61 nodes on ±6 here; in place of its own ±4.5, which
    cuts off 7e-6 of the population. It solves difficulties under ``1pl``, ``2pl`` and ``grm`` from
    each item's proportions, not from the likelihood, and stops when no slope moves by 0.001 in a
    sweep. Its memory grows with persons times 61.

    References
    ----------
    Sanchez, R. (2021). girth: Item response theory estimation in Python, version 0.8.
    """
    _check(model, tolerance)
    say = progress or (lambda stage: None)
    plain = _one_population(responses.treat(missing))
    say("first_program")
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # in the result, and said as a caution
        first = calibrate(plain, model)
    seconds = time.perf_counter() - started
    say("second_program")
    started = time.perf_counter()
    second = _second_items(plain, model, first)
    second_seconds = time.perf_counter() - started
    say("comparison")
    items = tuple(_compared(a, b, model) for a, b in zip(first.items, second, strict=True))
    return SecondOpinion(
        model=model,
        calibration=first,
        items=items,
        second_program=f"girth {importlib.metadata.version('girth')}",
        second_log_likelihood=_log_likelihood(plain, replace(first, items=second)),
        tolerance=tolerance,
        cautions=(*_run_cautions(first, plain, responses, model), *_bound_cautions(items, model)),
        seconds=seconds,
        second_seconds=second_seconds,
    )


def _check(model: str, tolerance: float) -> None:
    if model == "pcm":
        raise ModelError(
            "second_program_frees_slopes",
            "girth estimates a slope for every item of its partial credit model; use gpcm, or 1pl "
            "where all items have two categories.",
            model=model,
        )
    if model not in MODELS:
        raise ModelError(
            "no_second_program",
            f"girth cannot check the model {model!r}; choose one of {', '.join(MODELS)}.",
            model=model,
            models=", ".join(MODELS),
        )
    if not tolerance > 0:
        raise ModelError(
            "tolerance_not_positive",
            f"The tolerance must be positive, not {tolerance}.",
            tolerance=tolerance,
        )


def _one_population(responses: ResponseMatrix) -> ResponseMatrix:
    """One group, every person with weight one and an observed response."""
    weights = responses.weights
    broken = np.flatnonzero(weights != np.round(weights))
    if broken.size:
        row = int(broken[0])
        raise DataError(
            "weight_not_whole",
            f"Row {row + 1} (person {responses.persons[row]!r}): girth has no weights, and "
            f"{weights[row]:g} persons cannot be counted out; use whole weights or none.",
            row=row + 1,
            person=str(responses.persons[row]),
            value=float(weights[row]),
        )
    times = np.where(responses.answered, weights, 0).astype(np.intp)
    rows = np.repeat(np.arange(responses.n_persons), times)
    return ResponseMatrix.from_arrays(
        responses.scores[rows], observed=responses.observed[rows], items=responses.items
    )


def _second_items(
    responses: ResponseMatrix, model: str, first: Calibration
) -> tuple[ItemEstimate, ...]:
    """girth's estimates in the names of this library."""
    dataset = _dataset(responses)
    estimators = {
        "1pl": girth.onepl_mml,
        "2pl": girth.twopl_mml,
        "grm": girth.grm_mml,
        "gpcm": girth.pcm_mml,
    }
    options = {
        "quadrature_bounds": (-STANDARD.limit, STANDARD.limit),
        "quadrature_n": STANDARD.n_nodes,
        "max_iteration": MOST_CYCLES,
        "use_LUT": False,
    }
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = estimators[model](dataset, options=options)
    slopes = np.broadcast_to(found["Discrimination"], len(first.items))
    difficulties = np.reshape(found["Difficulty"], (len(first.items), -1))
    return tuple(
        _second_item(ours, float(a), b)
        for ours, a, b in zip(first.items, slopes, difficulties, strict=True)
    )


def _dataset(responses: ResponseMatrix) -> NDArray[np.int64]:
    """Items by persons, categories from zero, girth's own number where nothing was observed."""
    categories = responses.scores.astype(np.int64) - responses.first_category
    return np.where(responses.observed, categories, girth.INVALID_RESPONSE).T.copy()


def _second_item(ours: ItemEstimate, slope: float, difficulties: FloatArray) -> ItemEstimate:
    reported = [slope, *difficulties[: len(ours.difficulties)].tolist()]
    if not np.isfinite(reported).all():
        raise DataError(
            "second_program_failed",
            f"girth returned no number for item {ours.item!r}; leave the item out, or use fewer items.",
            item=ours.item,
        )
    return item_estimate(
        ours.item,
        ours.model,
        reported,
        n_responses=ours.n_responses,
        first_category=ours.first_category,
    )


def _compared(first: ItemEstimate, second: ItemEstimate, model: str) -> ItemComparison:
    theta = np.linspace(*CURVE_RANGE, 61)
    curves = expected_score([first, second], theta)
    gap = np.abs(curves[:, 1] - curves[:, 0])
    low, high = SLOPE_BOUNDS[model]
    largest = max(abs(b) for b in second.difficulties)
    is_inside = (
        low + BOUND_MARGIN < second.a < high - BOUND_MARGIN
        and largest < DIFFICULTY_BOUND - BOUND_MARGIN
    )
    return ItemComparison(
        first, second, float(gap.max()) / (first.n_categories - 1), is_at_bound=not is_inside
    )


def _log_likelihood(responses: ResponseMatrix, calibration: Calibration) -> float:
    """Marginal log-likelihood at the items' parameters with abilities N(0, 1)."""
    items, coded = items_of(responses, calibration)
    table = log_table(coded, items.full, STANDARD.nodes)
    weights = log_normal_weights(STANDARD.nodes, 0.0, 0.0)[None, :]
    return expected_counts(coded, table, weights).log_likelihood


def _run_cautions(
    first: Calibration, plain: ResponseMatrix, responses: ResponseMatrix, model: str
) -> list[Caution]:
    found = (
        [] if first.converged else [Caution("not_converged", "The first program stopped early.")]
    )
    if len(responses.groups) > 1:
        message = "girth knows one population; both programs took the groups together."
        found.append(Caution("groups_taken_together", message))
    if model != "gpcm" and not plain.is_complete:
        message = (
            "girth takes difficulties from the proportions of those who saw an item; where booklets "
            "went to persons of different ability its values are biased."
        )
        found.append(Caution("second_program_uses_proportions", message))
    if model == "gpcm":
        message = "girth stops when slopes rest; a shift common to all difficulties may remain."
        found.append(Caution("second_program_stops_early", message))
    return found


def _bound_cautions(items: Sequence[ItemComparison], model: str) -> list[Caution]:
    low, high = SLOPE_BOUNDS[model]
    return [
        Caution(
            "second_program_at_bound",
            f"girth looks for slopes from {low} to {high} and difficulties on ±{DIFFICULTY_BOUND}; "
            "this item lies there.",
            item.item,
            {"low": low, "high": high, "difficulty": DIFFICULTY_BOUND},
        )
        for item in items
        if item.is_at_bound
    ]


def _item_to_dict(compared: ItemComparison, tolerance: float) -> dict[str, Any]:
    return {
        "item": compared.item,
        "model": compared.first.model,
        "a": [compared.first.a, compared.second.a],
        "b": [list(compared.first.difficulties), list(compared.second.difficulties)],
        "slope_difference": compared.slope_difference,
        "difficulty_differences": list(compared.difficulty_differences),
        "largest_difference": compared.largest_difference,
        "curve_difference": compared.curve_difference,
        "is_at_bound": compared.is_at_bound,
        "agrees": compared.largest_difference <= tolerance,
    }


def _caution_to_dict(caution: Caution) -> dict[str, Any]:
    return {"code": caution.code, "item": caution.item, "message": caution.message}
