"""How large a difference between two groups' curves is, in areas and in expected scores."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.information import expected_score
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.results import Group, ItemEstimate

N_POINTS = 4001
TAIL = 30.0  # logits of the flattest curve beyond the outermost difficulty


@dataclass(frozen=True)
class CurveDifference:
    """Difference of an item's expected-score curves, focal minus reference.

    Attributes
    ----------
    signed_area, unsigned_area : float or None
        Integral of the difference, and of its absolute value, over all abilities (score points times
        logits); None where the curves do not meet at both ends (other asymptotes) and it is infinite.
    signed_difference, unsigned_difference : float
        Mean difference of the expected score, and mean absolute difference, over the focal group's
        abilities, in score points. Negative: harder for the focal group.
    share : float
        The signed difference as a share of the item's highest category.
    """

    focal: str
    signed_area: float | None
    unsigned_area: float | None
    signed_difference: float
    unsigned_difference: float
    share: float


def curve_difference(
    reference: ItemEstimate, focal: ItemEstimate, population: Group
) -> CurveDifference:
    r"""Areas between two groups' curves of one item and mean differences of the expected score.

    .. math:: \text{SA} = \int (T_F - T_R)\,d\theta, \qquad \text{UA} = \int |T_F - T_R|\,d\theta, \qquad
              \text{SD} = \int (T_F - T_R)\, g_F\,d\theta, \qquad \text{UD} = \int |T_F - T_R|\, g_F\,d\theta

    Parameters
    ----------
    reference, focal : ItemEstimate
        On one scale, with equal numbers of categories.
    population : Group
        The focal group's abilities.

    Notes
    -----
    For the 2PL :math:`\text{SA} = b_R - b_F` (Raju's sign reversed, so that it is negative where the item is
    harder for the focal group, as Delta and P-DIF are). The areas are trapezoid sums over 4,001 points
    from 30 logits below the lowest difficulty to 30 above the highest, on the flatter curve's scale.

    References
    ----------
    Raju (1988), Psychometrika 53, 495-502. Meade (2010), J. Appl. Psychol. 95, 728-743 (SIDS, UIDS).
    Cohen, Kim & Baker (1993), Appl. Psychol. Meas. 17, 335-350 (polytomous areas).
    """
    theta = population.mean + population.sd * Quadrature(161, 6.0).nodes
    weights = np.exp(log_normal_weights(theta, population.mean, float(np.log(population.sd))))
    difference = _difference(reference, focal, theta)
    signed = float(weights @ difference)
    signed_area, unsigned_area = _areas(reference, focal)
    return CurveDifference(
        focal=population.group,
        signed_area=signed_area,
        unsigned_area=unsigned_area,
        signed_difference=signed,
        unsigned_difference=float(weights @ np.abs(difference)),
        share=signed / (reference.n_categories - 1),
    )


def _difference(reference: ItemEstimate, focal: ItemEstimate, theta: FloatArray) -> FloatArray:
    curves = expected_score([reference, focal], theta)
    return np.asarray(curves[:, 1] - curves[:, 0])


def _areas(reference: ItemEstimate, focal: ItemEstimate) -> tuple[float | None, float | None]:
    """Signed and unsigned area; None where the curves differ at an end."""
    if (reference.c, reference.d) != (focal.c, focal.d):
        return None, None
    located = [*reference.difficulties, *focal.difficulties]
    slope = min(abs(reference.a), abs(focal.a))
    if not located or not slope > 0 or reference.a * focal.a < 0:
        return None, None
    reach = TAIL / slope
    theta = np.linspace(min(located) - reach, max(located) + reach, N_POINTS)
    difference = _difference(reference, focal, theta)
    width = float(theta[1] - theta[0])
    return width * float(difference.sum()), width * float(np.abs(difference).sum())
