"""One calibrated item: its parameters by name, with their standard errors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import FloatArray


@dataclass(frozen=True)
class ItemErrors:
    """Standard errors of an item's parameters, in the shape of the parameters.

    None means that the parameter was not estimated (a fixed slope) or that the data do not
    determine it.
    """

    a: float | None = None
    b: float | tuple[float | None, ...] | None = None
    steps: tuple[float | None, ...] | None = None
    c: float | None = None
    d: float | None = None
    slopes: tuple[float | None, ...] | None = None
    intercepts: tuple[float | None, ...] | None = None
    location: float | None = None  # rsm
    thresholds: tuple[float | None, ...] | None = None  # rsm
    scores: tuple[float | None, ...] | None = None  # nominal


@dataclass(frozen=True)
class ItemEstimate:
    """One calibrated item, D = 1.

    Attributes
    ----------
    a : float
        Slope; under nominal that of the highest category divided by its number.
    b : float or tuple of float
        Difficulty, or the thresholds under grm.
    steps : tuple of float
        Steps under pcm, gpcm and rsm.
    c, d : float
        Lower (3pl, 4pl) and upper asymptote (4pl).
    slopes, intercepts : tuple of float
        Of every category under nominal, the lowest category's zeros first.
    """

    item: str
    model: str
    a: float
    b: float | tuple[float, ...] | None
    steps: tuple[float, ...] | None
    c: float | None
    se: ItemErrors
    n_responses: int
    first_category: int = 0
    d: float | None = None
    slopes: tuple[float, ...] | None = None
    intercepts: tuple[float, ...] | None = None

    @property
    def difficulties(self) -> tuple[float, ...]:
        """``b`` or ``steps``, always as a tuple; a nominal item has none."""
        if self.slopes is not None:
            return ()
        if self.steps is not None:
            return self.steps
        return self.b if isinstance(self.b, tuple) else (float(self.b or 0.0),)

    @property
    def n_categories(self) -> int:
        """Number of categories."""
        return len(self.slopes) if self.slopes is not None else len(self.difficulties) + 1

    @property
    def reported(self) -> FloatArray:
        """a, difficulties, c and d, or (nominal) slopes and intercepts, as a vector."""
        if self.slopes is not None and self.intercepts is not None:
            return np.array([*self.slopes[1:], *self.intercepts[1:]])
        tail = [value for value in (self.c, self.d) if value is not None]
        return np.array([self.a, *self.difficulties, *tail])

    @property
    def location(self) -> float | None:
        """Mean of the difficulties; a nominal item has none."""
        return float(np.mean(self.difficulties)) if self.difficulties else None

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Difficulties relative to the location; under rsm the same for all items of a scale."""
        centre = self.location
        return () if centre is None else tuple(value - centre for value in self.difficulties)

    @property
    def scores(self) -> tuple[float, ...] | None:
        """Scoring of a nominal item's categories, from 0 to their number less one.

        None where the highest category does not discriminate and the scoring is not defined.
        """
        if self.slopes is None or self.a == 0:
            return None
        return tuple(slope / self.a for slope in self.slopes)


def item_estimate(
    item: str,
    model: str,
    reported: Sequence[float],
    se: ItemErrors | None = None,
    *,
    n_responses: int = 0,
    first_category: int = 0,
) -> ItemEstimate:
    """Name a vector of parameters.

    a, then b or steps, then (3pl, 4pl) c and (4pl) d; under nominal the slopes of the categories above
    the lowest, then their intercepts.
    """
    estimate = ItemEstimate(
        item, model, 0.0, None, None, None, se or ItemErrors(), n_responses, first_category
    )
    values = [float(value) for value in reported]
    if model == "nominal":
        m = len(values) // 2
        slopes, intercepts = (0.0, *values[:m]), (0.0, *values[m:])
        return replace(estimate, a=slopes[-1] / m, slopes=slopes, intercepts=intercepts)
    n_asymptotes = {"3pl": 1, "4pl": 2}.get(model, 0)
    middle = tuple(values[1 : len(values) - n_asymptotes])
    asymptotes = [*values[len(values) - n_asymptotes :], None, None]
    is_steps = len(middle) > 1 and model != "grm"
    return replace(
        estimate,
        a=values[0],
        b=None if is_steps else (middle if len(middle) > 1 else middle[0]),
        steps=middle if is_steps else None,
        c=asymptotes[0],
        d=asymptotes[1],
    )
