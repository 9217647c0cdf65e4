"""What a calibration estimated, read back from its result."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import NotBuilt
from psychometrics.estimation.constraints import impose, parse_constraint
from psychometrics.estimation.equalities import Equalities
from psychometrics.estimation.free_parameters import (
    FreeParameters,
    describe_entry,
    free_parameters,
    usual_equalities,
)
from psychometrics.estimation.item_set import ItemSet, build_item_set
from psychometrics.estimation.specification import Specification, specify
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, ItemEstimate

N_POPULATION = 2  # mean and log SD


@dataclass(frozen=True)
class EstimatedParameters:
    """Internal parameters at the estimates, and which of them moved.

    Attributes
    ----------
    item_set : ItemSet
        The blocks as they were calibrated.
    full : (n_full,)
        Items' internal parameters, then mean and log SD of every group.
    free : FreeParameters
    groups : tuple of str
        Labels of the groups, in the order of the full vector.
    """

    item_set: ItemSet
    full: FloatArray
    free: FreeParameters
    groups: tuple[str, ...]

    def selection(self) -> FloatArray:
        """From derivatives by all entries to derivatives by the free ones, (n_full, n_free)."""
        chosen = np.zeros((len(self.full), self.free.n_free))
        moving = np.flatnonzero(self.free.is_free)
        chosen[moving, self.free.index[moving]] = 1.0
        return chosen


def estimated_parameters(
    responses: ResponseMatrix, calibration: Calibration
) -> EstimatedParameters:
    """Models, groups, anchors and constraints of a calibration as one vector.

    Parameters
    ----------
    responses : ResponseMatrix
        With the calibration's columns, see :func:`~psychometrics.fit.populations.as_calibrated`.

    Raises
    ------
    NotBuilt
        An ability distribution other than normal, or an option that the result does not tell.
    """
    if any(group.histogram for group in calibration.groups):
        raise NotBuilt(
            "model_fit_of_histogram",
            "Model fit with an estimated density of ability is not available; calibrate with normal "
            "densities to judge the model.",
        )
    estimates = [calibration.item(label) for label in responses.items]
    groups = tuple(group.group for group in calibration.groups)
    item_set, free = _free(estimates, calibration, responses, groups)
    if calibration.n_parameters not in (0, free.n_free) and len(estimates) == calibration.n_items:
        raise NotBuilt(
            "model_fit_of_option",
            f"The calibration estimated {calibration.n_parameters} parameters where its models, "
            f"groups and constraints have {free.n_free}; model fit is not available for the option "
            "that makes the difference.",
            n_estimated=calibration.n_parameters,
            n_expected=free.n_free,
        )
    return EstimatedParameters(item_set, _full(item_set, estimates, calibration), free, groups)


def _free(
    estimates: list[ItemEstimate],
    calibration: Calibration,
    responses: ResponseMatrix,
    groups: tuple[str, ...],
) -> tuple[ItemSet, FreeParameters]:
    wanted = _specification(estimates, calibration, responses)
    sizes = np.array([estimate.n_categories for estimate in estimates], dtype=np.intp)
    item_set = build_item_set(wanted.models(responses.items, sizes), sizes)
    n_full = item_set.n_parameters + N_POPULATION * len(groups)
    equalities = usual_equalities(
        item_set,
        n_full,
        N_POPULATION,
        wanted.is_free_population,
        lambda entry: describe_entry(item_set, responses.items, groups, entry, N_POPULATION),
    )
    _fix_anchors(equalities, item_set, responses.items, calibration.anchors)
    impose(wanted.constraints, equalities, item_set, responses.items, groups, N_POPULATION)
    return item_set, free_parameters(equalities)


def _specification(
    estimates: list[ItemEstimate], calibration: Calibration, responses: ResponseMatrix
) -> Specification:
    anchors = [estimate for estimate in estimates if estimate.item in calibration.anchors]
    return specify(
        responses,
        {estimate.item: estimate.model for estimate in estimates},
        anchors=anchors or None,
        constraints=[parse_constraint(text) for text in calibration.constraints],
    )


def _fix_anchors(
    equalities: Equalities, item_set: ItemSet, items: tuple[str, ...], anchors: tuple[str, ...]
) -> None:
    """The value does not matter here, only that it cannot move."""
    for block in item_set.blocks:
        entries = block.of(np.arange(item_set.n_parameters, dtype=np.float64)).astype(np.intp)
        for position, own in zip(block.items, entries.tolist(), strict=True):
            for entry in own if items[position] in anchors else ():
                if np.isnan(equalities.values()[entry]):
                    equalities.fix(entry, 0.0)


def _full(item_set: ItemSet, estimates: list[ItemEstimate], calibration: Calibration) -> FloatArray:
    full = np.empty(item_set.n_parameters + N_POPULATION * len(calibration.groups))
    for block in item_set.blocks:
        reported = np.stack([estimates[position].reported for position in block.items])
        full[block.parameters] = block.model.internal(reported).ravel()
    population = [[group.mean, np.log(group.sd)] for group in calibration.groups]
    full[item_set.n_parameters :] = np.ravel(population)
    return full
