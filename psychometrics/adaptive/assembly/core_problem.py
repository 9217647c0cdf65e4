r"""A large zero-one program solved exactly through a small one.

For any row multipliers :math:`\lambda` of the right signs, with reduced costs
:math:`r = c - A^\top\lambda`,

.. math:: L(\lambda) = \sum_r \max(\lambda_r l_r, \lambda_r u_r) + \sum_j \max(r_j, 0)

bounds every solution's value from above, and :math:`L(\lambda) + r_j` bounds every solution that
holds a column j with :math:`r_j < 0`. So once a solution of value v is known, no column with
:math:`L(\lambda) + r_j \le v (1 + g)` can improve it beyond the gap g, and all of them may be left
out. The core is solved first; the columns outside it that this does not rule out are then searched
for a solution that holds at least one of them. Proof and figures: docs/methods/shadow-tests.md.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.adaptive.assembly.program import Program, Solution, Solver, infeasible
from psychometrics.arrays import BoolArray, FloatArray, IntArray

FIRST_COLUMNS = 150  # of the relaxation
ADDED_COLUMNS = 100
GROWTH = 4
SPARE_COLUMNS = 20  # of the core, beyond the columns the relaxation uses
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, eq=False)
class PricedColumns:
    """The relaxation's optimum over all columns.

    Attributes
    ----------
    bound : float
        L at the multipliers.
    reduced_cost, values : (n_columns,)
    """

    bound: float
    reduced_cost: FloatArray
    values: FloatArray


def solve_by_core(
    program: Program,
    solver: Solver,
    *,
    gap: float,
    seconds: float,
    companions: Sequence[IntArray] = (),
) -> Solution:
    """Maximise over zero-one columns to a relative gap, solving only a core of them.

    Parameters
    ----------
    program : Program
        All columns are zero-one, the lower bounds zero.
    solver : Solver
    gap : float
        The result's value is at least ``optimum / (1 + gap)`` for a positive optimum.
    seconds : float
        For each integer program.
    companions : sequence of int arrays
        Groups of columns of which the last (a stimulus) can be one only together with another of
        the group (its items), and the others only together with the last.
    """
    deadline = time.monotonic() + seconds
    priced = price(program, solver, companions)
    if priced is None:
        return infeasible()
    leaders = _leaders(program.n_columns, companions)
    core = _first_core(priced, leaders, companions)
    while True:
        found = _solve_part(program, core, solver, gap, deadline)
        missing = _may_improve(priced, leaders, core, found, gap)
        if found.has_point or not len(missing) or found.status == "time_limit":
            break
        core = _enlarged_core(core, missing, priced, companions)
    if len(missing) and found.status == "optimal":
        wider = _with_leaders(np.union1d(core, missing), companions)
        found = _improved(program, wider, missing, found, solver, gap, deadline)
    if not found.has_point:
        return replace(found, bound=priced.bound) if found.status == "time_limit" else infeasible()
    return replace(found, bound=min(priced.bound, max(found.bound, _enough(found, gap))))


def _solve_part(
    program: Program, columns: IntArray, solver: Solver, gap: float, deadline: float
) -> Solution:
    """Solve over some of the columns, the result spread over all."""
    found = solver.solve(
        program.columns(columns), gap=gap, absolute_gap=0.0, seconds=_left(deadline)
    )
    return _spread(found, columns, program.n_columns)


def _improved(
    program: Program,
    wider: IntArray,
    missing: IntArray,
    found: Solution,
    solver: Solver,
    gap: float,
    deadline: float,
) -> Solution:
    """The better of the core's solution and the best one that holds a missing column.

    Only solutions that beat the core's by more than the gap are looked for, most often in vain:
    the two further rows make the relaxation infeasible after a few nodes.
    """
    enough = _enough(found, gap)
    part = (
        program.columns(wider)
        .at_least(np.isin(wider, missing).astype(np.float64), 1.0)
        .at_least(program.objective[wider], enough + NEGLIGIBLE * abs(enough))
    )
    other = solver.solve(part, gap=gap, absolute_gap=0.0, seconds=_left(deadline))
    other = _spread(other, wider, program.n_columns)
    best = other if other.objective > found.objective else found
    return replace(
        best,
        status="time_limit" if other.status == "time_limit" else "optimal",
        bound=max(found.bound, other.bound),
        n_columns_solved=len(wider),
    )


def _enough(found: Solution, gap: float) -> float:
    """The value that a better solution would have to exceed."""
    return found.objective + gap * abs(found.objective)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.0)


def price(
    program: Program, solver: Solver, companions: Sequence[IntArray] = ()
) -> PricedColumns | None:
    """Solve the linear relaxation over as few columns as prove optimal for all.

    None where the relaxation is infeasible.
    """
    chosen = _first_columns(program, companions)
    by_column = program.matrix.T.tocsr()
    while True:
        part = replace(
            program,
            objective=program.objective[chosen],
            matrix=program.matrix[:, chosen],
            column_lower=program.column_lower[chosen],
            column_upper=program.column_upper[chosen],
            integer=program.integer[chosen],
        )
        rows = part.binding_rows()
        relaxation = solver.relax(part.rows(rows))
        if relaxation is None:
            if len(chosen) == program.n_columns:
                return None
            chosen = _enlarged(program, chosen, companions)
            continue
        duals = np.zeros(len(program.row_lower))
        duals[rows] = relaxation.duals
        duals = _signed(duals, program)
        reduced_cost = program.objective - by_column @ duals
        attractive = _outside(reduced_cost > NEGLIGIBLE, chosen)
        if not len(attractive):
            values = np.zeros(program.n_columns)
            values[chosen] = relaxation.values
            return PricedColumns(_bound(program, duals, reduced_cost), reduced_cost, values)
        best = attractive[np.argsort(-reduced_cost[attractive], kind="stable")[:ADDED_COLUMNS]]
        chosen = _with_companions(np.union1d(chosen, best), companions)


def _first_columns(program: Program, companions: Sequence[IntArray]) -> IntArray:
    order = np.argsort(-program.objective, kind="stable")
    return _with_companions(np.sort(order[:FIRST_COLUMNS]), companions)


def _enlarged(program: Program, chosen: IntArray, companions: Sequence[IntArray]) -> IntArray:
    order = np.argsort(-program.objective, kind="stable")
    return _with_companions(np.union1d(chosen, order[: GROWTH * len(chosen)]), companions)


def _signed(duals: FloatArray, program: Program) -> FloatArray:
    """Drop multipliers that no finite bound supports; any others keep the bound valid."""
    unsupported = ((duals > 0) & np.isinf(program.row_upper)) | (
        (duals < 0) & np.isinf(program.row_lower)
    )
    return np.where(unsupported, 0.0, duals)


def _bound(program: Program, duals: FloatArray, reduced_cost: FloatArray) -> float:
    side = np.where(duals > 0, program.row_upper, program.row_lower)
    rows = duals != 0
    return float(duals[rows] @ side[rows] + np.maximum(reduced_cost, 0.0).sum())


def _leaders(n_columns: int, companions: Sequence[IntArray]) -> BoolArray:
    result = np.zeros(n_columns, dtype=np.bool_)
    result[[int(group[-1]) for group in companions]] = True
    return result


def _first_core(
    priced: PricedColumns, leaders: BoolArray, companions: Sequence[IntArray]
) -> IntArray:
    """What the relaxation uses, whole groups of it, and the next best columns."""
    used = np.flatnonzero(priced.values > NEGLIGIBLE)
    rank = np.where(leaders, np.inf, -priced.reduced_cost)
    rank[used] = np.inf
    spare = np.argsort(rank, kind="stable")[:SPARE_COLUMNS]
    return _with_leaders(np.union1d(_with_companions(used, companions), spare), companions)


def _may_improve(
    priced: PricedColumns, leaders: BoolArray, core: IntArray, found: Solution, gap: float
) -> IntArray:
    """Columns outside the core that a better solution might hold.

    A leader need not be asked: a solution that holds it holds another column of its group.
    """
    if not found.has_point:
        return _outside(~leaders, core)
    possible = priced.bound + np.minimum(priced.reduced_cost, 0.0) > _enough(found, gap)
    return _outside(possible & ~leaders, core)


def _enlarged_core(
    core: IntArray, missing: IntArray, priced: PricedColumns, companions: Sequence[IntArray]
) -> IntArray:
    """A core several times as large, where the present one holds no solution."""
    order = np.argsort(-priced.reduced_cost[missing], kind="stable")
    best = missing[order[: (GROWTH - 1) * len(core)]]
    return _with_companions(np.union1d(core, best), companions)


def _outside(wanted: BoolArray, core: IntArray) -> IntArray:
    outside = wanted.copy()
    outside[core] = False
    return np.flatnonzero(outside)


def _with_companions(columns: IntArray, companions: Sequence[IntArray]) -> IntArray:
    if not companions:
        return columns
    together = [group for group in companions if np.isin(group, columns).any()]
    return np.unique(np.concatenate([columns, *together]))


def _with_leaders(columns: IntArray, companions: Sequence[IntArray]) -> IntArray:
    leaders = [group[-1:] for group in companions if np.isin(group, columns).any()]
    return np.unique(np.concatenate([columns, *leaders])) if leaders else columns


def _spread(found: Solution, columns: IntArray, n_columns: int) -> Solution:
    if not found.has_point:
        return found
    values = np.zeros(n_columns)
    values[columns] = found.values
    return replace(found, values=values)
