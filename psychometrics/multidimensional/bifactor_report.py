"""From the maximum of a bifactor model to the result people read."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.estimation.cautions import (
    DIVERGING_SLOPE,
    data_cautions,
    item_cautions,
    run_cautions,
)
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.optimise import Optimum
from psychometrics.estimation.reporting import group_estimates, item_estimates
from psychometrics.estimation.specification import Specification
from psychometrics.estimation.standard_errors import full_covariance
from psychometrics.item_parameters import ItemEstimate
from psychometrics.multidimensional.bifactor import BifactorObjective
from psychometrics.multidimensional.results import (
    BifactorCalibration,
    BifactorItem,
    SpecificFactor,
)
from psychometrics.responses.summary import ResponseSummary
from psychometrics.results import Caution, Group

SMALL_SD = 0.05


@dataclass(frozen=True)
class Setup:
    """A bifactor calibration before the estimation.

    Attributes
    ----------
    general : Objective
        Unidimensional, of all items.
    names : tuple of str or None
        Specific factor of every item, in block order.
    """

    summary: ResponseSummary
    wanted: Specification
    general: Objective
    coded: CodedResponses
    names: tuple[str | None, ...]
    is_testlet: bool


@dataclass(frozen=True)
class _Specific:
    """Specific slopes and entries with their standard errors, (n_items,) in block order."""

    slopes: FloatArray
    se_slopes: FloatArray | None
    entries: FloatArray
    se_entries: FloatArray | None


def bifactor_result(
    setup: Setup,
    objective: BifactorObjective,
    optimum: Optimum,
    covariance: FloatArray | None,
    wants_errors: bool,
    specific_limit: float,
) -> BifactorCalibration:
    """Put items, factors and cautions together.

    Parameters
    ----------
    covariance : (n_free, n_free), optional
    """
    full = objective.expand(optimum.free)
    spread = None if covariance is None else full_covariance(objective.free, covariance)
    own, n = full[: objective.n_general], objective.n_general
    general_spread = None if spread is None else spread[:n, :n]
    first, _ = setup.wanted.categories(setup.summary)
    estimates = item_estimates(setup.summary, first, objective.general, own, general_spread)
    groups = group_estimates(setup.summary, objective.general, own, general_spread)
    specific = _specific(setup, objective, full, spread)
    factors = _factors(setup, objective, specific)
    state = (optimum.converged, optimum.gradient_norm, spread is not None or not wants_errors)
    return BifactorCalibration(
        kind="testlet" if setup.is_testlet else "bifactor",
        items=_items(setup, objective, own, estimates, specific),
        factors=factors,
        groups=groups,
        converged=optimum.converged,
        log_likelihood=optimum.evaluation.counts.log_likelihood,
        log_prior=optimum.evaluation.log_prior,
        gradient_norm=optimum.gradient_norm,
        n_persons=setup.summary.n_persons,
        n_parameters=objective.free.n_free,
        cycles=optimum.cycles,
        n_nodes=len(objective.general.nodes),
        limit=float(objective.general.nodes[-1]),
        n_specific_nodes=len(objective.specific_nodes),
        specific_limit=specific_limit,
        priors=tuple(prior.text for prior in setup.wanted.priors),
        cautions=(
            *_cautions(setup, objective, state, estimates, groups, factors),
            *_diverging(estimates, specific, objective),
        ),
        trace=optimum.trace,
    )


def _specific(
    setup: Setup, objective: BifactorObjective, full: FloatArray, spread: FloatArray | None
) -> _Specific:
    """Every factor turned so that its slopes sum to something positive."""
    n = objective.n_general
    slopes, entries = objective.specific_slopes(full), full[n:]
    sign = np.ones(len(slopes))
    for cluster in objective.coded.clusters:
        if slopes[cluster.items].sum() < 0:
            sign[cluster.items] = -1.0
    if spread is None:
        return _Specific(sign * slopes, None, sign * entries, None)
    jacobian = objective.natural_jacobian(full)[n:]
    natural = np.asarray((jacobian @ (jacobian @ spread).T).diagonal())
    return _Specific(sign * slopes, np.sqrt(natural), sign * entries, np.sqrt(np.diag(spread)[n:]))


def _items(
    setup: Setup,
    objective: BifactorObjective,
    own: FloatArray,
    estimates: tuple[ItemEstimate, ...],
    specific: _Specific,
) -> tuple[BifactorItem, ...]:
    found: dict[int, BifactorItem] = {}
    for block in objective.general.item_set.blocks:
        intercepts = block.model.intercepts(block.of(own))
        for i, position in enumerate(block.items.tolist()):
            at = block.first_item + i
            errors = specific.se_slopes if setup.names[at] is not None else None
            found[position] = BifactorItem(
                general=estimates[position],
                specific=setup.names[at],
                specific_slope=float(specific.slopes[at]),
                se_specific_slope=None if errors is None else float(errors[at]),
                intercepts=tuple(intercepts[i].tolist()),
            )
    return tuple(found[position] for position in range(len(estimates)))


def _factors(
    setup: Setup, objective: BifactorObjective, specific: _Specific
) -> tuple[SpecificFactor, ...]:
    order = objective.general.item_set.order
    found = []
    for cluster in objective.coded.clusters:
        if cluster.name is None:
            continue
        positions = sorted(int(order[at]) for at in cluster.items)
        labels = tuple(setup.summary.items[position] for position in positions)
        at, sd, se_sd = int(cluster.items[0]), 1.0, None
        if setup.is_testlet:
            sd = float(specific.entries[at])
            se_sd = None if specific.se_entries is None else float(specific.se_entries[at])
        found.append((positions[0], SpecificFactor(cluster.name, labels, sd, se_sd)))
    return tuple(factor for _, factor in sorted(found, key=lambda pair: pair[0]))


def _cautions(
    setup: Setup,
    objective: BifactorObjective,
    state: tuple[bool, float, bool],
    estimates: tuple[ItemEstimate, ...],
    groups: tuple[Group, ...],
    factors: tuple[SpecificFactor, ...],
) -> tuple[Caution, ...]:
    found = [
        *run_cautions(*state, groups, objective.general.nodes),
        *data_cautions(setup.summary),
        *item_cautions(estimates, setup.wanted.priors),
    ]
    for factor in factors:
        if setup.is_testlet and factor.sd < SMALL_SD:
            text = (
                f"Testlet {factor.name!r}: its SD is {factor.sd:.4f}, at the boundary 0; its items "
            )
            text += "are independent given the ability, and its standard error means nothing."
            params = {"factor": factor.name, "sd": round(factor.sd, 4)}
            found.append(Caution("testlet_sd_at_boundary", text, None, params))
    return tuple(found)


def _diverging(
    estimates: tuple[ItemEstimate, ...], specific: _Specific, objective: BifactorObjective
) -> list[Caution]:
    found = []
    for at, position in enumerate(objective.general.item_set.order.tolist()):
        slope = round(float(specific.slopes[at]), 4)
        if abs(slope) > DIVERGING_SLOPE:
            label = estimates[position].item
            text = f"Item {label!r}: specific slope {slope} has no finite maximum; the testlet model, or "
            text += "more persons or items in its cluster, would determine it."
            found.append(Caution("specific_slope_at_boundary", text, label, {"slope": slope}))
    return found
