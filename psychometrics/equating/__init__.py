"""Equating: scores of one form in terms of another's, with their standard errors."""

from psychometrics.equating.anchor_equating import equate_through_anchor, synthetic_frequencies
from psychometrics.equating.anchor_linear import AnchorMoments, Line, anchor_line
from psychometrics.equating.bootstrap import ResponseSample, with_bootstrap_errors
from psychometrics.equating.conversion import (
    Conversion,
    ConversionRow,
    ReportingRule,
    on_reporting_scale,
)
from psychometrics.equating.frequencies import JointFrequencies, ScoreFrequencies
from psychometrics.equating.irt_equating import (
    irt_observed_score,
    irt_true_score,
    model_frequencies,
)
from psychometrics.equating.one_population import equate
from psychometrics.equating.percentiles import percentile_point, percentile_rank
from psychometrics.equating.smoothing import (
    DegreeChoice,
    LoglinearFit,
    SmoothedFrequencies,
    SmoothedJoint,
    choose_degree,
    internal_anchor_pairs,
    smooth,
    smooth_joint,
)

__all__ = [
    "AnchorMoments",
    "Conversion",
    "ConversionRow",
    "DegreeChoice",
    "JointFrequencies",
    "Line",
    "LoglinearFit",
    "ReportingRule",
    "ResponseSample",
    "ScoreFrequencies",
    "SmoothedFrequencies",
    "SmoothedJoint",
    "anchor_line",
    "choose_degree",
    "equate",
    "equate_through_anchor",
    "internal_anchor_pairs",
    "irt_observed_score",
    "irt_true_score",
    "model_frequencies",
    "on_reporting_scale",
    "percentile_point",
    "percentile_rank",
    "smooth",
    "smooth_joint",
    "synthetic_frequencies",
    "with_bootstrap_errors",
]
