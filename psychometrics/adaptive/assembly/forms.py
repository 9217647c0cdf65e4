"""Linear test forms from a pool: one, or several parallel ones, to an information target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from psychometrics.adaptive.assembly.conflicts import find_conflict
from psychometrics.adaptive.assembly.constraints import Constraint
from psychometrics.adaptive.assembly.model import GAP, SECONDS, AssemblyModel, assembly_model
from psychometrics.adaptive.assembly.program import Program, Solution, Solver
from psychometrics.adaptive.pool import ItemPool
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError, ModelError
from psychometrics.information import item_information


class Target(Protocol):
    """What the information of a form should be."""

    @property
    def points(self) -> tuple[float, ...]:
        """Abilities at which it is looked at, logits."""

    @property
    def sense(self) -> float:
        """1 where the common goal variable is made large, -1 where small."""

    def goal_rows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Rows ``sign * information[point] + coefficient * y <= bound`` that tie forms to the goal.

        Returns
        -------
        sign : (n_rows, n_points)
        coefficient, bound : (n_rows,)
        """


@dataclass(frozen=True)
class MaximinTarget:
    """As much information as possible, in the shape of ``relative`` at ``points``.

    Maximises y where the information of every form at point k is at least ``relative[k] * y``.

    References
    ----------
    van der Linden & Boekkooi-Timminga (1989), Psychometrika 54, 237-247.
    """

    points: tuple[float, ...]
    relative: tuple[float, ...]
    sense: float = 1.0

    def __post_init__(self) -> None:
        _check_points(self.points, self.relative)

    def goal_rows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """``relative * y - information <= 0``."""
        n = len(self.points)
        return -np.eye(n), np.array(self.relative), np.zeros(n)


@dataclass(frozen=True)
class MinimaxTarget:
    """Information as near as possible to ``information`` at ``points``.

    Minimises the largest absolute difference y over points and forms.

    References
    ----------
    van der Linden (2005), Linear models for optimal test design, section 5.1.
    """

    points: tuple[float, ...]
    information: tuple[float, ...]
    sense: float = -1.0

    def __post_init__(self) -> None:
        _check_points(self.points, self.information)

    def goal_rows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """``information - y <= target`` and ``-information - y <= -target``."""
        n, target = len(self.points), np.array(self.information)
        signs = np.concatenate([np.eye(n), -np.eye(n)])
        return signs, np.full(2 * n, -1.0), np.concatenate([target, -target])


@dataclass(frozen=True, eq=False)
class AssembledForms:
    """Forms and how they meet the target.

    Attributes
    ----------
    forms : tuple of tuples of str
        Item labels of each form, in the order of the pool.
    information : (n_forms, n_points)
    goal : float
        The y of the target: largest difference (minimax), common level (maximin).
    bound : float
        No assembly reaches a better y.
    is_optimal : bool
        Whether y was proved best within the gap before the time was over.
    """

    forms: tuple[tuple[str, ...], ...]
    information: FloatArray
    goal: float
    bound: float
    is_optimal: bool


def assemble(
    pool: ItemPool,
    constraints: Sequence[Constraint],
    target: Target,
    *,
    n_forms: int = 1,
    common_items: Sequence[str] = (),
    gap: float = 0.01,
    seconds: float = SECONDS,
    solver: Solver | None = None,
) -> AssembledForms:
    """Assemble forms that meet the constraints and come nearest to the target together.

    Parameters
    ----------
    pool : ItemPool
        Its enemies and stimuli hold within every form.
    constraints : sequence of Constraint
        Each form meets all of them.
    target : MaximinTarget or MinimaxTarget
    n_forms : int
        Assembled at once, so that no form is better for coming first; they share no items but
        ``common_items`` (anchors), which all of them hold.
    gap : float
        In y: relative for a maximin target, as a share of the target's largest information for a
        minimax one.
    seconds : float
        The best forms found so far are returned with ``is_optimal`` false.

    Raises
    ------
    ModelError
        No forms meet the constraints (``constraints_conflict``), or none were found in time.
    """
    if n_forms < 1:
        raise ModelError(
            "no_forms", f"{n_forms} forms cannot be; give at least 1.", n_forms=n_forms
        )
    model = assembly_model(pool, constraints, solver)
    curves = item_information(pool.items, target.points)
    program, names = _joint_program(model, target, curves, n_forms, pool.positions(common_items))
    largest = float(np.abs(target.goal_rows()[2]).max())
    found = model.solver.solve(
        program,
        gap=gap if target.sense > 0 else GAP,
        absolute_gap=gap * largest,
        seconds=seconds,
    )
    if found.status == "infeasible":
        raise find_conflict(program, names, model.solver).error()
    if not found.has_point:
        raise ModelError(
            "assembly_time",
            f"No forms were found within {seconds:g} seconds; allow more time or relax constraints.",
            seconds=seconds,
        )
    return _forms(pool, target, curves, found, n_forms)


def _joint_program(
    model: AssemblyModel, target: Target, curves: FloatArray, n_forms: int, common: Sequence[int]
) -> tuple[Program, tuple[str, ...]]:
    """One block of zero-one columns a form, then y; rows of the forms, the goal, the overlap."""
    one, n_items = model.program, model.pool.n_items
    blocks = [sparse.hstack([sparse.block_diag([one.matrix] * n_forms), _zeros(one, n_forms)])]
    goal, goal_upper = _goal(target, curves, one.n_columns, n_forms)
    shared = np.setdiff1d(np.arange(n_items), common)
    blocks += [goal, _overlap(shared, one.n_columns, n_forms)]
    n_goal, n_shared = len(goal_upper), len(shared)
    column_lower = np.tile(_held(one.n_columns, common), n_forms)
    names = [f"form {form + 1}: {row.name}" for form in range(n_forms) for row in model.rows]
    names = [row.name for row in model.rows] if n_forms == 1 else names
    names += [f"target row {row + 1}" for row in range(n_goal)]
    names += [f"item {model.pool.labels[item]} in at most one form" for item in shared]
    program = Program(
        objective=np.append(np.zeros(n_forms * one.n_columns), target.sense),
        matrix=sparse.vstack(blocks, format="csc"),
        row_lower=np.concatenate(
            [np.tile(one.row_lower, n_forms), np.full(n_goal + n_shared, -np.inf)]
        ),
        row_upper=np.concatenate([np.tile(one.row_upper, n_forms), goal_upper, np.ones(n_shared)]),
        column_lower=np.append(column_lower, 0.0),
        column_upper=np.append(np.ones(len(column_lower)), np.inf),
        integer=np.append(np.ones(len(column_lower), dtype=np.bool_), False),
    )
    return program, tuple(names)


def _zeros(one: Program, n_forms: int) -> "sparse.csc_matrix":
    return sparse.csc_matrix((n_forms * len(one.row_lower), 1))


def _goal(
    target: Target, curves: FloatArray, n_columns: int, n_forms: int
) -> tuple["sparse.csc_matrix", FloatArray]:
    signs, coefficient, bound = target.goal_rows()
    items = np.zeros((len(bound), n_columns))
    items[:, : curves.shape[1]] = signs @ curves
    forms = sparse.block_diag([sparse.csc_matrix(items)] * n_forms)
    common = sparse.csc_matrix(np.tile(coefficient, n_forms)[:, None])
    return sparse.hstack([forms, common], format="csc"), np.tile(bound, n_forms)


def _overlap(shared: IntArray, n_columns: int, n_forms: int) -> "sparse.csc_matrix":
    """One row for each item that may stand in one form only."""
    rows = np.tile(np.arange(len(shared)), n_forms)
    columns = np.concatenate([shared + form * n_columns for form in range(n_forms)])
    shape = (len(shared), n_forms * n_columns + 1)
    return sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def _held(n_columns: int, common: Sequence[int]) -> FloatArray:
    result = np.zeros(n_columns)
    result[list(common)] = 1.0
    return result


def _forms(
    pool: ItemPool, target: Target, curves: FloatArray, found: Solution, n_forms: int
) -> AssembledForms:
    chosen = found.values[:-1].reshape(n_forms, -1)[:, : pool.n_items] > 0.5
    forms = tuple(tuple(pool.labels[item] for item in np.flatnonzero(row)) for row in chosen)
    return AssembledForms(
        forms=forms,
        information=chosen @ curves.T,
        goal=float(found.values[-1]),
        bound=target.sense * found.bound,
        is_optimal=found.status == "optimal",
    )


def _check_points(points: Sequence[float], values: Sequence[float]) -> None:
    if not points or len(points) != len(values):
        raise DataError(
            "target_points",
            f"The target has {len(points)} points and {len(values)} values; give as many of each, "
            "at least one.",
            n_points=len(points),
            n_values=len(values),
        )
    if not (np.isfinite(points).all() and np.isfinite(values).all() and min(values) >= 0):
        raise DataError(
            "target_values",
            "Target points must be finite and information finite and not negative; correct them.",
        )
