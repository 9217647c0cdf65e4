"""The maximisation behind the latent regression: EM, then Newton, on nodes that fit what is found."""

import numpy as np
from scipy.linalg import solve_triangular

from psychometrics.arrays import FloatArray
from psychometrics.assessment.likelihood import Likelihood
from psychometrics.assessment.posterior import Posterior, is_adequate, posterior_for
from psychometrics.assessment.regression_step import (
    Evaluation,
    Population,
    em_step,
    evaluate,
    newton_step,
)
from psychometrics.errors import DataError

EM_STEPS = 3  # they bring the start to where Newton's steps are trustworthy
MAX_HALVINGS = 8
ROUNDING = 1e-10
FIRST_SD = 1.0
FIRST_LEAST_SD = 0.3
MAX_GRIDS = 6
SMALLEST_SD = 0.01  # below it the residual is nothing that a test could show
LARGEST_PRIOR_MEAN = 30.0


def orthonormal_basis(x: FloatArray, weights: FloatArray) -> FloatArray:
    """Combinations of the columns that are uncorrelated and of length one, (n_columns, n_columns).

    The search runs on them, so units and offsets of the variables (a year of birth) cost no digits.
    """
    root = np.sqrt(weights / weights.sum())[:, None]
    triangle = np.linalg.qr(x * root, mode="r")
    inverse = solve_triangular(triangle, np.eye(len(triangle)))
    return np.asarray(inverse, dtype=np.float64)


class RegressionSearch:
    """The state of one maximisation."""

    def __init__(
        self,
        likelihood: Likelihood,
        x: FloatArray,
        weights: FloatArray,
        tolerance: float,
        max_cycles: int,
    ) -> None:
        self.likelihood, self.x, self.weights = likelihood, x, weights
        self.tolerance, self.max_cycles = tolerance, max_cycles
        n_dimensions = len(likelihood.dimensions)
        self.population = Population(
            np.zeros((x.shape[1], n_dimensions)), FIRST_SD**2 * np.eye(n_dimensions)
        )
        self.least_sd = FIRST_LEAST_SD
        self.trace: list[float] = []
        self.decrement = np.inf
        self.converged = False

    def run(self, fixed: Posterior | None) -> None:
        """Search, and again on better nodes until the nodes fit what was found."""
        if fixed is not None:
            self.here = self._evaluate(fixed, self.population)
            self._climb(fixed)
            return
        for _ in range(MAX_GRIDS):
            posterior = self._posterior()
            self.here = self._evaluate(posterior, self.population)
            self._climb(posterior)
            self.least_sd = self.here.least_sd
            prior_mean = self.x @ self.population.coefficients
            if is_adequate(posterior, prior_mean, self.population.sd, self.least_sd):
                return
        self.converged = False

    def _posterior(self) -> Posterior:
        prior_mean = self.x @ self.population.coefficients
        return posterior_for(self.likelihood, prior_mean, self.population.sd, self.least_sd)

    def _evaluate(self, posterior: Posterior, population: Population) -> Evaluation:
        return evaluate(posterior, self.x, self.weights, population)

    def _climb(self, posterior: Posterior) -> None:
        self.converged = False
        for _ in range(self.max_cycles):
            self.trace.append(self.here.log_likelihood)
            step = newton_step(self.here, self.population)
            self.decrement = step.decrement if step else np.inf
            if self.decrement < self.tolerance:
                self.converged = True
                return
            is_early = len(self.trace) <= EM_STEPS
            if is_early or step is None or not self._rises(posterior, step.populations()):
                population = em_step(self.here, self.population, self.x, self.weights)
                self._refuse_degenerate(population)
                self._accept(posterior, population)
            self._refuse_degenerate(self.population)

    def _refuse_degenerate(self, population: Population) -> None:
        if not population.is_proper or population.sd.min() < SMALLEST_SD:
            name = self.likelihood.names[int(np.argmin(np.diag(population.covariance)))]
            raise DataError(
                "nothing_left_unexplained",
                f"The residual variance of {name!r} falls to zero: everybody answered alike, the "
                "background holds the test's own score, or two dimensions are one. Leave that out.",
                dimension=name,
            )
        centre = self.x @ population.coefficients
        if np.abs(centre).max() > LARGEST_PRIOR_MEAN:
            raise DataError(
                "abilities_run_off",
                f"Some prior means move beyond ±{LARGEST_PRIOR_MEAN:g} logits: nearly all responses "
                "are in the highest or lowest category. Check the scoring.",
                limit=LARGEST_PRIOR_MEAN,
            )

    def _rises(self, posterior: Posterior, candidates: list[Population]) -> bool:
        for candidate in candidates[:MAX_HALVINGS]:
            if not candidate.is_proper:
                continue
            there = self._evaluate(posterior, candidate)
            lost = ROUNDING * abs(self.here.log_likelihood)
            if there.log_likelihood >= self.here.log_likelihood - lost:
                self.population, self.here = candidate, there
                return True
        return False

    def _accept(self, posterior: Posterior, population: Population) -> None:
        self.population = population
        self.here = self._evaluate(posterior, population)
