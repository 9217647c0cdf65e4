"""Change between rounds, with the error of the link between their scales."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.errors import DataError


@dataclass(frozen=True)
class Trend:
    """A difference between two independent samples.

    Attributes
    ----------
    difference, se, z : float
        z is None where the standard error is zero.
    linking_error : float
        On the scale of the difference; part of ``se``.
    """

    difference: float
    se: float
    z: float | None
    linking_error: float


def trend(
    earlier: float,
    se_earlier: float,
    later: float,
    se_later: float,
    *,
    linking_error: float = 0.0,
) -> Trend:
    r"""Later minus earlier, :math:`SE = \sqrt{SE_1^2 + SE_2^2 + LE^2}`.

    Parameters
    ----------
    earlier, later : float
        On the reporting scale, as are all errors; the standard errors hold both parts.
    linking_error : float
        Zero where both samples were scaled together (a difference between two provinces in one
        round); the error of the link where they were not. It is common to all groups of a round: a
        difference of two trends does not contain it.

    References
    ----------
    OECD, *PISA 2018 Technical Report*, ch. 9.
    """
    errors = np.array([se_earlier, se_later, linking_error], dtype=np.float64)
    if not (np.isfinite(errors).all() and (errors >= 0).all()):
        raise DataError(
            "error_not_usable",
            "Standard and linking errors must be non-negative numbers; give zero where there is none.",
        )
    se = float(np.sqrt((errors**2).sum()))
    change = float(later) - float(earlier)
    return Trend(change, se, change / se if se > 0 else None, float(linking_error))


def linking_error(shifts: ArrayLike, units: Sequence[object] | None = None) -> float:
    r"""Standard error of the mean shift of the link items, in logits.

    .. math:: LE = \sqrt{\frac{\sum_i (d_i - \bar d)^2}{n (n - 1)}}

    with items drawn one by one; where items come in units (a text with its questions),

    .. math:: LE = \sqrt{\frac{K}{K - 1} \sum_u \Bigl(\frac{m_u}{n}\Bigr)^2 (\bar d_u - \bar d)^2}

    with K units of :math:`m_u` items.

    Parameters
    ----------
    shifts : (n_items,)
        Difficulty in the later minus the earlier calibration, both on one scale.
    units : (n_items,), optional
        Unit of each item.

    Raises
    ------
    DataError
        Fewer than two items or units.

    References
    ----------
    OECD, *PISA 2012 Technical Report*, ch. 9. Monseur & Berezner (2007), J. Appl. Meas. 8, 323-335.
    """
    d = np.asarray(shifts, dtype=np.float64)
    labels = [str(unit) for unit in units] if units is not None else [str(i) for i in range(len(d))]
    if len(labels) != len(d) or not np.isfinite(d).all():
        raise DataError(
            "shifts_not_usable", "Give one finite shift and, if any, one unit for each link item."
        )
    names, codes = np.unique(labels, return_inverse=True)
    number = len(names)
    if number < 2:
        raise DataError(
            "too_few_link_items",
            "A linking error needs at least two link items (or units).",
            units=number,
        )
    sizes = np.bincount(codes)
    unit_means = np.bincount(codes, weights=d) / sizes
    moved = sizes / len(d) * (unit_means - d.mean())
    return float(np.sqrt(number / (number - 1.0) * (moved**2).sum()))
