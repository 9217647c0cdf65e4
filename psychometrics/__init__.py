"""Item response theory: calibration, ability, information, fit. Needs numpy and scipy only.

>>> from psychometrics import calibrate, read_responses, score
>>> responses = read_responses("responses.csv")  # doctest: +SKIP
>>> calibration = calibrate(responses, model="gpcm")  # doctest: +SKIP
>>> abilities = score(responses, calibration, method="eap")  # doctest: +SKIP

D = 1 throughout: the logit of a two-parameter item is ``a * (theta - b)``.
"""

from psychometrics.ability import score
from psychometrics.calibrate import calibrate
from psychometrics.classical import classical_statistics
from psychometrics.errors import (
    ConvergenceWarning,
    DataError,
    ModelError,
    NotBuilt,
    PsychometricsError,
)
from psychometrics.estimation.optimise import Progress
from psychometrics.fit import item_fit, observed_curves
from psychometrics.information import (
    category_probabilities,
    expected_score,
    item_information,
    test_information,
)
from psychometrics.priors import Prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.readers import read_responses
from psychometrics.results import AbilityEstimates, Calibration, ItemEstimate, item_estimate
from psychometrics.simulate import simulate_responses
from psychometrics.version import __version__ as __version__

__all__ = [
    "AbilityEstimates",
    "Calibration",
    "ConvergenceWarning",
    "DataError",
    "ItemEstimate",
    "ModelError",
    "NotBuilt",
    "Prior",
    "Progress",
    "PsychometricsError",
    "Quadrature",
    "ResponseMatrix",
    "calibrate",
    "category_probabilities",
    "classical_statistics",
    "expected_score",
    "item_estimate",
    "item_fit",
    "item_information",
    "observed_curves",
    "read_responses",
    "score",
    "simulate_responses",
    "test_information",
]
