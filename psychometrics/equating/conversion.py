"""What equating returns: a conversion from one form's scores to another's, and how it is reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError

Rounding = Literal["half-up", "half-even", "down"]
ROUNDINGS = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


@dataclass(frozen=True)
class ReportingRule:
    """How an equivalent becomes a reported score.

    Attributes
    ----------
    step : Decimal
        Reported scores are multiples of it.
    rounding : {"half-up", "half-even", "down"}
        What happens half-way between two of them.
    lowest, highest : Decimal or None
        Equivalents outside are cut off, and marked as truncated; None takes the base form's range.
    """

    step: Decimal = Decimal(1)
    rounding: Rounding = "half-up"
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True)
class ConversionRow:
    """One score and what it is worth on the base form."""

    score: float
    equivalent: float
    see: float | None
    reported: Decimal
    is_truncated: bool


@dataclass(frozen=True, eq=False)
class Conversion:
    """Equivalents of one form's scores on the scale of another.

    Attributes
    ----------
    method : str
    scores : (n_scores,)
        Every score of the new form.
    equivalents : (n_scores,)
        On the base form's scale, neither rounded nor truncated.
    lowest, highest : float
        Range of the base form's scores.
    see : (n_scores,) or None
        Standard error of equating at each score.
    constants : mapping
        Slope and intercept of a linear method, weights of the synthetic population, and the like.
    """

    method: str
    scores: FloatArray
    equivalents: FloatArray
    lowest: float
    highest: float
    see: FloatArray | None = None
    constants: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, score: ArrayLike) -> FloatArray:
        """Equivalents of scores, linear between the form's own scores and level outside."""
        return np.asarray(
            np.interp(np.asarray(score, dtype=np.float64), self.scores, self.equivalents)
        )

    def with_errors(self, see: FloatArray) -> "Conversion":
        """The same conversion with standard errors of equating."""
        return replace(self, see=see)

    def table(self, rule: ReportingRule | None = None) -> tuple[ConversionRow, ...]:
        """The conversion as reported: every score, rounded and truncated by a rule.

        Raises
        ------
        ModelError
            The rule's step is not positive, or its range is empty.
        """
        used = rule or ReportingRule()
        low = _exact(self.lowest) if used.lowest is None else used.lowest
        high = _exact(self.highest) if used.highest is None else used.highest
        if used.step <= 0 or low > high:
            raise ModelError(
                "bad_reporting_rule",
                f"Scores cannot be reported in steps of {used.step} from {low} to {high}.",
            )
        errors = [None] * len(self.scores) if self.see is None else self.see.tolist()
        rows = zip(self.scores.tolist(), self.equivalents.tolist(), errors, strict=True)
        return tuple(_row(score, value, see, used, low, high) for score, value, see in rows)


def _row(
    score: float,
    equivalent: float,
    see: float | None,
    rule: ReportingRule,
    low: Decimal,
    high: Decimal,
) -> ConversionRow:
    steps = (_exact(equivalent) / rule.step).quantize(Decimal(1), ROUNDINGS[rule.rounding])
    rounded = steps * rule.step
    kept = min(max(rounded, low), high)
    as_written = kept.quantize(rule.step)
    shown = as_written if as_written == kept else kept
    return ConversionRow(score, equivalent, see, shown, kept != rounded)


def _exact(value: float) -> Decimal:
    """Twelve significant decimals: 2.5 computed as 2.4999999999999996 still is half-way."""
    return Decimal(f"{value:.12g}")


def on_reporting_scale(conversion: Conversion, scale: ArrayLike) -> Conversion:
    """Carry equivalents to the reporting scale of the base form.

    Parameters
    ----------
    conversion : Conversion
        To raw scores of the base form.
    scale : (n_base_scores,)
        Scale score of every raw score of the base form, in order; linear between them and level
        outside.

    Returns
    -------
    Conversion
        To scale scores; standard errors times the local slope of the scale.

    Raises
    ------
    ModelError
        The scale does not have one value for each score of the base form, or falls.
    """
    values = np.asarray(scale, dtype=np.float64)
    raw = np.linspace(conversion.lowest, conversion.highest, len(values))
    if len(values) < 2 or not np.isfinite(values).all() or (np.diff(values) < 0).any():
        raise ModelError(
            "bad_reporting_scale",
            "A reporting scale needs one value a base-form score, none lower than the one before.",
        )
    moved = np.interp(conversion.equivalents, raw, values)
    see = None
    if conversion.see is not None:
        slopes = np.diff(values) / np.diff(raw)
        at = np.clip(np.searchsorted(raw, conversion.equivalents, side="right") - 1, 0, None)
        see = conversion.see * slopes[np.minimum(at, len(slopes) - 1)]
    return replace(
        conversion,
        equivalents=moved,
        lowest=float(values[0]),
        highest=float(values[-1]),
        see=see,
    )
