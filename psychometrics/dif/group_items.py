"""Every item with parameters of its own in every group, and hypotheses about which of them are equal.

All hypotheses of an IRT analysis of DIF (everything equal, one item free, only the anchors equal) are
equality constraints on one parameter vector, that of the model in which nothing is shared. The responses
are therefore laid out once; a hypothesis only decides which entries move together, and its search begins
at the estimates and with the observed information of another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.equalities import Equalities
from psychometrics.estimation.expected_counts import code_responses
from psychometrics.estimation.free_parameters import (
    FreeParameters,
    describe_entry,
    free_parameters,
    usual_equalities,
)
from psychometrics.estimation.invariance import own_groups, own_label, split_by_group
from psychometrics.estimation.item_set import Block, ItemSet, build_item_set
from psychometrics.estimation.latent_density import NormalDensity
from psychometrics.estimation.log_prior import LogPrior, prior_terms
from psychometrics.estimation.objective import Evaluation, Objective
from psychometrics.estimation.optimise import Curvature, Solve, complete_curvature, maximise
from psychometrics.estimation.parameter_names import kind_of
from psychometrics.estimation.specification import specify
from psychometrics.estimation.standard_errors import (
    covariance,
    full_covariance,
    observed_information,
)
from psychometrics.priors import Prior
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration, Group, ItemEstimate, item_estimate

Part = Literal["all", "intercepts", "slopes"]

N_POPULATION = 2  # mean and log SD
TOLERANCE = 1e-6  # gradient norm per person
MAX_CYCLES = 500
LARGEST_SLOPE = 25.0  # logits; beyond it an item is a step function and its slope infinite


@dataclass(frozen=True, eq=False)
class Fit:
    """The maximum under one hypothesis.

    Attributes
    ----------
    full : (n_full,)
        Items' internal parameters group by group, then mean and log SD of every group.
    log_likelihood : float
        Without the log prior.
    """

    full: FloatArray
    log_likelihood: float
    n_free: int
    converged: bool
    objective: Objective
    evaluation: Evaluation


class GroupItems:
    """The responses laid out with one version of every item for each group that saw it.

    Parameters
    ----------
    responses : ResponseMatrix
        Persons of the compared groups, missing responses treated.
    baseline : Calibration
        Of the same responses with all items equal across groups.
    priors : sequence of Prior

    Attributes
    ----------
    origin : tuple of (str, str)
        Item and group of each version, in the order of the columns.
    """

    def __init__(
        self,
        responses: ResponseMatrix,
        baseline: Calibration,
        priors: Sequence[Prior],
    ) -> None:
        split = split_by_group(responses, own_groups(responses, list(responses.items)))
        self.items, self.groups, self.labels = responses.items, responses.groups, split.items
        origin = {own_label(i, g): (i, g) for i in self.items for g in self.groups}
        self.origin = tuple(origin[label] for label in split.items)
        self._priors = tuple(priors)
        sources = [baseline.item(item) for item, _ in self.origin]
        sizes = np.array([source.n_categories for source in sources], dtype=np.intp)
        first = np.array([source.first_category for source in sources], dtype=np.intp)
        models = dict(zip(split.items, [source.model for source in sources], strict=True))
        wanted = specify(split, models, priors=priors)
        item_set = build_item_set(wanted.models(split.items, sizes), sizes)
        has_weight = split.weights > 0
        used = split if has_weight.all() else split.select(has_weight)
        self._first_category = first
        self._objective = Objective(
            code_responses(used, item_set, first),
            baseline.nodes,
            _all_free(item_set.n_parameters + N_POPULATION * len(self.groups)),
            _start(item_set, sources, baseline),
            LogPrior(),
            (NormalDensity(),) * len(self.groups),
        )
        self._places = _places(item_set)
        self.start = self._objective.template

    @property
    def item_set(self) -> ItemSet:
        """The blocks, one row for each version of an item."""
        return self._objective.item_set

    def versions(self, item: str) -> tuple[int, ...]:
        """Positions of an item's versions, in the order of the groups that saw it."""
        found = [p for p, (own, _) in enumerate(self.origin) if own == item]
        return tuple(
            sorted(found, key=lambda position: self.groups.index(self.origin[position][1]))
        )

    def entries(self, position: int) -> IntArray:
        """Where a version's internal parameters stand in the full vector."""
        return self._places[position][1]

    def slopes(self, position: int) -> BoolArray:
        """Which of a version's internal parameters are slopes."""
        return self._are(position, ("a", "slope"))

    def intercepts(self, position: int) -> BoolArray:
        """Which of a version's internal parameters are intercepts: neither slopes nor asymptotes."""
        return ~self._are(position, ("a", "slope", "c", "d"))

    def _are(self, position: int, kinds: tuple[str, ...]) -> BoolArray:
        block, _ = self._places[position]
        names = block.model.reported_names(block.n_categories)
        return np.array([kind_of(name) in kinds for name in names], dtype=np.bool_)

    def hypothesis(
        self, own: Mapping[str, Part], population: FloatArray | None = None
    ) -> Objective:
        """The objective in which items are equal across groups, but for what ``own`` names.

        Parameters
        ----------
        own : mapping
            Items with parameters of their own in each group, and which part of them.
        population : (2 * n_groups,), optional
            Mean and log SD of every group, held fixed.
        """
        item_set, n_full = self.item_set, len(self._objective.template)
        equalities = usual_equalities(
            item_set, n_full, N_POPULATION, population is not None, self._describe
        )
        for item in self.items:
            self._join(equalities, self.versions(item), own.get(item))
        for k, value in enumerate(() if population is None else population.tolist()):
            equalities.fix(item_set.n_parameters + k, value)
        values = equalities.values()
        template = np.where(np.isnan(values), self._objective.template, values)
        free = free_parameters(equalities)
        prior = LogPrior(prior_terms(self._priors, item_set, free, self.labels))
        return replace(self._objective, free=free, template=template, prior=prior)

    def _describe(self, entry: int) -> str:
        return describe_entry(self.item_set, self.labels, self.groups, entry, N_POPULATION)

    def _join(self, equalities: Equalities, versions: Sequence[int], part: Part | None) -> None:
        for position in versions[1:]:
            joined = ~self._differs(position, part)
            pairs = zip(
                self.entries(versions[0])[joined], self.entries(position)[joined], strict=True
            )
            for first, second in pairs:
                equalities.join(int(first), int(second))

    def _differs(self, position: int, part: Part | None) -> BoolArray:
        """Which of a version's internal parameters are the group's own."""
        if part == "intercepts":
            return self.intercepts(position)
        if part == "slopes":
            return self.slopes(position)
        return np.full(len(self.entries(position)), part == "all")

    def has_own_slope(self, item: str) -> bool:
        """Whether the slope can differ across groups: not where it is fixed or common to all items."""
        return self._places[self.versions(item)[0]][0].model.slope == "free"

    @one_blas_thread()
    def fit(
        self, objective: Objective, start: FloatArray, curvature: Curvature | None = None
    ) -> Fit:
        """The maximum under a hypothesis, looked for from a full vector.

        Parameters
        ----------
        curvature : callable, optional
            See :func:`information_of`. Where it misleads the search, the usual one takes over.
        """
        free = objective.free.collect(np.where(objective.free.is_free, start, 0.0))
        for expected in (curvature, complete_curvature):
            if expected is None:
                continue
            found = maximise(
                objective,
                free,
                tolerance=TOLERANCE,
                max_cycles=MAX_CYCLES,
                progress=None,
                curvature=expected,
            )
            free = found.free
            if found.converged:
                break
        return Fit(
            objective.expand(found.free),
            found.evaluation.counts.log_likelihood,
            objective.free.n_free,
            found.converged,
            objective,
            found.evaluation,
        )

    def curvature_at(self, fit: Fit) -> Curvature:
        """Observed information at a maximum, for the search under other hypotheses."""
        everything = replace(self._objective, prior=fit.objective.prior)
        information = observed_information(everything, fit.full, fit.evaluation.counts)

        def expect(objective: Objective, point: FloatArray, here: Evaluation) -> Solve:
            moving = np.flatnonzero(objective.free.is_free)
            index = objective.free.index[moving]
            own = np.zeros((objective.free.n_free, objective.free.n_free))
            np.add.at(own, np.ix_(index, index), information[np.ix_(moving, moving)])
            return _solver(own) or complete_curvature(objective, point, here)

        return expect

    def covariance(self, fit: Fit) -> FloatArray | None:
        """Covariance of the full vector; None where the information is not positive definite.

        What is at its boundary, infinite or held fixed has none.
        """
        objective = fit.objective
        known = np.zeros(len(fit.full), dtype=np.bool_)
        for block in self.item_set.blocks:
            known[block.parameters] = block.model.at_boundary(block.of(fit.full)).ravel()
        for position in range(len(self.labels)):
            known[self.entries(position)] |= self._is_infinite(fit, position)
        inside = replace(objective, free=objective.free.fixing(known))
        inverse = covariance(observed_information(inside, fit.full, fit.evaluation.counts))
        return None if inverse is None else full_covariance(inside.free, inverse)

    def is_finite(self, fit: Fit, item: str) -> bool:
        """Whether the data determine an item in every group; steep slopes have run away."""
        return not any(self._is_infinite(fit, position) for position in self.versions(item))

    def _is_infinite(self, fit: Fit, position: int) -> bool:
        own = fit.full[self.entries(position)]
        return bool((np.abs(own[self.slopes(position)]) > LARGEST_SLOPE).any())

    def estimates(self, fit: Fit, item: str) -> tuple[ItemEstimate, ...]:
        """An item as each group that saw it has it, labelled ``item@group``."""
        found = []
        for position in self.versions(item):
            block, own = self._places[position]
            reported = block.model.reported(fit.full[own][None])[0]
            found.append(
                item_estimate(
                    self.labels[position],
                    block.model.published_name,
                    reported.tolist(),
                    first_category=int(self._first_category[position]),
                )
            )
        return tuple(found)

    def populations(self, fit: Fit, sizes: IntArray) -> tuple[Group, ...]:
        """Mean and SD of every group."""
        own = fit.objective.population(fit.full).tolist()
        return tuple(
            Group(label, mean, float(np.exp(log_sd)), int(n))
            for label, (mean, log_sd), n in zip(self.groups, own, sizes, strict=True)
        )


def _all_free(n: int) -> FreeParameters:
    return FreeParameters(np.ones(n, dtype=np.bool_), np.arange(n), n)


def _start(item_set: ItemSet, sources: Sequence[ItemEstimate], baseline: Calibration) -> FloatArray:
    """The baseline's estimates, the same for every version of an item."""
    full = np.empty(item_set.n_parameters)
    for block in item_set.blocks:
        reported = np.stack([sources[position].reported for position in block.items])
        full[block.parameters] = block.model.internal(reported).ravel()
    population = [[group.mean, np.log(group.sd)] for group in baseline.groups]
    return np.concatenate([full, np.array(population).ravel()])


def _places(item_set: ItemSet) -> dict[int, tuple[Block, IntArray]]:
    positions = np.arange(item_set.n_parameters, dtype=np.float64)
    return {
        int(position): (block, own)
        for block in item_set.blocks
        for position, own in zip(block.items, block.of(positions).astype(np.intp), strict=True)
    }


def _solver(information: FloatArray) -> Solve | None:
    """None where the information is not positive definite."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        factor = cho_factor(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None

    def solve(vector: FloatArray) -> FloatArray:
        return np.asarray(cho_solve(factor, vector / scale) / scale, dtype=np.float64)

    return solve
