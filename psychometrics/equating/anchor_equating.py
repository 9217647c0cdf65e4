r"""Equating two forms through a common anchor, when different populations took them.

``frequency-estimation`` assumes that the distribution of a form given the anchor is the same in both
populations: :math:`f_2(x) = \sum_v f_1(x \mid v) h_2(v)`, and equates equipercentile in the synthetic
population. ``chained-equipercentile`` equates X to V in population 1 and V to Y in population 2. The
linear methods are in :mod:`psychometrics.equating.anchor_linear`.
"""

from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.equating.anchor_linear import AnchorMoments, anchor_line
from psychometrics.equating.conversion import Conversion
from psychometrics.equating.frequencies import JointFrequencies, ScoreFrequencies
from psychometrics.equating.one_population import (
    conversion_of,
    equipercentile,
    linear_conversion,
    spread,
)
from psychometrics.errors import DataError, ModelError

AnchorMethod = Literal[
    "tucker",
    "levine",
    "levine-true",
    "chained-linear",
    "braun-holland",
    "frequency-estimation",
    "chained-equipercentile",
]
ANCHOR_METHODS: tuple[str, ...] = get_args(AnchorMethod)


def equate_through_anchor(
    new: JointFrequencies,
    base: JointFrequencies,
    method: AnchorMethod = "frequency-estimation",
    *,
    is_internal: bool,
    new_weight: float | None = None,
) -> Conversion:
    """Find equivalents on the base form when the two groups share only an anchor.

    Parameters
    ----------
    new : JointFrequencies
        The new form with the anchor, population 1.
    base : JointFrequencies
        The base form with the same anchor, population 2.
    method : str
        ``tucker``, ``levine``, ``levine-true``, ``chained-linear``, ``braun-holland`` (the linear
        line of frequency estimation), ``frequency-estimation`` or ``chained-equipercentile``.
    is_internal : bool
        Whether the anchor counts towards the forms' scores; only the Levine methods differ.
    new_weight : float, optional
        Weight of population 1 in the synthetic population; its share of the persons unless given.
        The chained methods and ``levine-true`` do not use it.

    Returns
    -------
    Conversion

    Raises
    ------
    DataError
        Anchors of different length, no spread, or (frequency estimation) anchor scores that only
        one group has.
    ModelError
        Unknown method, or a weight outside 0 to 1.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, ch. 4 and 5. Braun & Holland
    (1982), in Holland & Rubin (eds.), *Test Equating*.
    """
    _check_anchors(new, base, method)
    weight = new.n / (new.n + base.n) if new_weight is None else new_weight
    if method == "chained-equipercentile":
        on_anchor = equipercentile(new.form, new.anchor, new.form.scores)
        through = equipercentile(base.anchor, base.form, on_anchor)
        return conversion_of(new.form, base.form, method, through, {})
    if method in ("frequency-estimation", "braun-holland"):
        return _in_synthetic_population(new, base, method, weight)
    line = anchor_line(
        AnchorMoments.of(new),
        AnchorMoments.of(base),
        method,  # type: ignore[arg-type]
        new_weight=weight,
        is_internal=is_internal,
    )
    weights = {"new_weight": weight} if method in ("tucker", "levine") else {}
    return linear_conversion(new.form, base.form, method, line.slope, line.intercept, weights)


def _in_synthetic_population(
    new: JointFrequencies, base: JointFrequencies, method: str, weight: float
) -> Conversion:
    if not 0.0 <= weight <= 1.0:
        raise ModelError(
            "bad_population_weight",
            f"The new group's weight must lie between 0 and 1, not {weight:g}.",
            weight=weight,
        )
    x = synthetic_frequencies(new, base, 1.0 - weight)
    y = synthetic_frequencies(base, new, weight)
    if method == "frequency-estimation":
        equivalents = equipercentile(x, y, x.scores)
        return conversion_of(x, y, method, equivalents, {"new_weight": weight})
    slope = spread(y, "base") / spread(x, "new")
    intercept = y.mean - slope * x.mean
    return linear_conversion(x, y, method, slope, intercept, {"new_weight": weight})


def synthetic_frequencies(
    own: JointFrequencies, other: JointFrequencies, other_weight: float
) -> ScoreFrequencies:
    """Scores on a form in the synthetic population, as shares.

    Parameters
    ----------
    own : JointFrequencies
        The population that took the form.
    other : JointFrequencies
        The population that took only the anchor.
    other_weight : float

    Raises
    ------
    DataError
        An anchor score occurs in the other population only.
    """
    table = own.counts / own.counts.sum()
    anchor = table.sum(axis=0)
    wanted = other.anchor.probability
    lonely = (anchor <= 0) & (wanted > 0)
    if lonely.any() and other_weight > 0:
        score = float(own.anchor.scores[int(np.argmax(lonely))])
        raise DataError(
            "anchor_score_missing",
            f"Anchor score {score:g} occurs in one group only, so nothing is known of the form at "
            "it; smooth the joint frequencies first, or use a chained method.",
            anchor_score=score,
        )
    given = np.divide(table, anchor, out=np.zeros_like(table), where=anchor > 0)
    mixed: FloatArray = (1.0 - other_weight) * table.sum(axis=1) + other_weight * (given @ wanted)
    return own.form.with_counts(mixed)


def _check_anchors(new: JointFrequencies, base: JointFrequencies, method: str) -> None:
    if method not in ANCHOR_METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no anchor method {method!r}; choose one of {', '.join(ANCHOR_METHODS)}.",
            method=method,
        )
    one, other = new.anchor.scores, base.anchor.scores
    if len(one) != len(other) or not np.allclose(one, other):
        raise DataError(
            "anchors_differ",
            f"The anchor goes to {one[-1]:g} in the new group but to {other[-1]:g} in the base group; "
            "it must be the same test.",
            new=float(one[-1]),
            base=float(other[-1]),
        )
