"""Items that measure several abilities: correlated dimensions, bifactor and testlet models."""

from psychometrics.multidimensional.between_calibrate import calibrate_multidimensional
from psychometrics.multidimensional.between_scores import score_multidimensional
from psychometrics.multidimensional.bifactor_calibrate import calibrate_bifactor
from psychometrics.multidimensional.bifactor_scores import score_bifactor
from psychometrics.multidimensional.indices import (
    BifactorIndices,
    bifactor_indices,
    standardised_loadings,
)
from psychometrics.multidimensional.results import (
    BifactorCalibration,
    BifactorItem,
    LatentPopulation,
    MultidimensionalCalibration,
    SpecificFactor,
)
from psychometrics.multidimensional.score_results import BifactorScores, MultidimensionalScores
from psychometrics.multidimensional.simulate import (
    bifactor_item,
    simulate_bifactor,
    simulate_multidimensional,
)

__all__ = [
    "BifactorCalibration",
    "BifactorIndices",
    "BifactorItem",
    "BifactorScores",
    "LatentPopulation",
    "MultidimensionalCalibration",
    "MultidimensionalScores",
    "SpecificFactor",
    "bifactor_indices",
    "bifactor_item",
    "calibrate_bifactor",
    "calibrate_multidimensional",
    "score_bifactor",
    "score_multidimensional",
    "simulate_bifactor",
    "simulate_multidimensional",
    "standardised_loadings",
]
