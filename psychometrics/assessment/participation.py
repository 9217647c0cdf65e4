"""Response rates of schools and students, and whether they meet a round's standard."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray
from psychometrics.assessment.variance_design import checked_weights
from psychometrics.errors import DataError


class Outcome(Enum):
    """What became of a place in the school sample."""

    ORIGINAL = "original"
    FIRST_REPLACEMENT = "first replacement"
    SECOND_REPLACEMENT = "second replacement"
    REFUSED = "refused"
    NOT_ELIGIBLE = "not eligible"


TOOK_PART = (Outcome.ORIGINAL, Outcome.FIRST_REPLACEMENT, Outcome.SECOND_REPLACEMENT)


@dataclass(frozen=True)
class ParticipationStandard:
    """Smallest acceptable rates; the defaults are those usually quoted for PISA."""

    schools: float = 0.85
    students: float = 0.80
    within_school: float = 0.25


@dataclass(frozen=True)
class SchoolRates:
    """Rates of the school sample, before and after replacement."""

    unweighted_before: float
    unweighted_after: float
    weighted_before: float
    weighted_after: float

    def meets(self, standard: ParticipationStandard) -> bool:
        """Whether the weighted rate after replacement is high enough."""
        return self.weighted_after >= standard.schools


def school_rates(
    outcomes: Sequence[Outcome], weights: ArrayLike, enrolment: ArrayLike
) -> SchoolRates:
    r"""Response rates of schools.

    Weighted: :math:`\sum_{took part} w_i e_i / \sum_{eligible} w_i e_i` with base weight w and
    enrolment e. Schools found not eligible are left out of both sums.

    Parameters
    ----------
    outcomes, weights, enrolment : (n_schools,)
        One entry a place in the original sample.
    """
    base = checked_weights(weights)
    if not len(outcomes) == len(base) == len(np.asarray(enrolment)):
        raise DataError(
            "other_number_of_schools", "Give one outcome, one weight and one enrolment a school."
        )
    eligible = np.array([outcome is not Outcome.NOT_ELIGIBLE for outcome in outcomes])
    before = np.array([outcome is Outcome.ORIGINAL for outcome in outcomes])
    after = np.array([outcome in TOOK_PART for outcome in outcomes])
    if not eligible.any():
        raise DataError("no_eligible_school", "No school of the sample is eligible.")
    size = base * np.asarray(enrolment, dtype=np.float64)
    return SchoolRates(
        unweighted_before=float(before.sum() / eligible.sum()),
        unweighted_after=float(after.sum() / eligible.sum()),
        weighted_before=float(size[before].sum() / size[eligible].sum()),
        weighted_after=float(size[after].sum() / size[eligible].sum()),
    )


@dataclass(frozen=True)
class StudentRates:
    """Rates of the students of participating schools.

    Attributes
    ----------
    by_school : mapping from school to its unweighted rate
    below : tuple of str
        Schools under the standard's rate within a school; they do not count as participating.
    """

    unweighted: float
    weighted: float
    by_school: dict[str, float]
    below: tuple[str, ...]


def student_rates(
    took_part: ArrayLike,
    weights: ArrayLike,
    schools: Sequence[object],
    standard: ParticipationStandard | None = None,
) -> StudentRates:
    """Response rates of eligible sampled students, whole and school by school.

    Parameters
    ----------
    took_part : (n_students,) bool
    weights : (n_students,)
        Before the adjustment for student non-response.
    schools : (n_students,)
    """
    base = checked_weights(weights)
    present: BoolArray = np.asarray(took_part, dtype=np.bool_)
    if not len(base) == len(present) == len(schools):
        raise DataError(
            "other_number_of_students", "Give one status, one weight and one school a student."
        )
    names, codes = np.unique([str(school) for school in schools], return_inverse=True)
    rates = np.bincount(codes, weights=present) / np.bincount(codes)
    least = (standard or ParticipationStandard()).within_school
    return StudentRates(
        unweighted=float(present.mean()),
        weighted=float(base[present].sum() / base.sum()),
        by_school=dict(zip(names.tolist(), rates.tolist(), strict=True)),
        below=tuple(names[rates < least].tolist()),
    )
