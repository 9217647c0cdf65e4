"""How many schools and students a round needs: the effect of drawing students in clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.errors import DataError, ModelError


def design_effect(per_school: float, intraclass_correlation: float) -> float:
    r"""Variance of a mean over that of a simple random sample, :math:`1 + (m - 1)\rho`.

    Kish (1965), *Survey Sampling*, sec. 5.4.
    """
    if not (per_school >= 1 and 0.0 <= intraclass_correlation <= 1.0):
        raise ModelError(
            "design_effect_not_defined",
            f"{per_school} students a school and an intraclass correlation of "
            f"{intraclass_correlation}: at least 1 and between 0 and 1 are needed.",
        )
    return 1.0 + (per_school - 1.0) * intraclass_correlation


def effective_size(n: float, per_school: float, intraclass_correlation: float) -> float:
    """Size of the simple random sample that is as precise."""
    return n / design_effect(per_school, intraclass_correlation)


@dataclass(frozen=True)
class SamplePlan:
    """Sizes that reach a precision."""

    schools: int
    students: int
    design_effect: float
    effective_size: float
    se: float


def plan_sample(
    *,
    target_se: float,
    sd: float,
    per_school: int,
    intraclass_correlation: float,
    response_rate: float = 1.0,
) -> SamplePlan:
    """Fewest schools with which the standard error of a mean stays at or under the target.

    Parameters
    ----------
    target_se, sd : float
        In the same unit, such as points of the reporting scale.
    per_school : int
        Students drawn in a school.
    response_rate : float
        Expected share of the students who take part.
    """
    if not (target_se > 0 and sd > 0 and 0 < response_rate <= 1):
        raise ModelError(
            "plan_not_possible",
            "The target, the SD and the response rate must be positive, the rate at most 1.",
        )
    present = max(per_school * response_rate, 1.0)
    effect = design_effect(present, intraclass_correlation)
    schools = ceil((sd / target_se) ** 2 * effect / present - 1e-9)
    effective = schools * present / effect
    return SamplePlan(schools, schools * per_school, effect, effective, sd / effective**0.5)


def intraclass_correlation(values: ArrayLike, schools: Sequence[object]) -> float:
    """Share of the variance between schools, by one-way analysis of variance; zero at least.

    Raises
    ------
    DataError
        Fewer than two schools, or no school with two students.

    References
    ----------
    Donner (1986), Int. Statist. Rev. 54, 67-82.
    """
    y = np.asarray(values, dtype=np.float64)
    names, codes = np.unique([str(school) for school in schools], return_inverse=True)
    sizes = np.bincount(codes)
    n, k = len(y), len(names)
    if k < 2 or n <= k:
        raise DataError(
            "clusters_too_few",
            f"{n} students in {k} schools: at least two schools and one with two students "
            "are needed.",
            students=n,
            schools=k,
        )
    means = np.bincount(codes, weights=y) / sizes
    within = ((y - means[codes]) ** 2).sum() / (n - k)
    between = (sizes * (means - y.mean()) ** 2).sum() / (k - 1)
    size = (n - (sizes**2).sum() / n) / (k - 1)
    variance = max((between - within) / size, 0.0)
    return float(variance / (variance + within)) if variance + within > 0 else 0.0
