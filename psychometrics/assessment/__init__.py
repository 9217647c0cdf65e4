"""Large-scale assessment: population model, plausible values, sampling errors, trend, design."""

from psychometrics.assessment.background import (
    Background,
    PrincipalComponents,
    code_background,
    principal_components,
)
from psychometrics.assessment.latent_regression import LatentRegression, latent_regression
from psychometrics.assessment.plausible_values import PlausibleValues, plausible_values

__all__ = [
    "Background",
    "LatentRegression",
    "PlausibleValues",
    "PrincipalComponents",
    "code_background",
    "latent_regression",
    "plausible_values",
    "principal_components",
]
