"""Latent regression: ability explained by background variables, straight from the responses."""

import warnings
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.assessment.background import Background, refuse_rank_deficiency
from psychometrics.assessment.likelihood import Calibrations, Likelihood, likelihood_of
from psychometrics.assessment.posterior import (
    GridPosterior,
    Posterior,
)
from psychometrics.assessment.regression_search import RegressionSearch, orthonormal_basis
from psychometrics.assessment.regression_step import (
    covariance_of_estimates,
)
from psychometrics.errors import ConvergenceWarning, DataError, ModelError
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_SCORING, MissingTreatment


@dataclass(frozen=True, eq=False)
class LatentRegression:
    """A fitted regression of ability on background variables.

    Attributes
    ----------
    dimensions, columns : names
    coefficients, se : (n_columns, n_dimensions) logits per unit of the variable
    residual_covariance, se_residual_covariance : (n_dimensions, n_dimensions)
    covariance : (n_columns * n_dimensions,) * 2
        Of the coefficients, dimension by dimension (all columns of the first dimension first).
    r_squared : (n_dimensions,)
        Explained variance over explained plus residual variance.
    eap, posterior_sd : (n_persons, n_dimensions)
        Posterior means and SDs given responses and background.
    reliability : (n_dimensions,)
        Variance of the EAPs over that variance plus the mean posterior variance.
    trace : tuple of float
        Log-likelihood after each cycle.
    """

    dimensions: tuple[str, ...]
    columns: tuple[str, ...]
    coefficients: FloatArray
    se: FloatArray
    residual_covariance: FloatArray
    se_residual_covariance: FloatArray
    covariance: FloatArray
    r_squared: FloatArray
    eap: FloatArray
    posterior_sd: FloatArray
    reliability: FloatArray
    log_likelihood: float
    converged: bool
    cycles: int
    n_persons: int
    n_parameters: int
    trace: tuple[float, ...]

    @property
    def residual_correlation(self) -> FloatArray:
        """Correlation of the dimensions beyond the background, (n_dimensions, n_dimensions)."""
        sd = np.sqrt(np.diag(self.residual_covariance))
        return np.asarray(self.residual_covariance / np.outer(sd, sd))


def latent_regression(
    responses: ResponseMatrix,
    calibrations: Calibrations,
    background: Background | None = None,
    *,
    intercept: bool = True,
    quadrature: Quadrature | None = None,
    missing: MissingTreatment = FOR_SCORING,
    tolerance: float = 1e-10,
    max_cycles: int = 200,
) -> LatentRegression:
    r"""Fit the population model of an assessment with item parameters known.

    .. math:: \theta_n = B^\top x_n + e_n, \quad e_n \sim N(0, \Sigma), \qquad
              \max_{B, \Sigma} \sum_n w_n \log \int L_n(\theta)\, \phi(\theta; B^\top x_n, \Sigma)\, d\theta

    Three EM cycles, then Newton's method with the exact observed information (Louis' formula).

    Parameters
    ----------
    responses : ResponseMatrix, (n_persons, n_items)
        Weights count as frequencies: for sampling weights pass them normalised to the number of
        persons (`weights.normalised`) and take standard errors from replicate weights.
    calibrations : Calibration, or mapping from each dimension's name to its Calibration
        One to four dimensions; every item belongs to one. Their populations are not used.
    background : Background, (n_persons, n_columns), optional
        Without it the population's mean (intercept) and covariance are estimated.
    intercept : bool
        Whether to put a column of ones first.
    quadrature : Quadrature, optional
        These nodes and no others, one dimension only (to repeat what another program did).
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; all of them wrong unless said
        otherwise, as in scoring.
    tolerance : float
        Newton's decrement (squared distance to the maximum in standard errors) at which to stop.

    Returns
    -------
    LatentRegression

    Raises
    ------
    DataError
        Columns that follow from others (named), other numbers of persons, nobody with a response.
    ModelError
        An item in two dimensions, or more than four dimensions.

    Warns
    -----
    ConvergenceWarning
        The decrement did not fall below the tolerance.

    Notes
    -----
    One dimension: equally spaced nodes that cover all prior means by six residual SDs, refined until
    the spacing is below the smallest posterior SD. Two to four: adaptive Gauss-Hermite with 9, 7, 5
    points a dimension. Standard errors take the item parameters as known.

    References
    ----------
    Mislevy (1984), Psychometrika 49, 359-381. Adams, Wilson & Wu (1997), J. Educ. Behav. Stat. 22,
    47-76. Louis (1982), JRSS B 44, 226-233.
    """
    responses = responses.treat(missing)
    likelihood = likelihood_of(responses, calibrations)
    design = _design(background, responses.n_persons, intercept)
    _refuse_no_responses(responses)
    _refuse_too_few(responses, len(design.columns))
    with one_blas_thread():
        refuse_rank_deficiency(design, responses.weights)
        basis = orthonormal_basis(design.values, responses.weights)
        turned = design.values @ basis
        search = RegressionSearch(likelihood, turned, responses.weights, tolerance, max_cycles)
        search.run(_fixed_nodes(likelihood, quadrature))
    if not search.converged:
        warnings.warn(
            f"latent regression stopped after {len(search.trace)} cycles with decrement "
            f"{search.decrement:.1e}",
            ConvergenceWarning,
            stacklevel=2,
        )
    return _result(likelihood, design, responses.weights, basis, search)


def _design(background: Background | None, n_persons: int, intercept: bool) -> Background:
    given = background or Background((), np.empty((n_persons, 0)))
    if given.n_persons != n_persons:
        raise DataError(
            "background_of_other_length",
            f"{given.n_persons} rows of background for {n_persons} persons; "
            "give one row a person, in the same order.",
            rows=given.n_persons,
            expected=n_persons,
        )
    if not given.columns and not intercept:
        raise ModelError("nothing_to_estimate", "Give background variables, or keep the intercept.")
    return given.with_intercept() if intercept else given


def _fixed_nodes(likelihood: Likelihood, quadrature: Quadrature | None) -> Posterior | None:
    if quadrature is None:
        return None
    if len(likelihood.dimensions) > 1:
        raise ModelError(
            "fixed_nodes_in_one_dimension_only",
            "Fixed nodes are for one dimension; leave quadrature out.",
            dimensions=len(likelihood.dimensions),
        )
    return GridPosterior(likelihood.on(quadrature.nodes))


def _refuse_too_few(responses: ResponseMatrix, n_columns: int) -> None:
    n_used = int((responses.weights > 0).sum())
    if n_used <= n_columns:
        raise DataError(
            "too_few_persons",
            f"{n_used} persons with a positive weight for {n_columns} background columns (intercept "
            "included); leave out variables or keep fewer principal components.",
            persons=n_used,
            columns=n_columns,
        )


def _refuse_no_responses(responses: ResponseMatrix) -> None:
    if not (responses.answered & (responses.weights > 0)).any():
        raise DataError(
            "nothing_observed",
            "Nobody with a positive weight has an observed response; check the columns.",
        )


def _result(
    likelihood: Likelihood,
    design: Background,
    weights: FloatArray,
    basis: FloatArray,
    search: RegressionSearch,
) -> LatentRegression:
    here, population = search.here, search.population
    errors = covariance_of_estimates(here, population)
    fitted = search.x @ population.coefficients
    turn = np.kron(np.eye(len(likelihood.names)), basis)
    covariance = turn @ errors.coefficients @ turn.T
    residual = np.diag(population.covariance)
    share = weights / weights.sum()
    explained = _weighted_variance(fitted, share)
    spread = _weighted_variance(here.posterior_mean, share)
    n_coefficients = population.coefficients.size
    return LatentRegression(
        dimensions=likelihood.names,
        columns=design.columns,
        coefficients=basis @ population.coefficients,
        se=np.sqrt(np.diag(covariance)).reshape(len(residual), -1).T,
        residual_covariance=population.covariance,
        se_residual_covariance=errors.se_residual_covariance,
        covariance=covariance,
        r_squared=explained / (explained + residual),
        eap=here.posterior_mean,
        posterior_sd=np.sqrt(here.posterior_variance),
        reliability=spread / (spread + share @ here.posterior_variance),
        log_likelihood=here.log_likelihood,
        converged=search.converged,
        cycles=len(search.trace),
        n_persons=likelihood.n_persons,
        n_parameters=n_coefficients + len(residual) * (len(residual) + 1) // 2,
        trace=tuple(search.trace),
    )


def _weighted_variance(values: FloatArray, share: FloatArray) -> FloatArray:
    return np.asarray(share @ (values - share @ values) ** 2)
