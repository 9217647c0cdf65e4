"""Large-scale assessment: population model, plausible values, sampling errors, trend, design."""

from psychometrics.assessment.background import (
    Background,
    PrincipalComponents,
    code_background,
    principal_components,
)
from psychometrics.assessment.booklet_checks import DesignReport, check_design
from psychometrics.assessment.booklets import (
    BookletDesign,
    chain_design,
    cyclic_design,
    paired_domains_design,
    spiral,
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
from psychometrics.assessment.joint import JointCalibration, calibrate_with_background
from psychometrics.assessment.latent_regression import LatentRegression, latent_regression
from psychometrics.assessment.participation import (
    Outcome,
    ParticipationStandard,
    school_rates,
    student_rates,
)
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
from psychometrics.assessment.sample_size import (
    SamplePlan,
    design_effect,
    effective_size,
    intraclass_correlation,
    plan_sample,
)
from psychometrics.assessment.sampling import (
    PpsDraw,
    SampledSchool,
    School,
    sample_schools,
    sample_students,
    systematic_pps,
)
from psychometrics.assessment.scale import Levels, ReportingScale, reporting_scale
from psychometrics.assessment.statistics import Estimate, MinimumCell, Replicated, estimate
from psychometrics.assessment.trend import Trend, trend
from psychometrics.assessment.variance_design import variance_zones
from psychometrics.assessment.weights import (
    adjusted_for_nonresponse,
    kish_design_effect,
    normalised,
    senate,
    trimmed,
)

__all__ = [
    "Background",
    "BookletDesign",
    "Combined",
    "Correlation",
    "DesignReport",
    "Estimate",
    "JointCalibration",
    "LatentRegression",
    "Levels",
    "Mean",
    "MinimumCell",
    "Outcome",
    "ParticipationStandard",
    "Percentiles",
    "PlausibleValues",
    "PpsDraw",
    "PrincipalComponents",
    "Ratio",
    "Regression",
    "ReplicateWeights",
    "Replicated",
    "ReportingScale",
    "SamplePlan",
    "SampledSchool",
    "School",
    "SharesAtLevels",
    "StandardDeviation",
    "Statistic",
    "Total",
    "Trend",
    "adjusted_for_nonresponse",
    "balanced_repeated_replication",
    "calibrate_with_background",
    "chain_design",
    "check_design",
    "code_background",
    "combine",
    "cyclic_design",
    "design_effect",
    "effective_size",
    "estimate",
    "fay_factor",
    "given_replicates",
    "intraclass_correlation",
    "jackknife_1",
    "jackknife_2",
    "jackknife_n",
    "kish_design_effect",
    "latent_regression",
    "normalised",
    "paired_domains_design",
    "plan_sample",
    "plausible_values",
    "principal_components",
    "reporting_scale",
    "sample_schools",
    "sample_students",
    "school_rates",
    "senate",
    "spiral",
    "student_rates",
    "systematic_pps",
    "trend",
    "trimmed",
    "variance_zones",
]
