r"""Correlation matrices from numbers without bounds.

.. math:: R = L L^\top, \qquad L_{ij} = \tanh(z_{ij}) \prod_{k<j} \sqrt{1 - \tanh^2 z_{ik}},
          \quad L_{ii} = \prod_{k<i} \sqrt{1 - \tanh^2 z_{ik}}

Each :math:`\tanh z_{ij}` is a partial correlation, so every z gives a positive definite matrix and no
step of a search can leave it. With two dimensions z is Fisher's transform of the correlation.
Lewandowski, Kurowicka & Joe (2009), J. Multivariate Anal. 100, 1989-2001.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import FloatArray, IntArray

COMPLEX_STEP = 1e-30


def pairs(n_dimensions: int) -> tuple[IntArray, IntArray]:
    """Rows and columns of the correlations in the order they are numbered, row by row."""
    rows, columns = np.tril_indices(n_dimensions, -1)
    return rows, columns


def n_dimensions_of(n_pairs: int) -> int:
    """Number of dimensions with so many correlations."""
    return int(1 + np.sqrt(1 + 8 * n_pairs)) // 2


def correlation_matrix(z: FloatArray) -> FloatArray:
    """The matrix at z, (n_dimensions, n_dimensions)."""
    return np.asarray(_product(z).real, dtype=np.float64)


def correlation_jacobian(z: FloatArray) -> FloatArray:
    """Derivative of the correlations (in the order of :func:`pairs`) by z, (n_pairs, n_pairs).

    By a complex step, which is exact to rounding: nothing is subtracted.
    """
    where = pairs(n_dimensions_of(len(z)))
    steps = 1j * COMPLEX_STEP * np.eye(len(z))
    columns = [_product(z + step)[where].imag / COMPLEX_STEP for step in steps]
    return np.stack(columns, axis=1)


def unbounded(correlation: FloatArray) -> FloatArray:
    """The z of a positive definite correlation matrix, (n_pairs,)."""
    factor = np.linalg.cholesky(correlation)
    rows, columns = pairs(len(correlation))
    left = 1.0 - np.cumsum(factor**2, axis=1) + factor**2  # what earlier columns leave of each row
    return np.asarray(np.arctanh(factor[rows, columns] / np.sqrt(left[rows, columns])))


def _product(z: NDArray[Any]) -> NDArray[Any]:
    n = n_dimensions_of(len(z))
    partial = np.zeros((n, n), dtype=z.dtype)
    partial[pairs(n)] = np.tanh(z)
    left = np.cumprod(np.sqrt(1.0 - partial**2), axis=1)
    factor = partial + np.eye(n)
    factor[:, 1:] *= left[:, :-1]
    return factor @ factor.T
