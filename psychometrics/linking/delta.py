r"""Standard errors of a link from the errors of the anchors' parameters (delta method).

Every method solves :math:`g(\beta, \xi) = 0` for :math:`\beta = (A, B)`, given the anchors' parameters
:math:`\xi` on both scales. The implicit function theorem gives the derivative of the solution,

.. math:: \frac{\partial\beta}{\partial\xi} = -\Big(\frac{\partial g}{\partial\beta}\Big)^{-1}
          \frac{\partial g}{\partial\xi}, \qquad
          \mathrm{Cov}(\beta) = \frac{\partial\beta}{\partial\xi} \Sigma
          \Big(\frac{\partial\beta}{\partial\xi}\Big)^T

with :math:`\Sigma` block-diagonal over the two calibrations. Ogasawara (2000), Econ. Rev. Otaru 51,
1-23; Ogasawara (2001), Appl. Psych. Meas. 25, 53-67.
"""

from collections.abc import Callable

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.linking.anchors import AnchorPairs
from psychometrics.results import ItemEstimate, item_estimate

STEP = 1e-5

# What is zero at the solution, given the anchors and (A, B).
Equations = Callable[[AnchorPairs, FloatArray], FloatArray]


def link_covariance(
    pairs: AnchorPairs,
    solution: FloatArray,
    equations: Equations,
    errors: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Covariance matrix of A and B, (2, 2); a fixed A has none.

    Parameters
    ----------
    errors : pair of (n_parameters, n_parameters)
        Covariance of the anchors' reported parameters (a, then b or steps, then c; anchor after
        anchor) in the new and in the base calibration.

    Raises
    ------
    ModelError
        A covariance matrix does not fit the anchors.
    """
    _check_size(pairs, errors)
    moving = np.array([1]) if pairs.has_fixed_unit else np.array([0, 1])
    by_link = np.stack(
        [_difference(lambda x: equations(pairs, x), solution, i)[moving] for i in moving], axis=1
    )
    by_new = _by_parameters(pairs.new, lambda x: equations(AnchorPairs(x, pairs.base), solution))
    by_base = _by_parameters(pairs.base, lambda x: equations(AnchorPairs(pairs.new, x), solution))
    covariance = np.zeros((2, 2))
    for by_side, error in zip((by_new, by_base), errors, strict=True):
        jacobian = np.linalg.solve(by_link, by_side[moving])
        covariance[np.ix_(moving, moving)] += jacobian @ error @ jacobian.T
    return covariance


def _difference(
    function: Callable[[FloatArray], FloatArray], at: FloatArray, position: int
) -> FloatArray:
    step = np.zeros(len(at))
    step[position] = STEP * max(1.0, abs(at[position]))
    rise = function(at + step) - function(at - step)
    return np.asarray(rise / (2.0 * step[position]))


def _by_parameters(
    items: tuple[ItemEstimate, ...], value: Callable[[tuple[ItemEstimate, ...]], FloatArray]
) -> FloatArray:
    """Derivative by every reported parameter of the items, (2, n_parameters)."""
    columns = []
    for position, item in enumerate(items):

        def moved(
            reported: FloatArray, position: int = position, item: ItemEstimate = item
        ) -> FloatArray:
            changed = item_estimate(item.item, item.model, reported.tolist())
            return value((*items[:position], changed, *items[position + 1 :]))

        reported = item.reported
        columns += [_difference(moved, reported, k) for k in range(len(reported))]
    return np.stack(columns, axis=1)


def _check_size(pairs: AnchorPairs, errors: tuple[FloatArray, FloatArray]) -> None:
    n_parameters = sum(len(item.reported) for item in pairs.new)
    for side, error in zip(("new", "base"), errors, strict=True):
        if np.shape(error) != (n_parameters, n_parameters):
            raise ModelError(
                "wrong_covariance_size",
                f"The covariance of the {side} calibration is {np.shape(error)}, but the anchors "
                f"have {n_parameters} parameters.",
                calibration=side,
                n_parameters=n_parameters,
            )
