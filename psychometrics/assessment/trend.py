"""Change between rounds, with the error of the link between their scales."""

from dataclasses import dataclass

import numpy as np

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
        From :func:`psychometrics.linking.linking_error`, times the scale's slope. Zero where both samples were scaled together (a difference between two provinces in one
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
