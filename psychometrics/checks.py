"""What must hold before anything is estimated; each refusal names the item and the remedy."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from psychometrics.arrays import IntArray
from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError, ModelError
from psychometrics.item_parameters import ItemEstimate
from psychometrics.models import DICHOTOMOUS, find_model
from psychometrics.models.base import ItemModel
from psychometrics.parameter_names import kind_of
from psychometrics.priors import Prior
from psychometrics.specification import Specification

MAX_NAMED = 20


def check_calibratable(responses: ResponseMatrix, wanted: Specification) -> None:
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
    used = responses.select(responses.weights > 0)
    check_categories(used, wanted.anchors)
    first, n_categories = used.first_category, used.n_categories
    for position, (label, model) in enumerate(zip(used.items, wanted.names, strict=True)):
        if label in wanted.anchors:
            continue
        _check_item(used, position, label, int(first[position]), int(n_categories[position]))
        if model in DICHOTOMOUS and n_categories[position] > 2:
            raise ModelError(
                "too_many_categories",
                f"Item {label!r} has {n_categories[position]} categories but {model} takes two; "
                "choose gpcm, grm or pcm.",
                item=label,
                model=model,
                n_categories=int(n_categories[position]),
            )
    _check_groups(used)
    check_connected(used, [used.items.index(label) for label in wanted.anchors])


def _check_groups(used: ResponseMatrix) -> None:
    present = np.bincount(used.group_codes[used.answered], minlength=len(used.groups))
    for label, n in zip(used.groups, present, strict=True):
        if not n:
            raise DataError(
                "group_without_responses",
                f"Group {label!r} has no responses; leave its rows out.",
                group=label,
            )


def _check_item(
    used: ResponseMatrix, position: int, label: str, first: int, n_categories: int
) -> None:
    seen = used.scores[used.observed[:, position], position]
    if not seen.size:
        raise DataError(
            "item_without_responses",
            f"Column {label!r}: nobody answered this item; leave the column out.",
            column=label,
        )
    if n_categories == 1:
        raise DataError(
            "constant_item",
            f"Column {label!r}: every response is {first}, so the item tells nothing about "
            "ability; leave the column out.",
            column=label,
            category=first,
        )
    counts = np.bincount(seen - first, minlength=n_categories)
    if (counts == 0).any():
        missing = first + int(np.argmin(counts))
        raise DataError(
            "skipped_category",
            f"Column {label!r}: nobody is in category {missing}, between {first} and "
            f"{first + n_categories - 1}; join it with its neighbour and renumber.",
            column=label,
            category=missing,
            lowest=first,
            highest=first + n_categories - 1,
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


def check_connected(responses: ResponseMatrix, anchored: Sequence[int] = ()) -> None:
    """Refuse a design whose items fall into parts that share no person.

    Anchored items (by position) are on one scale already, so they connect their parts.
    """
    if responses.observed.all():
        return
    links = _links(responses).tolil()
    if len(anchored):
        links[anchored[0], list(anchored)] = True
    n_components, component = connected_components(links.tocsr(), directed=False)
    if n_components == 1:
        return
    parts = [
        [responses.items[i] for i in np.flatnonzero(component == part)]
        for part in range(n_components)
    ]
    shown = "; ".join(", ".join(part[:MAX_NAMED]) for part in parts[:MAX_NAMED])
    raise DataError(
        "design_not_connected",
        f"The items fall into {n_components} parts that no person connects ({shown}); "
        "calibrate each part alone, or add persons who answered items of both.",
        n_components=int(n_components),
        components=[part[:MAX_NAMED] for part in parts[:MAX_NAMED]],
    )


def _links(responses: ResponseMatrix) -> "sparse.csr_matrix":
    n_items, step = responses.n_items, 65_536
    together = np.zeros((n_items, n_items), dtype=np.float32)
    for start in range(0, responses.n_persons, step):
        seen = responses.observed[start : start + step].astype(np.float32)
        together += seen.T @ seen
    return sparse.csr_matrix(together > 0)


def responses_per_item(responses: ResponseMatrix) -> IntArray:
    """Number of observed responses to each item."""
    return np.asarray(responses.observed.sum(axis=0), dtype=np.intp)


def check_categories(responses: ResponseMatrix, known: Mapping[str, ItemEstimate]) -> None:
    """Refuse a response that is not among the categories of an item with known parameters."""
    for column, label in enumerate(responses.items):
        if label not in known:
            continue
        lowest = known[label].first_category
        highest = lowest + known[label].n_categories - 1
        own = responses.scores[:, column]
        wrong = responses.observed[:, column] & ((own < lowest) | (own > highest))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            person = str(responses.persons[row])
            raise DataError(
                "category_not_calibrated",
                f"Row {row + 1} (person {person!r}), column {label!r}: category {own[row]} is "
                f"outside the calibrated {lowest} to {highest}; correct the score.",
                row=row + 1,
                person=person,
                column=label,
                value=int(own[row]),
                lowest=lowest,
                highest=highest,
            )
