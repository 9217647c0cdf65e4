"""Which module comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from psychometrics.adaptive.multistage.panel import Module, Panel
from psychometrics.adaptive.tables import AbilityTables
from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.information import expected_score, test_information

SEARCH = np.linspace(-6.0, 6.0, 241)


@dataclass(frozen=True, eq=False)
class Standing:
    """Where an examinee stands at the end of a module.

    Attributes
    ----------
    path : tuple of Module
        The modules given so far.
    theta : float
        The interim estimate.
    score : int
        Sum of the scores so far, each item's lowest category counted as zero.
    """

    path: tuple[Module, ...]
    theta: float
    score: int


class Routing(Protocol):
    """A rule that sends an examinee on."""

    def choose(
        self, panel: Panel, tables: AbilityTables, onward: tuple[Module, ...], now: Standing
    ) -> Module:
        """One of the modules ``onward``, which are ordered from easy to hard."""


@dataclass(frozen=True)
class InformationRouting:
    """The module with the most information at the interim estimate (dynamic).

    References
    ----------
    Luecht, Brumfield & Breithaupt (2006), Applied Measurement in Education 19, 189-202.
    """

    def choose(
        self, panel: Panel, tables: AbilityTables, onward: tuple[Module, ...], now: Standing
    ) -> Module:
        """The most informative module."""
        information = tables.information_at(now.theta)
        totals = [information[panel.pool.positions(module.items)].sum() for module in onward]
        return onward[int(np.argmax(totals))]


@dataclass(frozen=True)
class CutRouting:
    """The module whose interval holds the interim estimate.

    Attributes
    ----------
    cuts : tuple of tuples of float
        For each stage after the first, ascending abilities between its modules: one fewer than
        modules. :func:`information_cuts` and :func:`population_cuts` make them.
    """

    cuts: tuple[tuple[float, ...], ...]

    def choose(
        self, panel: Panel, tables: AbilityTables, onward: tuple[Module, ...], now: Standing
    ) -> Module:
        """The module of the interval, or the nearest one that may be reached."""
        cuts = _cuts_of_stage(self.cuts, panel, len(now.path))
        return _nearest(
            panel, onward, len(now.path), int(np.searchsorted(cuts, now.theta, "right"))
        )


@dataclass(frozen=True)
class ScoreRouting:
    """The module by the number-correct score on the path so far: no estimate is needed.

    Attributes
    ----------
    cuts : mapping of path (module names) to ascending scores
        An examinee who has at least the k-th of them goes on to at least the (k + 1)-th module of
        the next stage. :func:`score_cuts` makes them from abilities.

    References
    ----------
    Weissman, Belov & Armstrong (2007), LSAC Research Report 07-05.
    """

    cuts: Mapping[tuple[str, ...], tuple[int, ...]]

    def choose(
        self, panel: Panel, tables: AbilityTables, onward: tuple[Module, ...], now: Standing
    ) -> Module:
        """The module of the score's interval, or the nearest one that may be reached."""
        path = tuple(module.name for module in now.path)
        if path not in self.cuts:
            raise ModelError(
                "no_cut_scores",
                f"There are no cut scores after {' - '.join(path)}; add them.",
                path=list(path),
            )
        step = int(np.searchsorted(self.cuts[path], now.score, "right"))
        return _nearest(panel, onward, len(now.path), step)


def information_cuts(panel: Panel) -> tuple[tuple[float, ...], ...]:
    """Abilities at which neighbouring modules of a stage are equally informative.

    The approximate maximum-information method: what has been given before adds the same to both
    sides and drops out.

    Raises
    ------
    ModelError
        Two neighbours do not cross between their peaks.

    References
    ----------
    Luecht, Brumfield & Breithaupt (2006), Applied Measurement in Education 19, 189-202.
    """
    return tuple(
        tuple(_crossing(panel, easier, harder) for easier, harder in pairwise(stage))
        for stage in panel.stages[1:]
    )


def population_cuts(
    panel: Panel, shares: Sequence[Sequence[float]], *, mean: float = 0.0, sd: float = 1.0
) -> tuple[tuple[float, ...], ...]:
    """Abilities that send given shares of a normal population to each module of each later stage.

    The defined-population-interval method.

    Raises
    ------
    ModelError
        Shares that are not positive, do not sum to 1 or do not match the stages.
    """
    wanted = [len(stage) for stage in panel.stages[1:]]
    sound = all(min(part) > 0 and abs(sum(part) - 1.0) < 1e-9 for part in shares if len(part))
    if [len(part) for part in shares] != wanted or not sound:
        raise ModelError(
            "bad_route_shares",
            f"The shares {[list(part) for part in shares]} do not fit later stages of {wanted} "
            "modules; give one positive share a module, each stage summing to 1.",
        )
    return tuple(
        tuple(mean + sd * float(z) for z in ndtri(np.cumsum(part)[:-1])) for part in shares
    )


def score_cuts(
    panel: Panel, cuts: Sequence[Sequence[float]]
) -> Mapping[tuple[str, ...], tuple[int, ...]]:
    """Number-correct cuts for every path from ability cuts.

    The first score at or above the path's expected score at the cut.
    """
    found = {}
    for path in panel.paths():
        if len(path) == len(panel.stages):
            continue
        positions = [place for module in path for place in panel.pool.positions(module.items)]
        items = [panel.pool.items[place] for place in positions]
        stage = np.array(_cuts_of_stage(tuple(map(tuple, cuts)), panel, len(path)))
        expected = expected_score(items, stage).sum(axis=1) if len(stage) else stage
        found[tuple(module.name for module in path)] = tuple(
            int(np.ceil(value - 1e-9)) for value in expected
        )
    return found


def _cuts_of_stage(
    cuts: tuple[tuple[float, ...], ...], panel: Panel, stage: int
) -> tuple[float, ...]:
    n_modules = len(panel.stages[stage])
    found = cuts[stage - 1] if len(cuts) >= stage else None
    if found is None or len(found) != n_modules - 1 or list(found) != sorted(found):
        raise ModelError(
            "bad_cuts",
            f"Stage {stage + 1} has {n_modules} modules and needs {n_modules - 1} ascending cuts, "
            f"not {None if found is None else list(found)}.",
            stage=stage + 1,
            n_modules=n_modules,
        )
    return found


def _nearest(panel: Panel, onward: tuple[Module, ...], stage: int, wanted: int) -> Module:
    """The module that may be reached whose place in the stage is nearest to the wanted one."""
    places = {module.name: place for place, module in enumerate(panel.stages[stage])}
    return min(onward, key=lambda module: abs(places[module.name] - wanted))


def _information(panel: Panel, module: Module, theta: FloatArray) -> FloatArray:
    items = [panel.pool.items[place] for place in panel.pool.positions(module.items)]
    return test_information(items, theta)


def _crossing(panel: Panel, easier: Module, harder: Module) -> float:
    def difference(theta: float) -> float:
        at = np.array([theta])
        return float((_information(panel, harder, at) - _information(panel, easier, at))[0])

    low, high = (
        float(SEARCH[np.argmax(_information(panel, module, SEARCH))]) for module in (easier, harder)
    )
    if not (low < high and difference(low) < 0 < difference(high)):
        raise ModelError(
            "modules_do_not_cross",
            f"Between their peaks ({low:g} and {high:g}) modules {easier.name!r} and "
            f"{harder.name!r} do not change places in information; order the stage from easy to "
            "hard, or give the cuts yourself.",
            modules=[easier.name, harder.name],
        )
    return float(brentq(difference, low, high, xtol=1e-10))
