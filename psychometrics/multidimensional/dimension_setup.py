"""From the responses to all items to one unidimensional objective a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.errors import ModelError
from psychometrics.estimation.checks import check_calibratable
from psychometrics.estimation.expected_counts import CodedResponses, code_responses
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.objective_building import build_objective
from psychometrics.estimation.parameter_names import kind_of
from psychometrics.estimation.specification import (
    ModelChoice,
    Specification,
    models_by_item,
    specify,
)
from psychometrics.models import find_model
from psychometrics.priors import Prior
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.stored import store
from psychometrics.responses.summary import ResponseSummary

MOST_DIMENSIONS = 4


@dataclass(frozen=True)
class DimensionSetup:
    """One dimension before the estimation.

    Attributes
    ----------
    columns : (n_items,)
        Positions of its items in the response matrix.
    """

    name: str
    columns: IntArray
    summary: ResponseSummary
    wanted: Specification
    objective: Objective
    coded: CodedResponses


def dimension_names(items: Sequence[str], dimensions: Mapping[str, str]) -> dict[str, list[int]]:
    """Positions of the items of every dimension, in the order of its first item.

    Raises
    ------
    ModelError
        An item without a dimension, a dimension for an item that is not in the data, or not between
        two and four dimensions.
    """
    for label in dimensions:
        if label not in items:
            raise ModelError(
                "dimension_for_unknown_item",
                f"There is a dimension for item {label!r}, which is not in the data; check the name.",
                item=label,
            )
    found: dict[str, list[int]] = {}
    for position, label in enumerate(items):
        if label not in dimensions:
            raise ModelError(
                "item_without_dimension",
                f"Item {label!r} has no dimension; name the one it measures, or leave the column out.",
                item=label,
            )
        found.setdefault(dimensions[label], []).append(position)
    if not 2 <= len(found) <= MOST_DIMENSIONS:
        raise ModelError(
            "wrong_number_of_dimensions",
            f"The items name {len(found)} dimensions; between 2 and {MOST_DIMENSIONS} can be "
            "calibrated together (one: use calibrate).",
            dimensions=len(found),
            maximum=MOST_DIMENSIONS,
        )
    return found


def set_up(
    responses: ResponseMatrix,
    dimensions: Mapping[str, str],
    model: ModelChoice,
    priors: Sequence[Prior],
) -> tuple[DimensionSetup, ...]:
    """An objective of every dimension, its own populations standard where the scale wants it."""
    chosen = models_by_item(responses.items, model)
    names = dimension_names(responses.items, dimensions)
    _refuse_unknown_items(responses.items, priors)
    return tuple(
        _of_dimension(responses, name, np.array(columns, dtype=np.intp), chosen, priors)
        for name, columns in names.items()
    )


def _of_dimension(
    responses: ResponseMatrix,
    name: str,
    columns: IntArray,
    model: str | Mapping[str, str],
    priors: Sequence[Prior],
) -> DimensionSetup:
    own = columns_of(responses, columns)
    whole = specify(responses, model)
    models = {label: whole.names[at] for label, at in zip(own.items, columns, strict=True)}
    wanted = specify(own, models, priors=_priors_of(priors, models))
    stored = store(own)
    check_calibratable(stored.summary, wanted)
    objective = build_objective(stored, wanted)
    first, _ = wanted.categories(stored.summary)
    coded = code_responses(own.select(own.weights > 0), objective.item_set, first)
    return DimensionSetup(
        name, columns, stored.summary, wanted, replace(objective, coded=coded), coded
    )


def columns_of(responses: ResponseMatrix, columns: IntArray) -> ResponseMatrix:
    """The responses to these items only."""
    return replace(
        responses,
        scores=responses.scores[:, columns],
        observed=responses.observed[:, columns],
        items=tuple(responses.items[at] for at in columns),
        kinds=None if responses.kinds is None else responses.kinds[:, columns],
    )


def _priors_of(priors: Sequence[Prior], models: Mapping[str, str]) -> list[Prior]:
    """The priors that concern a dimension's items."""
    kinds = {
        kind_of(name)
        for chosen in map(find_model, set(models.values()))
        for name in ("intercept", *chosen.reported_names(2 if chosen.is_dichotomous else 4))
    }
    found = []
    for prior in priors:
        here = tuple(label for label in prior.items if label in models)
        if here or (not prior.items and prior.kind in kinds):
            found.append(replace(prior, items=here))
    return found


def _refuse_unknown_items(items: Sequence[str], priors: Sequence[Prior]) -> None:
    for prior in priors:
        for label in prior.items:
            if label not in items:
                raise ModelError(
                    "bad_prior",
                    f"Prior {prior.text!r}: there is no item {label!r}.",
                    prior=prior.text,
                    remedy=f"there is no item {label!r}",
                )
