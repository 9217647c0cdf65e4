r"""Gradient, observed information and steps of the latent regression.

With P the inverse residual covariance and e the residuals, a person's complete-data log density is
:math:`\tfrac12 \log|P| - \tfrac12 e^\top P e`, so the scores by the coefficients are
:math:`x \otimes P e` and by :math:`P_{ij}` they are :math:`c_{ij}(\Sigma_{ij} - e_i e_j)` with c one
half on the diagonal and one off it. Both are linear in the features of :mod:`posterior`, and Louis'
formula needs no more than their posterior mean and covariance.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.assessment.ordered import in_order
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


@dataclass(frozen=True, eq=False)
class _Contribution:
    """What a chunk of persons adds."""

    rows: IntArray
    log_likelihood: float
    slope: FloatArray  # gradient by the coefficients, (D * n_columns,)
    information: FloatArray
    squares: FloatArray  # weighted sum of the features' second part, (n_pairs,)
    mean: FloatArray  # posterior means, (n_rows, D)
    variance: FloatArray  # posterior variances, (n_rows, D)


def evaluate(
    posterior: Posterior, x: FloatArray, weights: FloatArray, population: Population
) -> Evaluation:
    """One pass over all persons."""
    n_dimensions = len(population.covariance)
    frame = _frame(population.covariance)
    size = population.coefficients.size + len(frame.by_pair)
    gradient, information = np.zeros(size), np.zeros((size, size))
    squares = np.zeros(len(frame.by_pair))
    mean, variance = np.empty((len(x), n_dimensions)), np.empty((len(x), n_dimensions))
    log_likelihood = 0.0

    def of_chunk(rows: IntArray) -> _Contribution:
        return _contribution(posterior, rows, x[rows], weights[rows], population, frame)

    for one in in_order(of_chunk, posterior.chunks()):
        log_likelihood += one.log_likelihood
        gradient[: len(one.slope)] += one.slope
        information += one.information
        squares += one.squares
        mean[one.rows], variance[one.rows] = one.mean, one.variance
    return Evaluation(
        log_likelihood=log_likelihood,
        gradient=_with_pairs(gradient, population.covariance, squares, float(weights.sum())),
        information=information,
        total_weight=float(weights.sum()),
        residual_squares=_symmetric(squares, n_dimensions),
        posterior_mean=mean,
        posterior_variance=variance,
    )


def _contribution(
    posterior: Posterior,
    rows: IntArray,
    x: FloatArray,
    weights: FloatArray,
    population: Population,
    frame: _Frame,
) -> _Contribution:
    n_dimensions = len(population.covariance)
    prior_mean = x @ population.coefficients
    found = posterior.moments(rows, prior_mean, frame.precision)
    residual = found.mean[:, :n_dimensions]
    small = _person_information(frame, residual, found.covariance) * weights[:, None, None]
    return _Contribution(
        rows=rows,
        log_likelihood=float(weights @ found.log_marginal),
        slope=((residual @ frame.precision * weights[:, None]).T @ x).ravel(),
        information=_information(small, x, n_dimensions),
        squares=weights @ found.mean[:, n_dimensions:],
        mean=prior_mean + residual,
        variance=np.diagonal(found.covariance, axis1=1, axis2=2)[:, :n_dimensions],
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


def _information(small: FloatArray, x: FloatArray, n_dimensions: int) -> FloatArray:
    """Put the persons' small matrices around x x' and sum, (D * n_columns + n_pairs,) * 2."""
    n_columns = x.shape[1]
    size = n_dimensions * n_columns
    n_pairs = small.shape[1] - n_dimensions
    information = np.zeros((size + n_pairs, size + n_pairs))
    for i in range(n_dimensions):
        own = slice(i * n_columns, (i + 1) * n_columns)
        for j in range(n_dimensions):
            other = slice(j * n_columns, (j + 1) * n_columns)
            information[own, other] = (x * small[:, i, j, None]).T @ x
        information[own, size:] = x.T @ small[:, i, n_dimensions:]
        information[size:, own] = information[own, size:].T
    information[size:, size:] = small[:, n_dimensions:, n_dimensions:].sum(axis=0)
    return information


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
