"""Tables from books and programs, and simulated tests, for the tests of DIF."""

import numpy as np

from psychometrics import ResponseMatrix, item_estimate, simulate_responses

# Constructed table: rows (reference right, wrong, focal right, wrong), one score level each.
WORKED = [(20, 30, 12, 38), (45, 35, 30, 40), (70, 20, 50, 30), (55, 5, 40, 10)]

# Bickel, Hammel & O'Connell (1975), Science 187, 398-404: (men admitted, not; women admitted, not)
# in six departments. R 4.2, mantelhaen.test(UCBAdmissions).
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]

# Agresti (2002), Categorical Data Analysis: [gender][income][satisfaction].
JOB_SATISFACTION = [
    [[1, 3, 11, 2], [2, 3, 17, 3], [0, 1, 8, 5], [0, 2, 4, 2]],
    [[1, 1, 2, 1], [0, 3, 5, 1], [0, 0, 7, 3], [0, 1, 9, 6]],
]


def two_by_two(rows):
    """(levels, groups, wrong and right) from rows (reference right, wrong, focal right, wrong)."""
    table = np.array(rows, dtype=float)
    return np.stack([table[:, [1, 0]], table[:, [3, 2]]], axis=1)


def dichotomous(n_items=20, seed=1, slopes=(0.8, 1.6)):
    rng = np.random.default_rng(seed)
    return [
        item_estimate(f"I{k}", "2pl", [rng.uniform(*slopes), rng.uniform(-1.5, 1.5)])
        for k in range(n_items)
    ]


def two_groups(items, seed, n=1000, impact=0.0, focal_items=None, rasch=False):
    """Reference and focal group of n persons each; the focal group may have other items."""
    rng = np.random.default_rng(seed)
    reference = simulate_responses(items, rng.normal(0, 1, n), rng)
    focal = simulate_responses(focal_items or items, rng.normal(impact, 1, n), rng)
    return ResponseMatrix.from_arrays(
        np.concatenate([reference.scores, focal.scores]),
        items=[item.item for item in items],
        groups=["boys"] * n + ["girls"] * n,
    )


def moved(items, which, by):
    """The items, one of them harder."""
    return [
        item_estimate(item.item, item.model, [item.a, *(b + by for b in item.difficulties)])
        if item.item == which
        else item
        for item in items
    ]
