"""Large-scale assessment: population model, plausible values, sampling errors, trend, design."""

from psychometrics.assessment.background import (
    Background,
    PrincipalComponents,
    code_background,
    principal_components,
)
from psychometrics.assessment.estimators import (
    Correlation,
    Mean,
    Percentiles,
    Ratio,
    Regression,
    SharesAtLevels,
    StandardDeviation,
    Statistic,
    Total,
)
from psychometrics.assessment.latent_regression import LatentRegression, latent_regression
from psychometrics.assessment.plausible_values import PlausibleValues, plausible_values
from psychometrics.assessment.replicates import (
    ReplicateWeights,
    balanced_repeated_replication,
    fay_factor,
    given_replicates,
    jackknife_1,
    jackknife_2,
    jackknife_n,
)
from psychometrics.assessment.rubin import Combined, combine
from psychometrics.assessment.scale import Levels, ReportingScale, reporting_scale
from psychometrics.assessment.statistics import Estimate, MinimumCell, Replicated, estimate
from psychometrics.assessment.trend import Trend, linking_error, trend
from psychometrics.assessment.variance_design import variance_zones

__all__ = [
    "Background",
    "Combined",
    "Correlation",
    "Estimate",
    "LatentRegression",
    "Levels",
    "Mean",
    "MinimumCell",
    "Percentiles",
    "PlausibleValues",
    "PrincipalComponents",
    "Ratio",
    "Regression",
    "ReplicateWeights",
    "Replicated",
    "ReportingScale",
    "SharesAtLevels",
    "StandardDeviation",
    "Statistic",
    "Total",
    "Trend",
    "balanced_repeated_replication",
    "code_background",
    "combine",
    "estimate",
    "fay_factor",
    "given_replicates",
    "jackknife_1",
    "jackknife_2",
    "jackknife_n",
    "latent_regression",
    "linking_error",
    "plausible_values",
    "principal_components",
    "reporting_scale",
    "trend",
    "variance_zones",
]
