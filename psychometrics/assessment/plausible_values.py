"""Plausible values: draws from each person's posterior given responses and background."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.assessment.background import INTERCEPT, Background
from psychometrics.assessment.gaussian_posterior import (
    GaussianPosterior,
    flat_sites,
    gaussian_posterior,
)
from psychometrics.assessment.latent_regression import LatentRegression
from psychometrics.assessment.likelihood import (
    Calibrations,
    GridLikelihood,
    interpolate,
    likelihood_of,
)
from psychometrics.assessment.ordered import in_order
from psychometrics.assessment.posterior import SPACING_OF_INTERPOLATION, covering_grid
from psychometrics.errors import DataError, ModelError
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment
from psychometrics.results import Calibration

ROWS_PER_BLOCK = 1024  # part of the definition of the draws: another value gives other draws
SWEEPS = 5
N_STEPS = 10
PROPOSAL_DF = 6.0  # tails heavier than any posterior's, so that no region is missed
MAX_VALUES = 1000


@dataclass(frozen=True, eq=False)
class PlausibleValues:
    """Draws of every person.

    Attributes
    ----------
    values : (n_persons, n_values, n_dimensions) logits
    acceptance : float
        Mean acceptance rate of the sampler; a chain that stood still for all its steps has
        probability about (1 - acceptance) to the number of steps.
    draws_coefficients : bool
        Whether each set of values has regression coefficients of its own.
    """

    dimensions: tuple[str, ...]
    persons: NDArray[np.str_]
    values: FloatArray
    acceptance: float
    draws_coefficients: bool

    @property
    def n_values(self) -> int:
        """Plausible values a person."""
        return int(self.values.shape[1])

    def of(self, dimension: str | None = None) -> FloatArray:
        """Values of one dimension (the only one unless named), (n_persons, n_values)."""
        if dimension is None and len(self.dimensions) > 1:
            raise ModelError(
                "which_dimension",
                f"There are several dimensions ({', '.join(self.dimensions)}); name one.",
                dimensions=list(self.dimensions),
            )
        return self.values[:, :, self.dimensions.index(dimension or self.dimensions[0])]


def plausible_values(
    responses: ResponseMatrix,
    calibrations: Calibrations,
    regression: LatentRegression,
    rng: np.random.Generator,
    *,
    background: Background | None = None,
    n_values: int = 10,
    draw_coefficients: bool = True,
    missing: MissingTreatment = FOR_SCORING,
) -> PlausibleValues:
    r"""Draw plausible values.

    .. math:: \theta_n^{(m)} \sim p(\theta \mid y_n, x_n) \propto
              L_n(\theta)\, \phi(\theta; B^{(m)\top} x_n, \hat\Sigma), \qquad
              B^{(m)} \sim N(\hat B, \operatorname{Cov}(\hat B))

    Parameters
    ----------
    responses, calibrations, background
        As given to :func:`latent_regression`; persons may be others than those of the fit.
    regression : LatentRegression
    rng : numpy.random.Generator
        The same generator state gives the same values.
    n_values : int
        Five to twenty are usual; 10 in PISA.
    draw_coefficients : bool
        Whether each set of values uses coefficients drawn from their normal approximation, as
        proper multiple imputation asks; the residual covariance stays at its estimate.
    missing : MissingTreatment
        As in the regression.

    Returns
    -------
    PlausibleValues
        A person without responses gets draws from the population given the background.

    Raises
    ------
    DataError
        The background has other columns or rows than the regression.
    ModelError
        Other dimensions than the regression's, or an impossible number of values.

    Notes
    -----
    Independence Metropolis-Hastings with a multivariate t (6 degrees of freedom) at the normal
    approximation of the posterior, 10 steps for every value on its own, so the draws of a person
    are independent. The likelihood comes from a cubic between nodes at most 0.1 apart.

    References
    ----------
    Mislevy (1991), Psychometrika 56, 177-196. Tierney (1994), Ann. Statist. 22, 1701-1762.
    """
    _check_request(n_values, regression, calibrations)
    likelihood = likelihood_of(responses, calibrations, missing)
    x = _matching(background, regression, responses.n_persons)
    sets = _coefficient_sets(regression, rng, n_values, draw_coefficients)
    sd = np.sqrt(np.diag(regression.residual_covariance))
    centre = x @ regression.coefficients
    least_sd = float(regression.posterior_sd.min())
    gridded = likelihood.on(covering_grid(centre, sd, least_sd, SPACING_OF_INTERPOLATION))
    rows_of_blocks = _blocks(responses.n_persons)
    blocks = list(zip(rows_of_blocks, rng.spawn(len(rows_of_blocks)), strict=True))

    def of_block(block: tuple[IntArray, np.random.Generator]) -> tuple[FloatArray, float]:
        return _sampled(_target(gridded, regression, block[0], x, sets), block[1])

    values = np.empty((responses.n_persons, n_values, len(sd)))
    accepted = 0.0
    for (rows, _), (drawn, rate) in zip(blocks, in_order(of_block, blocks), strict=True):
        values[rows] = drawn
        accepted += rate * len(rows)
    return PlausibleValues(
        dimensions=regression.dimensions,
        persons=responses.persons,
        values=values,
        acceptance=accepted / responses.n_persons,
        draws_coefficients=draw_coefficients,
    )


def _blocks(n_persons: int) -> list[IntArray]:
    starts = range(0, n_persons, ROWS_PER_BLOCK)
    return [np.arange(start, min(start + ROWS_PER_BLOCK, n_persons)) for start in starts]


def _check_request(n_values: int, regression: LatentRegression, calibrations: Calibrations) -> None:
    if not 1 <= n_values <= MAX_VALUES:
        raise ModelError(
            "wrong_number_of_values",
            f"{n_values} plausible values; ask for 1 to {MAX_VALUES}.",
            values=n_values,
            maximum=MAX_VALUES,
        )
    given = () if isinstance(calibrations, Calibration) else tuple(calibrations)
    if given and given != regression.dimensions:
        raise ModelError(
            "other_dimensions",
            f"The regression has dimensions {', '.join(regression.dimensions)}, the calibrations "
            f"{', '.join(given)}; give the same in the same order.",
            expected=list(regression.dimensions),
            given=list(given),
        )


def _matching(
    background: Background | None, regression: LatentRegression, n_persons: int
) -> FloatArray:
    given = background or Background((), np.empty((n_persons, 0)))
    design = given.with_intercept() if INTERCEPT in regression.columns else given
    if design.columns != regression.columns or design.n_persons != n_persons:
        raise DataError(
            "background_differs",
            f"The regression used {', '.join(regression.columns)} for its persons; given are "
            f"{', '.join(design.columns)} in {design.n_persons} rows for {n_persons} persons. "
            "Give the same columns in the same order, one row a person.",
            expected=list(regression.columns),
            given=list(design.columns),
            rows=design.n_persons,
            persons=n_persons,
        )
    return design.values


def _coefficient_sets(
    regression: LatentRegression, rng: np.random.Generator, n_values: int, drawn: bool
) -> FloatArray:
    """Coefficients of each set of values, (n_values, n_columns, n_dimensions)."""
    centre = regression.coefficients
    sets = np.tile(centre, (n_values, 1, 1))
    if drawn:
        factor = _root(regression.covariance)
        moved = rng.standard_normal((n_values, len(factor))) @ factor.T
        sets += moved.reshape(n_values, centre.shape[1], centre.shape[0]).transpose(0, 2, 1)
    return sets


def _root(covariance: FloatArray) -> FloatArray:
    """A square root that exists even where rounding took the matrix's last digits."""
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    return np.asarray(scale[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


@dataclass(frozen=True, eq=False)
class _Target:
    """Posterior density of a block of persons, and where it lies."""

    table: FloatArray  # (D, n, n_nodes)
    grid: FloatArray
    prior_mean: FloatArray  # (n, n_values, D)
    precision: FloatArray
    centre: GaussianPosterior

    def log_density(self, theta: FloatArray) -> FloatArray:
        """Up to a constant, (n, n_values)."""
        residual = theta - self.prior_mean
        result: FloatArray = -0.5 * ((residual @ self.precision) * residual).sum(axis=2)
        for d, log_likelihood in enumerate(self.table):
            result += interpolate(log_likelihood, self.grid, theta[:, :, d])
        return result


def _target(
    gridded: GridLikelihood,
    regression: LatentRegression,
    rows: IntArray,
    x: FloatArray,
    sets: FloatArray,
) -> _Target:
    table = gridded.of(rows)
    precision = np.asarray(np.linalg.inv(regression.residual_covariance), dtype=np.float64)
    sites = flat_sites(len(rows), len(precision))
    middle = x[rows] @ regression.coefficients
    centre, _ = gaussian_posterior(table, gridded.grid, middle, precision, sites, SWEEPS)
    prior_mean = np.einsum("np,mpd->nmd", x[rows], sets, optimize=True)
    return _Target(table, gridded.grid, prior_mean, precision, centre)


def _sampled(target: _Target, rng: np.random.Generator) -> tuple[FloatArray, float]:
    """The state of each chain after its last step, and the mean acceptance rate."""
    factor = np.asarray(np.linalg.cholesky(target.centre.covariance), dtype=np.float64)
    theta, log_ratio = _proposal(target, factor, rng)
    accepted = 0.0
    for _ in range(N_STEPS):
        proposed, proposed_ratio = _proposal(target, factor, rng)
        moves: BoolArray = np.log1p(-rng.random(log_ratio.shape)) < proposed_ratio - log_ratio
        theta[moves], log_ratio[moves] = proposed[moves], proposed_ratio[moves]
        accepted += float(moves.mean()) / N_STEPS
    return theta, accepted


def _proposal(
    target: _Target, factor: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """A draw (n, n_values, D) and its log density over that of the proposal (n, n_values)."""
    n, n_values, n_dimensions = target.prior_mean.shape
    z = rng.standard_normal((n, n_values, n_dimensions))
    z /= np.sqrt(rng.chisquare(PROPOSAL_DF, (n, n_values, 1)) / PROPOSAL_DF)
    theta = target.centre.mean[:, None, :] + z @ factor.transpose(0, 2, 1)
    log_proposal = -0.5 * (PROPOSAL_DF + n_dimensions) * np.log1p((z**2).sum(axis=2) / PROPOSAL_DF)
    return theta, target.log_density(theta) - log_proposal
