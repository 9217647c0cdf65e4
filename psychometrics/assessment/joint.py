"""Items and latent regression estimated together, one dimension."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.linalg import spsolve

from psychometrics.arrays import FloatArray
from psychometrics.assessment.background import Background, refuse_rank_deficiency
from psychometrics.assessment.latent_regression import LatentRegression, latent_regression
from psychometrics.assessment.likelihood import Dimension, Likelihood
from psychometrics.assessment.posterior import SPACING_OF_SUMS, GridPosterior, covering_grid
from psychometrics.assessment.regression_step import Population, em_step, evaluate, newton_step
from psychometrics.calibrate import build_objective, calibrate
from psychometrics.calibrated_items import items_of
from psychometrics.errors import ConvergenceWarning, ModelError
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.specification import specify
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment
from psychometrics.responses.stored import store
from psychometrics.results import Calibration, Group, ItemEstimate, item_estimate

MODELS = ("1pl", "2pl", "pcm", "gpcm", "grm")
FIRST_LEAST_SD = 0.3
MEMORY = 6  # earlier iterates that take part in the acceleration
GROWTH = 2.0


@dataclass(frozen=True, eq=False)
class JointCalibration:
    """What :func:`calibrate_with_background` returns.

    Attributes
    ----------
    calibration : Calibration
        Items without standard errors; the one group is the population over all backgrounds.
    regression : LatentRegression
        Its standard errors take the items as known.
    cycles : int
    gradient_norm : float
        Of the items' parameters, per person.
    """

    calibration: Calibration
    regression: LatentRegression
    cycles: int
    gradient_norm: float


def calibrate_with_background(
    responses: ResponseMatrix,
    background: Background,
    model: str = "pcm",
    *,
    quadrature: Quadrature | None = None,
    missing: MissingTreatment = FOR_CALIBRATION,
    tolerance: float = 1e-7,
    max_cycles: int = 500,
) -> JointCalibration:
    r"""Estimate items and regression by maximum likelihood together.

    .. math:: \max_{\xi, \beta, \sigma} \sum_n w_n \log \int
              \prod_i P_i(x_{ni} \mid \theta)\, \phi(\theta; x_n^\top \beta, \sigma^2)\, d\theta

    without an intercept (the items' difficulties hold it). With fixed slopes (``pcm``) the residual SD
    is free, otherwise it is one.

    Parameters
    ----------
    responses : ResponseMatrix
        One group.
    background : Background
    model : {"pcm", "1pl", "2pl", "gpcm", "grm"}
    quadrature : Quadrature, optional
        These nodes and no others (to repeat what another program did).
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as; as in calibration unless said
        otherwise.
    tolerance : float
        Gradient norm per person of the items' parameters at which to stop.

    Raises
    ------
    ModelError
        Another model, or several groups.
    DataError
        As in :func:`calibrate` and :func:`latent_regression`.

    Warns
    -----
    ConvergenceWarning
        The gradient did not fall below the tolerance.

    Notes
    -----
    Starts from a calibration without background; then in turn Newton's step of the regression and an
    M-step of the items. Large assessments calibrate first and condition afterwards
    (:func:`latent_regression`); this is for small ones and for comparison with programs that do both.

    References
    ----------
    Adams, Wilson & Wu (1997), J. Educ. Behav. Stat. 22, 47-76.
    """
    _check_request(responses, model)
    responses = responses.treat(missing)
    refuse_rank_deficiency(background, responses.weights)
    search = _Search(responses, background.values, model, quadrature)
    norm = np.inf
    cycles = 0
    while norm >= tolerance and cycles < max_cycles:
        norm, cycles = search.cycle(), cycles + 1
    if norm >= tolerance:
        warnings.warn(
            f"gradient norm per person {norm:.1e} after {max_cycles} cycles",
            ConvergenceWarning,
            stacklevel=2,
        )
    calibration, residual_sd = search.calibration(norm < tolerance, norm, cycles)
    if model != "pcm":
        calibration = _rescaled(calibration, residual_sd)
    regression = latent_regression(
        responses, calibration, background, intercept=False, quadrature=quadrature
    )
    calibration = replace(
        calibration,
        log_likelihood=regression.log_likelihood,
        groups=(_population(regression, background, responses),),
        n_parameters=search.n_free + regression.n_parameters - (0 if model == "pcm" else 1),
    )
    return JointCalibration(calibration, regression, cycles, norm)


def _check_request(responses: ResponseMatrix, model: str) -> None:
    if model not in MODELS:
        raise ModelError(
            "model_not_joint",
            f"Items and regression can be estimated together under {', '.join(MODELS)}, not "
            f"{model!r}; calibrate first and use latent_regression.",
            model=model,
        )
    if len(responses.groups) > 1:
        raise ModelError(
            "one_group_only",
            "Give the groups as background variables; here there is one population.",
            groups=list(responses.groups),
        )


class _Mixing:
    """Anderson's acceleration of a slowly converging iteration x -> g(x).

    The next point is the combination of the last images whose steps g - x cancel best. Forgotten
    where the gradient grows. Anderson (1965), J. ACM 12, 547-560.
    """

    def __init__(self) -> None:
        self.steps: list[FloatArray] = []
        self.images: list[FloatArray] = []
        self.last_norm = np.inf

    def next(self, point: FloatArray, image: FloatArray, norm: float) -> FloatArray:
        """Where to go from here."""
        if norm > GROWTH * self.last_norm:
            self.steps, self.images = [], []
        self.last_norm = norm
        self.steps = [*self.steps[-MEMORY:], image - point]
        self.images = [*self.images[-MEMORY:], image]
        if len(self.steps) < 2:
            return image
        differences = np.diff(np.stack(self.steps, axis=1), axis=1)
        share = np.linalg.lstsq(differences, self.steps[-1], rcond=1e-10)[0]
        return np.asarray(image - np.diff(np.stack(self.images, axis=1), axis=1) @ share)


class _Search:
    """Items and population, improved in turn."""

    def __init__(
        self,
        responses: ResponseMatrix,
        x: FloatArray,
        model: str,
        quadrature: Quadrature | None,
    ) -> None:
        self.start = calibrate(responses, model, standard_errors=False)
        self.items, self.coded = items_of(responses, self.start)
        self.x, self.weights = x, responses.weights
        self.n_persons = responses.n_persons
        wanted = specify(responses, [model] * responses.n_items)
        self.objective = _without_population(build_objective(store(responses), wanted))
        self.full = self.objective.template.copy()
        self.full[: len(self.items.full)] = self.items.full
        sd = self.start.groups[0].sd
        self.population = Population(np.zeros((x.shape[1], 1)), np.array([[sd**2]]))
        self.least_sd = FIRST_LEAST_SD
        self.quadrature = quadrature
        self.mixing = _Mixing()

    @property
    def n_free(self) -> int:
        """Free parameters of the items."""
        return self.objective.free.n_free

    def cycle(self) -> float:
        """One step of the regression, one of the items; the items' gradient norm before it."""
        before = self._state()
        likelihood = self._likelihood()
        posterior = self._posterior(likelihood)
        here = evaluate(posterior, self.x, self.weights, self.population)
        self.least_sd = here.least_sd
        step = newton_step(here, self.population)
        if step is not None and step.decrement < 1.0 and step.populations()[0].is_proper:
            self.population = step.populations()[0]
        else:
            self.population = em_step(here, self.population, self.x, self.weights)
        norm = self._improve_items(self._posterior(likelihood))
        self._move_to(self.mixing.next(before, self._state(), norm))
        return norm

    def _state(self) -> FloatArray:
        free = self.objective.free.collect(self.full)
        log_sd = 0.5 * np.log(self.population.covariance[0])
        return np.concatenate([free, self.population.coefficients[:, 0], log_sd])

    def _move_to(self, state: FloatArray) -> None:
        free, coefficients, log_sd = np.split(state, [self.n_free, len(state) - 1])
        self.full = self.objective.free.expand(free, self.full)
        self.population = Population(coefficients[:, None], np.exp(2.0 * log_sd)[:, None])

    def _likelihood(self) -> Likelihood:
        own = replace(self.items, full=self.full[: len(self.items.full)])
        return Likelihood((Dimension("theta", own, self.coded),), self.n_persons)

    def _posterior(self, likelihood: Likelihood) -> GridPosterior:
        if self.quadrature is not None:
            return GridPosterior(likelihood.on(self.quadrature.nodes))
        centre = self.x @ self.population.coefficients
        grid = covering_grid(centre, self.population.sd, self.least_sd, SPACING_OF_SUMS)
        return GridPosterior(likelihood.on(grid))

    def _improve_items(self, posterior: GridPosterior) -> float:
        objective = replace(self.objective, nodes=posterior.gridded.grid)
        counts = self._counts(posterior)
        gradient = objective.free.contract(objective.full_gradient(self.full, counts))
        information = objective.complete_information(self.full, counts)
        step = spsolve(information, gradient)
        free = objective.free.collect(self.full) + np.clip(step, -0.5, 0.5)
        self.full = objective.free.expand(free, self.full)
        return float(np.linalg.norm(gradient)) / float(self.weights.sum())

    def _counts(self, posterior: GridPosterior) -> ExpectedCounts:
        """Expected counts with every person's own prior."""
        n_nodes = len(posterior.gridded.grid)
        precision = 1.0 / self.population.covariance
        columns = np.zeros((self.coded.design(np.arange(1)).shape[1], n_nodes))
        nodes = np.zeros((1, n_nodes))
        for rows in posterior.chunks():
            centre = self.x[rows] @ self.population.coefficients
            weights = posterior.weights(rows, centre, precision) * self.weights[rows][:, None]
            columns += self.coded.design(rows).T @ weights
            nodes += weights.sum(axis=0)
        return ExpectedCounts(0.0, columns, nodes)

    def calibration(self, converged: bool, norm: float, cycles: int) -> tuple[Calibration, float]:
        """The items as they stand, and the residual SD."""
        found: dict[int, ItemEstimate] = {}
        for block in self.objective.item_set.blocks:
            for i, reported in zip(
                block.items, block.model.reported(block.of(self.full)), strict=True
            ):
                before = self.start.items[int(i)]
                found[int(i)] = item_estimate(
                    before.item,
                    before.model,
                    reported.tolist(),
                    n_responses=before.n_responses,
                    first_category=before.first_category,
                )
        items = tuple(found[i] for i in range(len(found)))
        result = replace(
            self.start,
            items=items,
            converged=converged,
            gradient_norm=norm,
            cycles=cycles,
            trace=(),
            cautions=(),
        )
        return result, float(self.population.sd[0])


def _without_population(objective: Objective) -> Objective:
    """The same with the population held: persons have priors of their own here."""
    held = np.zeros(len(objective.template), dtype=np.bool_)
    held[objective.item_set.n_parameters :] = True
    return replace(objective, free=objective.free.fixing(held))


def _rescaled(calibration: Calibration, unit: float) -> Calibration:
    """The same items with ability counted in this unit: slopes times it, locations over it."""
    items = []
    for estimate in calibration.items:
        located = [value / unit for value in estimate.difficulties]
        items.append(
            item_estimate(
                estimate.item,
                estimate.model,
                [estimate.a * unit, *located],
                n_responses=estimate.n_responses,
                first_category=estimate.first_category,
            )
        )
    return replace(calibration, items=tuple(items))


def _population(
    regression: LatentRegression, background: Background, responses: ResponseMatrix
) -> Group:
    share = responses.weights / responses.weights.sum()
    centre = background.values @ regression.coefficients[:, 0]
    mean = float(share @ centre)
    variance = float(share @ (centre - mean) ** 2) + float(regression.residual_covariance[0, 0])
    return Group(responses.groups[0], mean, float(np.sqrt(variance)), responses.n_persons)
