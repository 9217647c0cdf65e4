"""What must hold before anything is estimated; each refusal names the item and the remedy."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from psychometrics.arrays import IntArray
from psychometrics.errors import DataError, ModelError
from psychometrics.estimation.parameter_names import kind_of
from psychometrics.estimation.specification import Specification
from psychometrics.item_parameters import ItemEstimate
from psychometrics.models import DICHOTOMOUS, find_model
from psychometrics.models.base import ItemModel
from psychometrics.priors import Prior
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.summary import ResponseSummary

MAX_NAMED = 20


def check_calibratable(summary: ResponseSummary, wanted: Specification) -> None:
    """Refuse what cannot be calibrated as specified.

    Raises
    ------
    DataError
        An item is constant, unseen or skips a category, a response is not among an anchored item's
        categories, or the design falls apart.
    ModelError
        The model or a prior does not fit the items.
    """
    check_priors(wanted.names, wanted.priors)
    n_categories = summary.n_categories
    for position, (label, model) in enumerate(zip(summary.items, wanted.names, strict=True)):
        if label in wanted.anchors:
            continue
        _check_item(label, summary.category_counts[position])
        if model in DICHOTOMOUS and n_categories[position] > 2:
            raise ModelError(
                "too_many_categories",
                f"Item {label!r} has {n_categories[position]} categories but {model} takes two; "
                "choose gpcm, grm or pcm.",
                item=label,
                model=model,
                n_categories=int(n_categories[position]),
            )
    _check_groups(summary)
    check_connected(summary, [summary.items.index(label) for label in wanted.anchors])


def _check_groups(summary: ResponseSummary) -> None:
    for label, n in zip(summary.groups, summary.group_answered, strict=True):
        if not n:
            raise DataError(
                "group_without_responses",
                f"Group {label!r} has no responses; leave its rows out.",
                group=label,
            )


def _check_item(label: str, counts: IntArray) -> None:
    present = np.flatnonzero(counts)
    if not present.size:
        raise DataError(
            "item_without_responses",
            f"Column {label!r}: nobody answered this item; leave the column out.",
            column=label,
        )
    first, highest = int(present[0]), int(present[-1])
    if first == highest:
        raise DataError(
            "constant_item",
            f"Column {label!r}: every response is {first}, so the item tells nothing about "
            "ability; leave the column out.",
            column=label,
            category=first,
        )
    if len(present) <= highest - first:
        missing = first + int(np.argmin(counts[first : highest + 1]))
        raise DataError(
            "skipped_category",
            f"Column {label!r}: nobody is in category {missing}, between {first} and "
            f"{highest}; join it with its neighbour and renumber.",
            column=label,
            category=missing,
            lowest=first,
            highest=highest,
        )


def check_priors(models: Sequence[str], priors: Sequence[Prior]) -> None:
    """Refuse a prior on a parameter that no model has, or two on the same."""
    seen: dict[tuple[str, tuple[str, ...]], Prior] = {}
    known = {name: find_model(name) for name in models}
    for prior in priors:
        if not any(_estimates(model, prior.kind) for model in known.values()):
            listed = ", ".join(known)
            raise ModelError(
                "prior_without_parameter",
                f"Prior {prior.text!r}: model {listed} does not estimate {prior.parameter}.",
                prior=prior.text,
                model=listed,
                parameter=prior.parameter,
            )
        if (prior.parameter, prior.items) in seen:
            raise ModelError(
                "prior_given_twice",
                f"Prior {prior.text!r}: {prior.parameter} already has a prior; keep one.",
                prior=prior.text,
                parameter=prior.parameter,
            )
        seen[prior.parameter, prior.items] = prior


def _estimates(model: ItemModel, kind: str) -> bool:
    if kind == "a" and model.slope == "fixed":
        return False
    # Four categories have every numbered parameter; nominal with two categories is the 2PL.
    kinds = {"intercept", *map(kind_of, model.reported_names(2 if model.is_dichotomous else 4))}
    return kind in (kinds | {"a", "b"} if model.name == "nominal" else kinds)


def check_connected(summary: ResponseSummary, anchored: Sequence[int] = ()) -> None:
    """Refuse a design whose items fall into parts that share no person.

    Anchored items (by position) are on one scale already, so they connect their parts.
    """
    if summary.is_complete:
        return
    anchors = np.asarray(anchored, dtype=np.intp)
    shape = (summary.n_items, summary.n_items)
    to_first = (np.repeat(anchors[:1], len(anchors)), anchors)
    links = summary.linked + scipy.sparse.csr_matrix(
        (np.ones(len(anchors), np.bool_), to_first), shape
    )
    n_components, component = scipy.sparse.csgraph.connected_components(links, directed=False)
    if n_components == 1:
        return
    parts = [np.flatnonzero(component == part) for part in range(n_components)]
    named = [[summary.items[i] for i in part[:MAX_NAMED]] for part in parts[:MAX_NAMED]]
    n_persons = [int(summary.first_seen[part].sum()) for part in parts[:MAX_NAMED]]
    shown = "; ".join(
        f"{', '.join(items)} ({n} persons)" for items, n in zip(named, n_persons, strict=True)
    )
    raise DataError(
        "design_not_connected",
        f"The items fall into {n_components} parts that no person connects: {shown}; "
        "calibrate each part alone, or add persons who answered items of both.",
        n_components=int(n_components),
        components=named,
        n_persons=n_persons,
    )


def check_categories(
    responses: ResponseMatrix, known: Mapping[str, ItemEstimate], rows_before: int = 0
) -> None:
    """Refuse a response that is not among the categories of an item with known parameters."""
    for column, label in enumerate(responses.items):
        if label not in known:
            continue
        lowest = known[label].first_category
        highest = lowest + known[label].n_categories - 1
        own = responses.scores[:, column]
        wrong = responses.observed[:, column] & ((own < lowest) | (own > highest))
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            row, person = rows_before + at, str(responses.persons[at])
            raise DataError(
                "category_not_calibrated",
                f"Row {row + 1} (person {person!r}), column {label!r}: category {own[at]} is "
                f"outside the calibrated {lowest} to {highest}; correct the score.",
                row=row + 1,
                person=person,
                column=label,
                value=int(own[at]),
                lowest=lowest,
                highest=highest,
            )
