"""One-parameter logistic model: the two-parameter curve with one slope common to all items.

The common slope carries the scale, so the population stays N(0, 1). With slope 1 and a free
population SD instead it is the Rasch model (see :mod:`psychometrics.models.pcm`): same fit, other unit.
"""

from psychometrics.models.base import SlopeRule
from psychometrics.models.two_pl import TwoPL


class OnePL(TwoPL):
    """Internal parameters (a, d) with a shared; reported (a, b)."""

    name = "1pl"
    slope: SlopeRule = "common"
