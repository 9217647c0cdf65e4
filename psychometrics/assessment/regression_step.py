r"""Gradient, observed information and steps of the latent regression.

With P the inverse residual covariance and e the residuals, a person's complete-data log density is
:math:`\tfrac12 \log|P| - \tfrac12 e^\top P e`, so the scores by the coefficients are
:math:`x \otimes P e` and by :math:`P_{ij}` they are :math:`c_{ij}(\Sigma_{ij} - e_i e_j)` with c one
half on the diagonal and one off it. Both are linear in the features of :mod:`posterior`, and Louis'
formula needs no more than their posterior mean and covariance.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.assessment.posterior import Posterior, pairs


@dataclass(frozen=True, eq=False)
class Population:
    """Coefficients (n_columns, n_dimensions) and residual covariance."""

    coefficients: FloatArray
    covariance: FloatArray

    @property
    def sd(self) -> FloatArray:
        """Residual SDs, (n_dimensions,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def is_proper(self) -> bool:
        """Whether the covariance is positive definite."""
        return bool(np.linalg.eigvalsh(self.covariance)[0] > 0.0)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The log-likelihood and all that the next step needs."""

    log_likelihood: float
    gradient: FloatArray  # (n_dimensions * n_columns + n_pairs,)
    information: FloatArray  # observed, the same on both sides
    total_weight: float
    residual_squares: FloatArray  # weighted sum of E[e e'], (D, D)
    posterior_mean: FloatArray  # (n_persons, D)
    posterior_variance: FloatArray  # (n_persons, D)

    @property
    def least_sd(self) -> float:
        """Smallest posterior SD of anybody."""
        return float(np.sqrt(self.posterior_variance.min()))


@dataclass(frozen=True, eq=False)
class _Frame:
    """What depends on the population only."""

    precision: FloatArray
    score: FloatArray  # (F, F): features to scores
    by_pair: FloatArray  # (n_pairs, D, D): derivative of the precision
    pair_information: FloatArray  # (n_pairs, n_pairs)


def _frame(covariance: FloatArray) -> _Frame:
    n_dimensions = len(covariance)
    listed = pairs(n_dimensions)
    precision = np.linalg.inv(covariance)
    precision = 0.5 * (precision + precision.T)
    by_pair = np.zeros((len(listed), n_dimensions, n_dimensions))
    score = np.zeros((n_dimensions + len(listed),) * 2)
    score[:n_dimensions, :n_dimensions] = precision
    for number, (i, j) in enumerate(listed):
        by_pair[number, i, j] = by_pair[number, j, i] = 1.0
        score[n_dimensions + number, n_dimensions + number] = -0.5 if i == j else -1.0
    turned = covariance @ by_pair
    information = 0.5 * np.einsum("aij,bji->ab", turned, turned)
    return _Frame(precision, score, by_pair, information)


def evaluate(
    posterior: Posterior, x: FloatArray, weights: FloatArray, population: Population
) -> Evaluation:
    """One pass over all persons."""
    n_dimensions = len(population.covariance)
    n_columns = x.shape[1]
    frame = _frame(population.covariance)
    size = n_dimensions * n_columns + len(frame.by_pair)
    gradient, information = np.zeros(size), np.zeros((size, size))
    squares = np.zeros(len(frame.by_pair))
    mean, variance = np.empty((len(x), n_dimensions)), np.empty((len(x), n_dimensions))
    log_likelihood = 0.0
    for rows in posterior.chunks():
        prior_mean = x[rows] @ population.coefficients
        found = posterior.moments(rows, prior_mean, frame.precision)
        residual = found.mean[:, :n_dimensions]
        mean[rows] = prior_mean + residual
        variance[rows] = np.diagonal(found.covariance, axis1=1, axis2=2)[:, :n_dimensions]
        log_likelihood += float(weights[rows] @ found.log_marginal)
        squares += weights[rows] @ found.mean[:, n_dimensions:]
        gradient[: n_dimensions * n_columns] += (
            (residual @ frame.precision * weights[rows][:, None]).T @ x[rows]
        ).ravel()
        small = _person_information(frame, residual, found.covariance)
        _add_information(information, small * weights[rows][:, None, None], x[rows], n_dimensions)
    return Evaluation(
        log_likelihood=log_likelihood,
        gradient=_with_pairs(gradient, population.covariance, squares, float(weights.sum())),
        information=information,
        total_weight=float(weights.sum()),
        residual_squares=_symmetric(squares, n_dimensions),
        posterior_mean=mean,
        posterior_variance=variance,
    )


def _with_pairs(
    gradient: FloatArray, covariance: FloatArray, squares: FloatArray, total: float
) -> FloatArray:
    """Fill in the derivative by the precision."""
    for number, (i, j) in enumerate(pairs(len(covariance))):
        share = 0.5 if i == j else 1.0
        gradient[len(gradient) - len(squares) + number] = share * (
            total * covariance[i, j] - squares[number]
        )
    return gradient


def _symmetric(values: FloatArray, n_dimensions: int) -> FloatArray:
    matrix = np.empty((n_dimensions, n_dimensions))
    for value, (i, j) in zip(values, pairs(n_dimensions), strict=True):
        matrix[i, j] = matrix[j, i] = value
    return matrix


def _person_information(frame: _Frame, residual: FloatArray, covariance: FloatArray) -> FloatArray:
    """Complete minus missing information of each person before x comes in, (n, F, F)."""
    n_dimensions = residual.shape[1]
    result = -(frame.score @ covariance @ frame.score.T)
    cross = -np.einsum("aij,nj->nia", frame.by_pair, residual)
    result[:, :n_dimensions, :n_dimensions] += frame.precision
    result[:, n_dimensions:, n_dimensions:] += frame.pair_information
    result[:, :n_dimensions, n_dimensions:] += cross
    result[:, n_dimensions:, :n_dimensions] += cross.transpose(0, 2, 1)
    return np.asarray(result)


def _add_information(
    information: FloatArray, small: FloatArray, x: FloatArray, n_dimensions: int
) -> None:
    n_columns = x.shape[1]
    tail = slice(n_dimensions * n_columns, None)
    for i in range(n_dimensions):
        own = slice(i * n_columns, (i + 1) * n_columns)
        for j in range(n_dimensions):
            other = slice(j * n_columns, (j + 1) * n_columns)
            information[own, other] += (x * small[:, i, j, None]).T @ x
        cross = x.T @ small[:, i, n_dimensions:]
        information[own, tail] += cross
        information[tail, own] += cross.T
    information[tail, tail] += small[:, n_dimensions:, n_dimensions:].sum(axis=0)


def em_step(
    here: Evaluation, population: Population, x: FloatArray, weights: FloatArray
) -> Population:
    """Regress the posterior means on x; the covariance is what remains plus what is unknown."""
    weighted = x * weights[:, None]
    found = np.linalg.solve(x.T @ weighted, weighted.T @ here.posterior_mean)
    coefficients = np.asarray(found, dtype=np.float64)
    moved = x @ (coefficients - population.coefficients)
    explained = moved.T @ (moved * weights[:, None])
    return Population(coefficients, (here.residual_squares - explained) / here.total_weight)


@dataclass(frozen=True, eq=False)
class NewtonStep:
    """A step from a population in (coefficients, precision)."""

    start: Population
    step: FloatArray
    decrement: float

    def populations(self) -> list[Population]:
        """The full step, then half, a quarter and so on."""
        return [self._at(0.5**halvings) for halvings in range(12)]

    def _at(self, length: float) -> Population:
        n_columns, n_dimensions = self.start.coefficients.shape
        size = n_columns * n_dimensions
        change = (length * self.step[:size]).reshape(n_dimensions, n_columns).T
        precision = np.linalg.inv(self.start.covariance)
        precision = precision + length * _symmetric(self.step[size:], n_dimensions)
        covariance = np.linalg.inv(precision)
        return Population(self.start.coefficients + change, 0.5 * (covariance + covariance.T))


def newton_step(here: Evaluation, population: Population) -> NewtonStep | None:
    """Newton's step; None where the information is not positive definite."""
    try:
        factor = np.linalg.cholesky(here.information)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.solve(factor, here.gradient)
    return NewtonStep(population, np.linalg.solve(factor.T, half), float(half @ half))


@dataclass(frozen=True, eq=False)
class EstimateErrors:
    """Covariance of the coefficients and standard errors of the residual covariance."""

    coefficients: FloatArray
    se_residual_covariance: FloatArray


def covariance_of_estimates(here: Evaluation, population: Population) -> EstimateErrors:
    """Inverse observed information, with dSigma = -Sigma dP Sigma for the residual covariance."""
    inverse = np.asarray(np.linalg.inv(here.information), dtype=np.float64)
    size = population.coefficients.size
    covariance = population.covariance
    by_pair = _frame(covariance).by_pair
    change = -(covariance @ by_pair @ covariance)  # (n_pairs, D, D)
    variance = np.einsum("aij,ab,bij->ij", change, inverse[size:, size:], change)
    return EstimateErrors(inverse[:size, :size], np.asarray(np.sqrt(variance)))
