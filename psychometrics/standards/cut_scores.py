"""Cut scores as a panel of judges sets them, with their errors and what they would mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.equating.frequencies import ScoreFrequencies
from psychometrics.errors import DataError, ModelError

MEDIAN_INFLATION = float(np.sqrt(np.pi / 2.0))  # standard error of a normal median over a mean's


@dataclass(frozen=True)
class JudgedCut:
    """One cut score from several judges.

    Attributes
    ----------
    value : float
        Mean (or median, where the procedure takes it) over judges.
    sd : float
        Between judges, n - 1.
    se : float
        Of ``value``: sd / sqrt(n) for a mean, 1.2533 times that for a median; where judges sat at
        tables, from the spread of the tables' means.
    by_judge : tuple of float
    """

    value: float
    median: float
    sd: float
    se: float
    n_judges: int
    by_judge: tuple[float, ...]
    n_tables: int | None = None


def judged_cut(
    by_judge: ArrayLike, *, take_median: bool = False, tables: Sequence[str] | None = None
) -> JudgedCut:
    """Summarise the judges' cut scores.

    Parameters
    ----------
    by_judge : (n_judges,)
    take_median : bool
        Whether the panel's cut is the median rather than the mean.
    tables : (n_judges,) labels, optional
        Judges who discussed together; the error then comes from the tables.

    Raises
    ------
    DataError
        Fewer than two judges (or tables), or a cut that is not finite.
    """
    cuts = np.asarray(by_judge, dtype=np.float64)
    if cuts.ndim != 1 or len(cuts) < 2 or not np.isfinite(cuts).all():
        raise DataError("too_few_judges", "Give the finite cut scores of at least two judges.")
    median, mean, sd = float(np.median(cuts)), float(cuts.mean()), float(cuts.std(ddof=1))
    inflation = MEDIAN_INFLATION if take_median else 1.0
    se, n_tables = sd / np.sqrt(len(cuts)), None
    if tables is not None:
        se, n_tables = _error_of_tables(cuts, tables)
    return JudgedCut(
        value=median if take_median else mean,
        median=median,
        sd=sd,
        se=float(inflation * se),
        n_judges=len(cuts),
        by_judge=tuple(cuts.tolist()),
        n_tables=n_tables,
    )


def _error_of_tables(cuts: FloatArray, tables: Sequence[str]) -> tuple[float, int]:
    if len(tables) != len(cuts):
        raise DataError("lengths_differ", f"{len(tables)} tables for {len(cuts)} judges.")
    names, table = np.unique(np.asarray(tables, dtype=str), return_inverse=True)
    if len(names) < 2:
        raise DataError("too_few_judges", "The error of tables needs at least two tables.")
    means = np.bincount(table, weights=cuts) / np.bincount(table)
    return float(means.std(ddof=1) / np.sqrt(len(names))), len(names)


@dataclass(frozen=True)
class ImpactRow:
    """What one set of cuts would mean for the persons tested.

    Attributes
    ----------
    shift : float
        Standard errors the cuts are moved by.
    cuts : tuple of float
    at_or_above : tuple of float
        Share of persons at or above each cut.
    in_level : tuple of float
        Share in each level, the lowest first.
    """

    shift: float
    cuts: tuple[float, ...]
    at_or_above: tuple[float, ...]
    in_level: tuple[float, ...]


def impact(
    scores: ScoreFrequencies,
    cuts: Sequence[JudgedCut | float],
    *,
    shifts: Sequence[float] = (-2.0, -1.0, 0.0, 1.0, 2.0),
) -> tuple[ImpactRow, ...]:
    """Shares of persons in each level at the cuts, and at cuts moved by their standard errors.

    Parameters
    ----------
    scores : ScoreFrequencies
        On the scale of the cuts. A person passes with the first possible score that is not below
        the cut.
    cuts : sequence of JudgedCut or float
        Rising. Plain numbers have no standard error and do not move.
    shifts : sequence of float
        Standard errors to move by.

    Raises
    ------
    ModelError
        The cuts do not rise.
    """
    values = np.array([cut.value if isinstance(cut, JudgedCut) else float(cut) for cut in cuts])
    errors = np.array([cut.se if isinstance(cut, JudgedCut) else 0.0 for cut in cuts])
    if not len(values) or (np.diff(values) <= 0).any():
        raise ModelError("bad_cuts", "Give at least one cut; cut scores must rise.")
    return tuple(_impact_row(scores, values + shift * errors, shift) for shift in shifts)


def _impact_row(scores: ScoreFrequencies, cuts: FloatArray, shift: float) -> ImpactRow:
    tolerance = 1e-9 * scores.step
    passing = [float(scores.probability[scores.scores >= cut - tolerance].sum()) for cut in cuts]
    shares = -np.diff([1.0, *np.minimum.accumulate(passing), 0.0])
    return ImpactRow(float(shift), tuple(cuts.tolist()), tuple(passing), tuple(shares.tolist()))
