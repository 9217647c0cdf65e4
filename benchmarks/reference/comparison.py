"""One quantity of one result beside ours, and what is said about it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from psychometrics.arrays import FloatArray

Values = Sequence[float | None] | FloatArray
Scale = Literal["absolute", "relative", "relative above one"]


class Verdict(StrEnum):
    """What a comparison says."""

    AGREES = "agrees"
    DEFINITION = "another definition"
    FAULT = "reference at fault"
    NOT_COMPARABLE = "not comparable"
    FAILS = "FAILS"


@dataclass(frozen=True)
class Comparison:
    """One quantity of one reference result.

    Attributes
    ----------
    deviation, tolerance : float or None
        Largest difference over everything the quantity stands for, and the largest allowed; None
        where nothing was compared.
    """

    data_set: str
    result: str
    program: str
    quantity: str
    deviation: float | None
    tolerance: float | None
    verdict: Verdict
    note: str = ""

    def as_json(self) -> str:
        """One JSON line; an infinite deviation (ours is missing) is null."""
        plain = asdict(self)
        if self.deviation is not None and not np.isfinite(self.deviation):
            plain["deviation"] = None
        return json.dumps(plain, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class Subject:
    """The result that is compared."""

    data_set: str
    result: str
    program: str

    def differences(
        self,
        quantity: str,
        ours: Values,
        theirs: Values,
        tolerance: float,
        *,
        scale: Scale = "absolute",
        note: str = "",
    ) -> Comparison:
        """Agreement or failure by the largest difference; what the reference lacks is left out."""
        deviation = largest_difference(ours, theirs, scale)
        if deviation is None:
            return self.not_comparable(quantity, "the reference holds no value")
        passes = deviation <= tolerance
        verdict = Verdict.AGREES if passes else Verdict.FAILS
        return Comparison(*self._place, quantity, deviation, tolerance, verdict, note)

    def fault(self, quantity: str, deviation: float | None, evidence: str) -> Comparison:
        """The reference is wrong, and this shows it."""
        return Comparison(*self._place, quantity, deviation, None, Verdict.FAULT, evidence)

    def definition(
        self, quantity: str, repeated: float, tolerance: float, reason: str
    ) -> Comparison:
        """The reference means something else; repeated so, ours differs by that much."""
        verdict = Verdict.DEFINITION if repeated <= tolerance else Verdict.FAILS
        return Comparison(*self._place, quantity, repeated, tolerance, verdict, reason)

    def not_comparable(self, quantity: str, reason: str) -> Comparison:
        """Nothing can be compared, for this reason."""
        return Comparison(*self._place, quantity, None, None, Verdict.NOT_COMPARABLE, reason)

    @property
    def _place(self) -> tuple[str, str, str]:
        return self.data_set, self.result, self.program


def largest_difference(ours: Values, theirs: Values, scale: Scale = "absolute") -> float | None:
    """Largest difference on the scale asked for; infinite where only ours is missing.

    Raises
    ------
    ValueError
        The lengths differ.
    """
    own, other = as_floats(ours), as_floats(theirs)
    if own.shape != other.shape:
        raise ValueError(f"{own.size} values of ours beside {other.size} of the reference")
    there = np.isfinite(other)
    if not there.any():
        return None
    least = {"absolute": np.inf, "relative": 1e-12, "relative above one": 1.0}[scale]
    size = np.ones(other[there].shape)
    if np.isfinite(least):
        size = np.maximum(np.abs(other[there]), least)
    distance = np.abs(own - other)[there] / size
    distance = np.where(np.isfinite(distance), distance, np.inf)
    return float(distance.max())


def as_floats(values: Values) -> FloatArray:
    """Missing values as NaN; nested sequences as they are."""
    return np.array(values, dtype=np.float64)
