"""Putting two scales together: links, chains of links, anchor drift, linking error."""

from psychometrics.linking.anchors import AnchorPairs, anchor_pairs
from psychometrics.linking.chains import NetworkLink, PathLink, bisector, chain, link_through
from psychometrics.linking.drift import AnchorDrift, anchor_drift, robust_z
from psychometrics.linking.link import Link, link
from psychometrics.linking.linking_error import (
    JackknifedLink,
    LinkingError,
    anchor_shifts,
    jackknife_link,
    linking_error,
)
from psychometrics.linking.resampling import BootstrappedLink, bootstrap_link
from psychometrics.linking.screening import (
    AnchorScreening,
    DriftRule,
    RemovedAnchor,
    screen_anchors,
)
from psychometrics.linking.stacking import stack_forms
from psychometrics.linking.transform import transform, transform_item
from psychometrics.linking.weights import AbilityWeights

__all__ = [
    "AbilityWeights",
    "AnchorDrift",
    "AnchorPairs",
    "AnchorScreening",
    "BootstrappedLink",
    "DriftRule",
    "JackknifedLink",
    "Link",
    "LinkingError",
    "NetworkLink",
    "PathLink",
    "RemovedAnchor",
    "anchor_drift",
    "anchor_pairs",
    "anchor_shifts",
    "bisector",
    "bootstrap_link",
    "chain",
    "jackknife_link",
    "link",
    "link_through",
    "linking_error",
    "robust_z",
    "screen_anchors",
    "stack_forms",
    "transform",
    "transform_item",
]
