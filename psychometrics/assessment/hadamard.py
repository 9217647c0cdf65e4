"""Hadamard matrices, which tell a balanced repeated replication what to take in each replicate."""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError

LARGEST_ORDER = 2000


def hadamard(at_least: int) -> FloatArray:
    """The smallest Hadamard matrix of order ``at_least`` or more that can be built here.

    Sylvester's doubling and Paley's two constructions over prime fields: every multiple of 4 up to
    100 except 52, 92 and 100, where the next order is taken. The first row and column are ones.

    Raises
    ------
    ModelError
        More than 2,000 is asked for.

    References
    ----------
    Paley (1933), J. Math. Phys. 12, 311-320. Wolter (2007), *Introduction to Variance Estimation*,
    2nd ed., app. A.
    """
    if not 1 <= at_least <= LARGEST_ORDER:
        raise ModelError(
            "order_out_of_range",
            f"A Hadamard matrix of order {at_least} is asked for; 1 to {LARGEST_ORDER} can be built.",
            order=at_least,
            maximum=LARGEST_ORDER,
        )
    order = at_least
    while (found := _of_order(order)) is None:
        order += 1
    return _normalised(found)


def _of_order(order: int) -> FloatArray | None:
    if order <= 2:
        return np.array([[1.0, 1.0], [1.0, -1.0]])[:order, :order]
    if order % 4:
        return None
    if _is_prime(order - 1):
        return _paley_one(order - 1)
    if _is_prime(order // 2 - 1) and (order // 2 - 1) % 4 == 1:
        return _paley_two(order // 2 - 1)
    half = _of_order(order // 2)
    return None if half is None else np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), half)


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def _jacobsthal(q: int) -> FloatArray:
    """Quadratic character of the differences modulo a prime q."""
    squares = {(x * x) % q for x in range(1, q)}
    character = np.array([0.0, *(1.0 if x in squares else -1.0 for x in range(1, q))])
    index = np.arange(q)
    return np.asarray(character[(index[:, None] - index) % q])


def _paley_one(q: int) -> FloatArray:
    core = np.zeros((q + 1, q + 1))
    core[0, 1:], core[1:, 0] = 1.0, -1.0
    core[1:, 1:] = _jacobsthal(q)
    return np.asarray(core + np.eye(q + 1))


def _paley_two(q: int) -> FloatArray:
    core = np.ones((q + 1, q + 1))
    core[0, 0] = 0.0
    core[1:, 1:] = _jacobsthal(q)
    plus, zero = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([[1.0, -1.0], [-1.0, -1.0]])
    return np.asarray(np.kron(core, plus) + np.kron(np.eye(q + 1), zero))


def _normalised(matrix: FloatArray) -> FloatArray:
    """First row and column of ones."""
    matrix = matrix * matrix[:1]
    return np.asarray(matrix * matrix[:, :1])
