"""Items with known parameters, ready to compute with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError
from psychometrics.estimation.checks import check_categories
from psychometrics.estimation.expected_counts import CHUNK_ROWS, CodedResponses, code_responses
from psychometrics.estimation.invariance import own_groups_of_labels, split_by_group
from psychometrics.estimation.item_set import Block, ItemSet, build_item_set
from psychometrics.models import MODELS
from psychometrics.models.base import ThetaDerivatives
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, ItemEstimate


@dataclass(frozen=True)
class CalibratedItems:
    """Estimates laid out in blocks, with their internal parameters."""

    estimates: tuple[ItemEstimate, ...]
    item_set: ItemSet
    full: FloatArray

    def theta_derivatives(self, block: Block, theta: FloatArray) -> ThetaDerivatives:
        """Probabilities and derivatives of one block's items."""
        return block.model.theta_derivatives(block.of(self.full), theta)


def calibrated_items(estimates: Sequence[ItemEstimate]) -> CalibratedItems:
    """Lay estimates out for computation."""
    models = [MODELS[estimate.model] for estimate in estimates]
    item_set = build_item_set(models, [estimate.n_categories for estimate in estimates])
    full = np.zeros(item_set.n_parameters)
    for block in item_set.blocks:
        reported = np.stack([estimates[position].reported for position in block.items])
        full[block.parameters] = block.model.internal(reported).ravel()
    return CalibratedItems(tuple(estimates), item_set, full)


def as_calibrated(responses: ResponseMatrix, calibration: Calibration) -> ResponseMatrix:
    """The responses with one column for each calibrated item.

    An item that some groups have parameters of their own for becomes one column more for each of them
    (``I3@G2``), appended to the others; without such items the matrix is returned as it is.
    """
    labels = [estimate.item for estimate in calibration.items]
    return split_by_group(responses, own_groups_of_labels(labels, responses))


def items_of(
    responses: ResponseMatrix, calibration: Calibration, chunk_rows: int = CHUNK_ROWS
) -> tuple[CalibratedItems, CodedResponses]:
    """The calibrated items in the columns of a response matrix, and the responses coded for them.

    Calibrated items without a column were not administered. Positions are those of the columns of
    :func:`as_calibrated`.

    Raises
    ------
    DataError
        A column is not among the calibrated items, or a response not among an item's categories.
    """
    known = {estimate.item: estimate for estimate in calibration.items}
    split = as_calibrated(responses, calibration)
    for label in split.items:
        if label not in known:
            raise DataError(
                "unknown_item",
                f"Column {label!r} is not among the calibrated items; remove it, or use the "
                "calibration it belongs to.",
                column=label,
            )
    items = calibrated_items([known[label] for label in split.items])
    check_categories(split, known)
    first = np.array([estimate.first_category for estimate in items.estimates], dtype=np.intp)
    return items, code_responses(split, items.item_set, first, chunk_rows)
