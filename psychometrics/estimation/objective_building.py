"""The objective of a calibration: data, fixed and equal parameters, priors and latent densities."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.estimation.constraints import impose
from psychometrics.estimation.free_parameters import (
    FreeParameters,
    describe_entry,
    free_parameters,
    usual_equalities,
)
from psychometrics.estimation.item_set import Block, build_item_set
from psychometrics.estimation.latent_density import LatentDensity, NormalDensity, histogram_density
from psychometrics.estimation.log_prior import LogPrior, PriorTerm, prior_terms
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.optimise import Optimum
from psychometrics.estimation.specification import Specification
from psychometrics.estimation.starting_values import starting_values
from psychometrics.models.base import logit
from psychometrics.priors import Prior
from psychometrics.quadrature import STANDARD, WIDE, Quadrature
from psychometrics.responses.stored import StoredResponses
from psychometrics.responses.summary import ResponseSummary


def build_objective(
    stored: StoredResponses, wanted: Specification, quadrature: Quadrature | None = None
) -> Objective:
    """What is to be maximised, abilities normal in every group."""
    summary = stored.summary
    first, n_categories = wanted.categories(summary)
    item_set = build_item_set(wanted.models(summary.items, n_categories), n_categories)
    coded = stored.coded(item_set, first)
    template = starting_values(coded)
    for prior in wanted.priors:
        _start_asymptotes_at_prior(prior, item_set.blocks, template)
    densities: tuple[LatentDensity, ...] = (NormalDensity(),) * coded.n_groups
    objective = Objective(
        coded, STANDARD.nodes, _all_free(len(template)), template, LogPrior(), densities
    )
    objective = _constrained(objective, summary, wanted)
    has_free_population = bool(objective.free.is_free[item_set.n_parameters :].any())
    grid = quadrature or (WIDE if has_free_population else STANDARD)
    return replace(objective, nodes=grid.nodes)


def _all_free(n: int) -> FreeParameters:
    return FreeParameters(np.ones(n, dtype=np.bool_), np.arange(n), n)


def _constrained(
    objective: Objective, summary: ResponseSummary, wanted: Specification
) -> Objective:
    """The objective with everything fixed and equated that models, scale and user demand."""
    item_set, template = objective.item_set, objective.template.copy()
    size = objective.densities[0].n_parameters
    equalities = usual_equalities(
        item_set,
        len(template),
        size,
        wanted.is_free_population,
        lambda entry: describe_entry(item_set, summary.items, summary.groups, entry, size),
    )
    for block in item_set.blocks:
        for i, position in enumerate(block.items):
            anchor = wanted.anchors.get(summary.items[position])
            if anchor is not None:
                first = block.parameters.start + i * block.n_parameters
                values = block.model.internal(anchor.reported[None])[0]
                for j, value in enumerate(values.tolist()):
                    equalities.fix(first + j, value)
    impose(wanted.constraints, equalities, item_set, summary.items, summary.groups, size)
    values = equalities.values()
    template = np.where(np.isnan(values), template, values)
    free = free_parameters(equalities)
    terms = prior_terms(wanted.priors, item_set, free, summary.items)
    _refuse_idle(wanted.priors, terms)
    return replace(objective, free=free, template=template, prior=LogPrior(terms))


def _refuse_idle(priors: Sequence[Prior], terms: Sequence[PriorTerm]) -> None:
    """A prior on what is fixed would be said to have been used."""
    used = {id(term.prior) for term in terms}
    for prior in priors:
        if id(prior) not in used:
            raise ModelError(
                "prior_on_fixed",
                f"Prior {prior.text!r}: nothing it is on is estimated; remove it.",
                prior=prior.text,
            )


def _start_asymptotes_at_prior(prior: Prior, blocks: Sequence[Block], full: FloatArray) -> None:
    """Begin the search where the prior is highest; far from it the first steps would be wasted."""
    if prior.kind not in ("c", "d"):
        return
    grid = np.linspace(0.01, 0.99, 99)
    mode = grid[int(np.argmax(prior.density.log_density(grid)))]
    for block in blocks:
        names = block.model.reported_names(block.n_categories)
        if prior.kind in names:
            block.of(full)[:, names.index(prior.kind)] = logit(np.array([mode]))[0]


def with_histograms(
    objective: Objective, optimum: Optimum, summary: ResponseSummary, wanted: Specification
) -> tuple[Objective, FloatArray]:
    """The objective with a histogram a group, laid out on the normal fit, and where that fit is in it."""
    full = objective.expand(optimum.free)
    densities = tuple(
        histogram_density(objective.nodes, own[0], float(np.exp(own[1])))
        for own in objective.population(full)
    )
    size = densities[0].n_parameters
    population = np.zeros((len(densities), size))
    population[:, :2] = objective.population(full)
    template = np.concatenate([full[: objective.item_set.n_parameters], population.ravel()])
    wider = replace(
        objective, free=_all_free(len(template)), template=template, densities=densities
    )
    wider = _constrained(wider, summary, wanted)
    starts = range(objective.item_set.n_parameters, len(template), size)
    shapes = tuple(
        (slice(start + 2, start + size), own.precision)
        for start, own in zip(starts, densities, strict=True)
    )
    wider = replace(wider, prior=replace(wider.prior, shapes=shapes))
    return wider, wider.free.collect(wider.template)
