"""Putting two scales together: links, chains of links, anchor drift, linking error."""

from psychometrics.linking.anchors import AnchorPairs, anchor_pairs
from psychometrics.linking.link import Link, link
from psychometrics.linking.transform import transform, transform_item
from psychometrics.linking.weights import AbilityWeights

__all__ = [
    "AbilityWeights",
    "AnchorPairs",
    "Link",
    "anchor_pairs",
    "link",
    "transform",
    "transform_item",
]
