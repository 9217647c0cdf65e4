"""What must hold before anything is estimated; each refusal names the item and the remedy."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from psychometrics.arrays import IntArray
from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError, ModelError
from psychometrics.models import DICHOTOMOUS, find_model
from psychometrics.priors import Prior

MAX_NAMED = 20


def check_calibratable(responses: ResponseMatrix, model: str, priors: Sequence[Prior]) -> None:
    """Refuse what cannot be calibrated with this model.

    Raises
    ------
    DataError
        An item is constant, unseen or skips a category, or the design falls apart.
    ModelError
        The model or a prior does not fit the items.
    NotBuilt
        The model does not exist yet.
    """
    find_model(model)
    check_priors(model, priors)
    used = responses.select(responses.weights > 0)
    first, n_categories = used.first_category, used.n_categories
    for position, label in enumerate(used.items):
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
    check_connected(used)


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


def check_priors(model: str, priors: Sequence[Prior]) -> None:
    """Refuse a prior on a parameter the model does not have, or two on the same."""
    kind = find_model(model)
    seen: set[str] = set()
    for prior in priors:
        absent = (prior.parameter == "c" and not kind.has_asymptote) or (
            prior.parameter == "a" and kind.slope == "fixed"
        )
        if absent:
            raise ModelError(
                "prior_without_parameter",
                f"Prior {prior.text!r}: model {model} does not estimate {prior.parameter}.",
                prior=prior.text,
                model=model,
                parameter=prior.parameter,
            )
        if prior.parameter in seen:
            raise ModelError(
                "prior_given_twice",
                f"Prior {prior.text!r}: {prior.parameter} already has a prior; keep one.",
                prior=prior.text,
                parameter=prior.parameter,
            )
        seen.add(prior.parameter)


def check_connected(responses: ResponseMatrix) -> None:
    """Refuse a design whose items fall into parts that share no person and no group of persons."""
    if responses.observed.all():
        return
    n_components, component = connected_components(_links(responses), directed=False)
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
