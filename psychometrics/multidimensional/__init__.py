"""Items that measure several abilities: correlated dimensions, bifactor and testlet models."""

from psychometrics.multidimensional.between_calibrate import calibrate_multidimensional
from psychometrics.multidimensional.bifactor_calibrate import calibrate_bifactor
from psychometrics.multidimensional.results import (
    BifactorCalibration,
    BifactorItem,
    LatentPopulation,
    MultidimensionalCalibration,
    SpecificFactor,
)

__all__ = [
    "BifactorCalibration",
    "BifactorItem",
    "LatentPopulation",
    "MultidimensionalCalibration",
    "SpecificFactor",
    "calibrate_bifactor",
    "calibrate_multidimensional",
]
