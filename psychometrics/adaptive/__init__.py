"""Adaptive tests: selection item by item, shadow tests, multistage panels, and their simulation."""

from psychometrics.adaptive.choosing import Best, Progressive, Randomesque
from psychometrics.adaptive.criteria import (
    Closeness,
    FisherInformation,
    KullbackLeibler,
    PosteriorVariance,
)
from psychometrics.adaptive.exposure import RateLimit, SympsonHetter, Usage
from psychometrics.adaptive.exposure_setup import ExposureSetUp, set_up_sympson_hetter
from psychometrics.adaptive.policy import (
    AdaptivePolicy,
    Decision,
    ExamineeState,
    NextItemPolicy,
)
from psychometrics.adaptive.pool import ItemPool, StimulusSet, item_pool
from psychometrics.adaptive.provisional import ProvisionalEstimator
from psychometrics.adaptive.restrictions import (
    ContentBound,
    MultinomialContent,
    ProportionalContent,
    SlopeStrata,
    WeightedDeviations,
)
from psychometrics.adaptive.shadow import ShadowPolicy
from psychometrics.adaptive.simulation import simulate_adaptive
from psychometrics.adaptive.simulation_report import AdaptiveSimulation
from psychometrics.adaptive.stopping import (
    AllOf,
    GeneralisedRatio,
    InformationFloor,
    Precision,
    SequentialRatio,
    Stopping,
    TimeLimit,
    Verdict,
)

__all__ = [
    "AdaptivePolicy",
    "AdaptiveSimulation",
    "AllOf",
    "Best",
    "Closeness",
    "ContentBound",
    "Decision",
    "ExamineeState",
    "ExposureSetUp",
    "FisherInformation",
    "GeneralisedRatio",
    "InformationFloor",
    "ItemPool",
    "KullbackLeibler",
    "MultinomialContent",
    "NextItemPolicy",
    "PosteriorVariance",
    "Precision",
    "Progressive",
    "ProportionalContent",
    "ProvisionalEstimator",
    "Randomesque",
    "RateLimit",
    "SequentialRatio",
    "ShadowPolicy",
    "SlopeStrata",
    "StimulusSet",
    "Stopping",
    "SympsonHetter",
    "TimeLimit",
    "Usage",
    "Verdict",
    "WeightedDeviations",
    "item_pool",
    "set_up_sympson_hetter",
    "simulate_adaptive",
]
