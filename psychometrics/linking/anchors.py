"""Anchor items: the ones both calibrations estimated, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError, ModelError
from psychometrics.models import MODELS
from psychometrics.results import Calibration, ItemEstimate


@dataclass(frozen=True)
class AnchorPairs:
    """The estimates of the same items on two scales, in the same order."""

    new: tuple[ItemEstimate, ...]
    base: tuple[ItemEstimate, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Item labels."""
        return tuple(item.item for item in self.new)

    @property
    def n_anchors(self) -> int:
        """Number of anchor items."""
        return len(self.new)

    @property
    def has_fixed_unit(self) -> bool:
        """Whether a model with slope one ties both scales to the same unit."""
        return any(MODELS[item.model].slope == "fixed" for item in self.new)

    def without(self, labels: Sequence[str]) -> "AnchorPairs":
        """The pairs that are left when these items no longer count as anchors."""
        kept = [i for i, label in enumerate(self.labels) if label not in labels]
        return AnchorPairs(tuple(self.new[i] for i in kept), tuple(self.base[i] for i in kept))

    def slopes(self) -> tuple[FloatArray, FloatArray]:
        """Slopes on the new and on the base scale, (n_anchors,) each."""
        return (
            np.array([item.a for item in self.new]),
            np.array([item.a for item in self.base]),
        )

    def difficulties(self) -> tuple[FloatArray, FloatArray]:
        """Every difficulty, threshold or step on both scales, item after item; none of a nominal."""
        return _difficulties(self.new), _difficulties(self.base)


def parameter_labels(items: Sequence[ItemEstimate]) -> tuple[str, ...]:
    """Names of the items' reported parameters, as a joint covariance labels them."""
    return tuple(
        f"{name}[{item.item}]"
        for item in items
        for name in MODELS[item.model].reported_names(item.n_categories)
    )


def _difficulties(items: Sequence[ItemEstimate]) -> FloatArray:
    return np.array([value for item in items for value in item.difficulties])


def anchor_pairs(
    new: Calibration, base: Calibration, anchors: Sequence[str] | None = None
) -> AnchorPairs:
    """Find the anchors in both calibrations; every common item unless named.

    Raises
    ------
    DataError
        There is no common item, or a named one is missing from a calibration or named twice.
    ModelError
        An anchor has another model or another number of categories in the two.
    """
    in_new = {item.item: item for item in new.items}
    in_base = {item.item: item for item in base.items}
    labels = [label for label in in_new if label in in_base] if anchors is None else list(anchors)
    if not labels:
        raise DataError(
            "no_anchors",
            "The two calibrations share no item; name them alike, or link through a third form.",
        )
    _check_distinct(labels)
    for label in labels:
        _check_present(label, in_new, in_base)
        _check_alike(in_new[label], in_base[label])
    return AnchorPairs(tuple(in_new[x] for x in labels), tuple(in_base[x] for x in labels))


def _check_distinct(labels: Sequence[str]) -> None:
    for position, label in enumerate(labels):
        if label in labels[:position]:
            raise DataError(
                "anchor_given_twice", f"Anchor {label!r} is named twice; name it once.", item=label
            )


def _check_present(label: str, new: dict[str, ItemEstimate], base: dict[str, ItemEstimate]) -> None:
    for side, known in (("new", new), ("base", base)):
        if label not in known:
            raise DataError(
                "anchor_not_calibrated",
                f"Anchor {label!r} is not in the {side} calibration; leave it out.",
                item=label,
                calibration=side,
            )


def _check_alike(new: ItemEstimate, base: ItemEstimate) -> None:
    if (new.model, new.n_categories) == (base.model, base.n_categories):
        return
    raise ModelError(
        "anchor_differs",
        f"Anchor {new.item!r} is {new.model} with {new.n_categories} categories in the new "
        f"calibration but {base.model} with {base.n_categories} in the base; calibrate it alike, "
        "or leave it out.",
        item=new.item,
        new_model=new.model,
        base_model=base.model,
        new_categories=new.n_categories,
        base_categories=base.n_categories,
    )
