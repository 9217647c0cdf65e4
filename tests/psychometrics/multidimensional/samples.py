"""Small data sets with several abilities."""

import numpy as np

from psychometrics import ResponseMatrix
from psychometrics.item_parameters import ItemEstimate, item_estimate
from psychometrics.multidimensional import (
    BifactorItem,
    bifactor_item,
    simulate_bifactor,
    simulate_multidimensional,
)


def mixed_items(prefix: str, n: int, rng: np.random.Generator) -> list[ItemEstimate]:
    """Two-category, graded and partial-credit items in turn."""
    found = []
    for i in range(n):
        a, b = float(rng.uniform(0.8, 1.8)), float(rng.normal(0.0, 0.8))
        kind, steps = [("2pl", [b]), ("grm", [b - 0.6, b + 0.7]), ("gpcm", [b - 0.4, b + 0.5])][
            i % 3
        ]
        found.append(item_estimate(f"{prefix}{i + 1}", kind, [a, *steps]))
    return found


MODELS = {"1": "2pl", "2": "grm", "0": "gpcm"}


def models_of(responses: ResponseMatrix) -> dict[str, str]:
    """The models :func:`mixed_items` gave the items."""
    return {label: MODELS[str(int(label[1:]) % 3)] for label in responses.items}


def dimensions_of(responses: ResponseMatrix) -> dict[str, str]:
    """Items are labelled by their dimension's letter."""
    return {label: label[0] for label in responses.items}


def several_abilities(
    n: int, correlation: float, n_dimensions: int, n_items: int, seed: int
) -> ResponseMatrix:
    """Responses to mixed items of dimensions that correlate alike, one in eight missing."""
    rng = np.random.default_rng(seed)
    spread = np.full((n_dimensions, n_dimensions), correlation)
    np.fill_diagonal(spread, 1.0)
    theta = rng.multivariate_normal(np.zeros(n_dimensions), spread, n)
    items = {name: mixed_items(name, n_items, rng) for name in "ABCD"[:n_dimensions]}
    observed = rng.random((n, n_dimensions * n_items)) > 0.125
    return simulate_multidimensional(items, theta, rng, observed=observed)


def clustered_items(sizes: tuple[int, ...], n_alone: int, seed: int) -> list[BifactorItem]:
    """Clusters of mixed items with specific slopes of their own, and items without one."""
    rng = np.random.default_rng(seed)
    found = []
    for name, size in zip("ABCD", sizes, strict=False):
        for estimate in mixed_items(name, size, rng):
            found.append(bifactor_item(estimate, name, float(rng.uniform(0.5, 1.2))))
    return found + [bifactor_item(estimate) for estimate in mixed_items("Z", n_alone, rng)]


def with_testlets(
    n: int, sizes: tuple[int, ...], n_alone: int, seed: int, missing: float = 0.1
) -> tuple[ResponseMatrix, dict[str, str], list[BifactorItem]]:
    """Responses, the specific factor of each item, and the items."""
    items = clustered_items(sizes, n_alone, seed)
    rng = np.random.default_rng(seed + 1)
    observed = rng.random((n, len(items))) >= missing
    general, specific = rng.normal(size=n), rng.normal(size=(n, len(sizes)))
    responses = simulate_bifactor(items, general, specific, rng, observed=observed)
    factor = {i.general.item: i.specific for i in items if i.specific is not None}
    return responses, factor, items
