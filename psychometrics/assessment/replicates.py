r"""Replicate weights: the sample reweighted as if other schools had been drawn.

.. math:: \widehat V(\hat\theta) = \sum_r f_r (\hat\theta_r - \hat\theta)^2

with factors f of the method. A *zone* (variance stratum) holds the primary sampling units (PSUs,
mostly schools) that are compared with each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.assessment.hadamard import hadamard
from psychometrics.assessment.variance_design import checked_weights, variance_design
from psychometrics.errors import DataError, ModelError

About = Literal["full", "mean"]
Sides = Literal[1, 2]
SMALLEST_FAY_OF_TRIPLES = 1.0 - np.sqrt(0.5)


@dataclass(frozen=True, eq=False)
class ReplicateWeights:
    """Full-sample and replicate weights with the factors of their variance.

    Attributes
    ----------
    full : (n_persons,)
    replicates : (n_persons, n_replicates)
    factors : (n_replicates,)
    degrees_of_freedom : int
        Of the sampling variance; for Rubin's rules and t intervals.
    """

    method: str
    full: FloatArray
    replicates: FloatArray
    factors: FloatArray
    degrees_of_freedom: int

    @property
    def n_replicates(self) -> int:
        """Number of replicates."""
        return int(self.replicates.shape[1])

    @property
    def columns(self) -> FloatArray:
        """Full weight first, then the replicates, (n_persons, 1 + n_replicates)."""
        return np.column_stack([self.full, self.replicates])

    def select(self, rows: ArrayLike) -> "ReplicateWeights":
        """The weights of these persons."""
        chosen = np.asarray(rows)
        return ReplicateWeights(
            self.method,
            self.full[chosen],
            self.replicates[chosen],
            self.factors,
            self.degrees_of_freedom,
        )

    def variance(
        self, estimate: ArrayLike, replicated: ArrayLike, *, about: About = "full"
    ) -> FloatArray:
        """Sampling variance of estimates.

        Parameters
        ----------
        estimate : (...,)
            With the full weights.
        replicated : (..., n_replicates)
        about : {"full", "mean"}
            Squared deviations from the full estimate (usual) or from the replicates' mean.
        """
        values = np.asarray(replicated, dtype=np.float64)
        centre = np.asarray(estimate) if about == "full" else values.mean(axis=-1)
        return np.asarray((values - centre[..., None]) ** 2 @ self.factors)


def given_replicates(
    full: ArrayLike,
    replicates: ArrayLike,
    *,
    factors: ArrayLike,
    method: str = "given",
    degrees_of_freedom: int | None = None,
) -> ReplicateWeights:
    """Take over replicate weights that came with the data.

    Parameters
    ----------
    full : (n_persons,)
    replicates : (n_persons, n_replicates)
    factors : float or (n_replicates,)
        Of the variance: 1/R for BRR, :func:`fay_factor` for Fay's (1/20 in PISA: 80 replicates, k =
        0.5), 1 for one-sided and 1/2 for two-sided JK2.
    degrees_of_freedom : int, optional
        One a replicate unless given.

    Raises
    ------
    DataError
        Weights that are negative or not finite, or shapes that do not fit.
    """
    weights = checked_weights(full)
    table = np.asarray(replicates, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(weights) or not table.shape[1]:
        raise DataError(
            "replicates_of_other_shape",
            f"Replicate weights of shape {table.shape} for {len(weights)} persons; "
            "give one row a person and one column a replicate.",
            persons=len(weights),
        )
    if not np.isfinite(table).all():
        row, column = (int(index) for index in np.argwhere(~np.isfinite(table))[0])
        raise DataError(
            "weight_not_finite",
            f"Row {row + 1}, replicate {column + 1}: the weight is not a number; correct it.",
            row=row + 1,
            column=column + 1,
        )
    number = table.shape[1]
    spread = np.broadcast_to(np.asarray(factors, dtype=np.float64), (number,)).copy()
    return ReplicateWeights(method, weights, table, spread, degrees_of_freedom or number)


def fay_factor(n_replicates: int, k: float) -> float:
    """1 / (R (1 - k)^2): the variance factor of Fay's method; k = 0 is BRR."""
    _check_fay(k)
    return 1.0 / (n_replicates * (1.0 - k) ** 2)


def jackknife_1(weights: ArrayLike, psu: Sequence[object]) -> ReplicateWeights:
    """JK1: leave out one PSU at a time, no strata; factor (n - 1) / n.

    References
    ----------
    Wolter (2007), *Introduction to Variance Estimation*, 2nd ed., ch. 4.
    """
    return _delete_one("jk1", weights, ["all"] * len(psu), psu)


def jackknife_n(
    weights: ArrayLike, zone: Sequence[object], psu: Sequence[object]
) -> ReplicateWeights:
    """JKn: leave out one PSU at a time within its stratum; factor (n_h - 1) / n_h."""
    return _delete_one("jkn", weights, zone, psu)


def jackknife_2(
    weights: ArrayLike,
    zone: Sequence[object],
    psu: Sequence[object],
    *,
    sides: Sides = 1,
    rng: np.random.Generator | None = None,
) -> ReplicateWeights:
    """JK2: in one zone at a time one PSU of the pair counts double and the other not at all.

    One-sided (factor 1): one replicate a zone; which PSU counts double is drawn, or, without ``rng``,
    it is the first in alphabetical order. Two-sided (factor 1/2): both ways, twice as many
    replicates (TIMSS since 2015).

    Parameters
    ----------
    zone, psu : (n_persons,)
        Every zone must hold exactly two PSUs (:func:`variance_zones` arranges that).

    Raises
    ------
    DataError
        A zone with another number of PSUs, named.

    References
    ----------
    Rust & Rao (1996), Stat. Methods Med. Res. 5, 283-310.
    """
    design = variance_design(weights, zone, psu)
    design.refuse_unless_pairs(allow_triples=False)
    columns = []
    for number in range(design.n_zones):
        first = int(rng.integers(2)) if rng is not None else 0
        members = design.zone == number
        for doubled in (first,) if sides == 1 else (0, 1):
            factor = np.where(members, np.where(design.position == doubled, 2.0, 0.0), 1.0)
            columns.append(design.weights * factor)
    table = np.stack(columns, axis=1)
    factors = np.full(table.shape[1], 1.0 / sides)
    name = "jk2" if sides == 1 else "jk2-two-sided"
    return ReplicateWeights(name, design.weights, table, factors, design.n_zones)


def balanced_repeated_replication(
    weights: ArrayLike,
    zone: Sequence[object],
    psu: Sequence[object],
    *,
    fay_k: float = 0.0,
    n_replicates: int | None = None,
) -> ReplicateWeights:
    r"""BRR and Fay's method: half of every zone at a time, as a Hadamard matrix says.

    In a pair the weights are multiplied by 2 - k and k. In a zone of three (as PISA allows, k at
    least 0.293) one PSU gets :math:`1 \pm (1-k)\sqrt2` and the two others
    :math:`1 \mp (1-k)/\sqrt2`, so that the variance of a total has the right expectation when the
    one is chosen at random; here it is the first.

    Parameters
    ----------
    fay_k : float
        0 is BRR; 0.5 is usual in Fay's method.
    n_replicates : int, optional
        A Hadamard order above the number of zones; the smallest one unless given.

    References
    ----------
    Judkins (1990), J. Official Statist. 6, 223-239. OECD, *PISA 2018 Technical Report*, ch. 8.
    """
    _check_fay(fay_k)
    design = variance_design(weights, zone, psu)
    design.refuse_unless_pairs(allow_triples=fay_k >= SMALLEST_FAY_OF_TRIPLES)
    matrix = hadamard(n_replicates or design.n_zones + 1)
    if n_replicates is not None and (len(matrix) != n_replicates or n_replicates <= design.n_zones):
        raise ModelError(
            "wrong_number_of_replicates",
            f"{n_replicates} replicates for {design.n_zones} zones cannot be balanced; "
            f"use {len(hadamard(max(n_replicates, design.n_zones + 1)))}.",
            replicates=n_replicates,
            zones=design.n_zones,
        )
    sign = matrix[:, 1 : design.n_zones + 1].T  # (n_zones, n_replicates)
    tilt = (1.0 - fay_k) * design.tilt[:, None] * sign[design.zone]
    table = design.weights[:, None] * (1.0 + tilt)
    factors = np.full(len(matrix), fay_factor(len(matrix), fay_k))
    name = "brr" if fay_k == 0 else f"fay({fay_k:g})"
    return ReplicateWeights(name, design.weights, table, factors, design.n_zones)


def _check_fay(k: float) -> None:
    if not 0.0 <= k < 1.0:
        raise ModelError("fay_out_of_range", f"Fay's k must be in [0, 1), not {k}.", k=k)


def _delete_one(
    method: str, weights: ArrayLike, zone: Sequence[object], psu: Sequence[object]
) -> ReplicateWeights:
    design = variance_design(weights, zone, psu)
    alone = np.flatnonzero(design.sizes < 2)
    if alone.size:
        label = design.zone_labels[int(alone[0])]
        raise DataError(
            "zone_with_one_psu",
            f"Stratum {label!r} has a single PSU, so nothing can be compared there; "
            "join it with a neighbour.",
            zone=label,
        )
    columns, factors = [], []
    for number, size in enumerate(design.sizes.tolist()):
        for left_out in range(size):
            inside = np.where(design.position == left_out, 0.0, size / (size - 1.0))
            columns.append(design.weights * np.where(design.zone == number, inside, 1.0))
            factors.append((size - 1.0) / size)
    df = int(design.sizes.sum()) - design.n_zones
    return ReplicateWeights(
        method, design.weights, np.stack(columns, axis=1), np.array(factors), df
    )
