"""Classical test theory: items, options, reliability, speed, raters."""

from psychometrics.classical.agreement import (
    Agreement,
    Kappa,
    agreement_of_table,
    rater_agreement,
)
from psychometrics.classical.distractors import (
    DistractorAnalysis,
    OptionStatistics,
    distractor_analysis,
)
from psychometrics.classical.items import (
    ClassicalItem,
    ClassicalStatistics,
    classical_statistics,
)
from psychometrics.classical.reliability import Omega, alpha_of, omega_of
from psychometrics.classical.speededness import Speededness, kinds_from_blanks, speededness

__all__ = [
    "Agreement",
    "ClassicalItem",
    "ClassicalStatistics",
    "DistractorAnalysis",
    "Kappa",
    "Omega",
    "OptionStatistics",
    "Speededness",
    "agreement_of_table",
    "alpha_of",
    "classical_statistics",
    "distractor_analysis",
    "kinds_from_blanks",
    "omega_of",
    "rater_agreement",
    "speededness",
]
