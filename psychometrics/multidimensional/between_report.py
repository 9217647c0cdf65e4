"""From the maximum of several dimensions to the result people read."""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.estimation.cautions import data_cautions, item_cautions, run_cautions
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.optimise import Optimum
from psychometrics.estimation.reporting import group_estimates, item_estimates
from psychometrics.estimation.standard_errors import full_covariance
from psychometrics.item_parameters import ItemEstimate
from psychometrics.multidimensional.between import BetweenObjective
from psychometrics.multidimensional.correlations import correlation_jacobian, pairs
from psychometrics.multidimensional.dimension_setup import DimensionSetup
from psychometrics.multidimensional.joint_normal import JointNormal
from psychometrics.multidimensional.results import LatentPopulation, MultidimensionalCalibration
from psychometrics.results import Caution, Group

NEARLY_ONE = 0.98


def between_result(
    setups: Sequence[DimensionSetup],
    objective: BetweenObjective,
    optimum: Optimum,
    covariance: FloatArray | None,
    wants_errors: bool,
    priors: tuple[str, ...],
) -> MultidimensionalCalibration:
    """Put items, populations and cautions together.

    Parameters
    ----------
    covariance : (n_free, n_free), optional
    """
    full = objective.expand(optimum.free)
    spread = None if covariance is None else _of_full(objective, covariance)
    items, margins = _by_dimension(setups, objective, full, spread)
    groups = _populations(setups, objective, full, spread, margins)
    state = (optimum.converged, optimum.gradient_norm, spread is not None or not wants_errors)
    return MultidimensionalCalibration(
        dimensions=tuple(setup.name for setup in setups),
        items=tuple(items[column] for column in sorted(items)),
        dimension_of=_homes(setups),
        groups=groups,
        converged=optimum.converged,
        log_likelihood=optimum.evaluation.counts.log_likelihood,
        log_prior=optimum.evaluation.log_prior,
        gradient_norm=optimum.gradient_norm,
        n_persons=setups[0].summary.n_persons,
        n_parameters=objective.n_free,
        cycles=optimum.cycles,
        n_nodes=len(objective.nodes[0]),
        limits=tuple(float(own[-1]) for own in objective.nodes),
        priors=priors,
        cautions=_cautions(setups, objective, full, state, items, margins, groups),
        trace=optimum.trace,
    )


def _of_full(objective: BetweenObjective, covariance: FloatArray) -> FloatArray:
    """Covariance of the full vector from that of the free one."""
    is_free, index, at = [], [], 0
    for part in objective.parts:
        is_free.append(part.free.is_free)
        index.append(part.free.index + at)
        at += part.free.n_free
    n = objective.n_correlations
    is_free.append(np.ones(n, dtype=np.bool_))
    index.append(at + np.arange(n))
    free = FreeParameters(np.concatenate(is_free), np.concatenate(index), objective.n_free)
    return full_covariance(free, covariance)


def _by_dimension(
    setups: Sequence[DimensionSetup],
    objective: BetweenObjective,
    full: FloatArray,
    spread: FloatArray | None,
) -> tuple[dict[int, ItemEstimate], list[tuple[Group, ...]]]:
    """Items by their column, and the margins of the populations by dimension."""
    items: dict[int, ItemEstimate] = {}
    margins = []
    fulls, _ = objective.split(full)
    for setup, part, own, start in zip(
        setups, objective.parts, fulls, objective.starts(), strict=False
    ):
        where = slice(start, start + len(own))
        errors = None if spread is None else spread[where, where]
        first, _ = setup.wanted.categories(setup.summary)
        found = item_estimates(setup.summary, first, part, own, errors)
        items |= dict(zip(setup.columns.tolist(), found, strict=True))
        margins.append(group_estimates(setup.summary, part, own, errors))
    return items, margins


def _homes(setups: Sequence[DimensionSetup]) -> tuple[str, ...]:
    home = {column: setup.name for setup in setups for column in setup.columns.tolist()}
    return tuple(home[column] for column in sorted(home))


def _populations(
    setups: Sequence[DimensionSetup],
    objective: BetweenObjective,
    full: FloatArray,
    spread: FloatArray | None,
    margins: Sequence[tuple[Group, ...]],
) -> tuple[LatentPopulation, ...]:
    found = []
    for code, population in enumerate(objective.populations(full)):
        own = [margin[code] for margin in margins]
        at = objective.starts()[-1] + code * objective.n_pairs
        where = slice(at, at + objective.n_pairs)
        errors = None if spread is None else spread[where, where]
        found.append(
            LatentPopulation(
                group=own[0].group,
                n_persons=own[0].n_persons,
                mean=tuple(one.mean for one in own),
                sd=tuple(one.sd for one in own),
                correlation=tuple(map(tuple, population.correlation.tolist())),
                se_mean=tuple(one.se_mean for one in own),
                se_sd=tuple(one.se_sd for one in own),
                se_correlation=_correlation_errors(population, errors),
            )
        )
    return tuple(found)


def _correlation_errors(
    population: JointNormal, covariance: FloatArray | None
) -> tuple[tuple[float | None, ...], ...]:
    n = len(population.mean)
    found: list[list[float | None]] = [[None] * n for _ in range(n)]
    if covariance is not None:
        jacobian = correlation_jacobian(population.z)
        errors = np.sqrt(np.diag(jacobian @ covariance @ jacobian.T)).tolist()
        for a, b, error in zip(*pairs(n), errors, strict=True):
            found[a][b] = found[b][a] = error
    return tuple(map(tuple, found))


def _cautions(
    setups: Sequence[DimensionSetup],
    objective: BetweenObjective,
    full: FloatArray,
    state: tuple[bool, float, bool],
    items: dict[int, ItemEstimate],
    margins: Sequence[tuple[Group, ...]],
    groups: Sequence[LatentPopulation],
) -> tuple[Caution, ...]:
    found: list[Caution] = []
    for setup, margin, nodes in zip(setups, margins, objective.nodes, strict=True):
        found += run_cautions(*state, margin, nodes)
        found += data_cautions(setup.summary)
        own = [items[column] for column in setup.columns.tolist()]
        found += item_cautions(own, setup.wanted.priors)
    found += _close_dimensions(groups, [setup.name for setup in setups])
    found += [
        _unresolved(groups[group], setups[a].name, setups[b].name)
        for group, a, b in objective.unresolved(full)
    ]
    return tuple({caution.message: caution for caution in found}.values())


def _unresolved(group: LatentPopulation, one: str, other: str) -> Caution:
    text = (
        f"Group {group.group!r}: dimensions {one!r} and {other!r} correlate too much for the distance "
        "of the nodes, so the estimates are not reliable; give more nodes, or join the dimensions."
    )
    return Caution(
        "grid_too_coarse", text, None, {"group": group.group, "first": one, "second": other}
    )


def _close_dimensions(groups: Sequence[LatentPopulation], names: Sequence[str]) -> list[Caution]:
    """Dimensions that the data hardly tell apart."""
    found = []
    for group in groups:
        for a, b in zip(*pairs(len(names)), strict=True):
            r = round(group.correlation[a][b], 4)
            if abs(r) > NEARLY_ONE:
                text = (
                    f"Group {group.group!r}: dimensions {names[b]!r} and {names[a]!r} correlate "
                    f"{r}; they measure the same, and one dimension may do for both."
                )
                params = {"group": group.group, "first": names[b], "second": names[a], "r": r}
                found.append(Caution("dimensions_not_distinct", text, None, params))
    return found
