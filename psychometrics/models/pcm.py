"""Partial credit model (Masters, 1982) and, with two categories, the Rasch model.

The slope is 1 and the population SD is estimated instead, so the unit is the logit of the items.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import SlopeRule
from psychometrics.models.gpcm import GPCM


class PCM(GPCM):
    """Internal parameters (1, d_1..d_m); reported (1, b_1..b_m)."""

    name = "pcm"
    slope: SlopeRule = "fixed"

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        start = super().starting_values(proportions)
        start[:, 0] = 1.0
        return np.asarray(start)
