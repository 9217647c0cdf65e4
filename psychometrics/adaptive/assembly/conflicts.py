"""Which constraints contradict each other, and the least change that would make them agree."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from psychometrics.adaptive.assembly.program import Program, Solution, Solver
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import ModelError

TOLERANCE = 1e-6
SECONDS = 20.0  # for each program solved on the way


@dataclass(frozen=True)
class Conflict:
    """Why no test exists.

    Attributes
    ----------
    constraints : tuple of str
        Names of constraints that no test meets together, while it could meet all but any one.
    changes : mapping of name to float
        One set of changes after which a test exists: how far each of these constraints would have
        to give way, in its own unit (items, words, seconds); smallest in total after each is
        divided by the size of its bound.
    """

    constraints: tuple[str, ...]
    changes: Mapping[str, float]

    def error(self) -> ModelError:
        """The conflict as an error for whoever wrote the constraints."""
        named = "; ".join(f"«{name}»" for name in self.constraints)
        changes = "; ".join(f"«{name}» by {size:g}" for name, size in self.changes.items())
        return ModelError(
            "constraints_conflict",
            f"No test meets all constraints. These cannot hold together: {named}. A test exists "
            f"once these give way: {changes}.",
            constraints=list(self.constraints),
            changes=dict(self.changes),
        )


def find_conflict(program: Program, names: tuple[str, ...], solver: Solver) -> Conflict:
    """Explain an infeasible program.

    Every row is made elastic (slack at a price) and the program solved; rows that had to give way
    are made hard again, until the hard rows alone are infeasible; they are then thinned out to a
    set of which every proper subset is feasible.

    Parameters
    ----------
    program : Program
        Infeasible.
    names : (n_rows,) str
    solver : Solver

    References
    ----------
    Chinneck (2008), Feasibility and infeasibility in optimization, ch. 6 (elastic and deletion
    filters). Huitzing, Veldkamp & Verschoor (2005), J. Educational Measurement 42, 223-243.
    """
    hard = np.zeros(len(names), dtype=np.bool_)
    slack = _least_slack(program, hard, solver)
    changes = {
        names[row]: float(np.round(slack[row], 6)) for row in np.flatnonzero(slack > TOLERANCE)
    }
    while True:
        hard |= slack > TOLERANCE
        found = _elastic(program, hard, solver)
        if not found.has_point:
            break
        slack = _slack_of(found, program, hard)
        if not (slack > TOLERANCE).any():
            break
    conflict = _thinned(program, np.flatnonzero(hard), solver)
    return Conflict(tuple(names[row] for row in conflict), changes)


def _least_slack(program: Program, hard: BoolArray, solver: Solver) -> FloatArray:
    return _slack_of(_elastic(program, hard, solver), program, hard)


def _elastic(program: Program, hard: BoolArray, solver: Solver) -> Solution:
    """The program with slack in both directions on every row that is not hard."""
    soft = np.flatnonzero(~hard)
    n_rows = len(hard)
    slack = sparse.csc_matrix(
        (np.ones(len(soft)), (soft, np.arange(len(soft)))), shape=(n_rows, len(soft))
    )
    price = 1.0 / _size(program)[soft]
    elastic = replace(
        program,
        objective=np.concatenate([np.zeros(program.n_columns), -price, -price]),
        matrix=sparse.hstack([program.matrix, slack, -slack], format="csc"),
        column_lower=np.concatenate([program.column_lower, np.zeros(2 * len(soft))]),
        column_upper=np.concatenate([program.column_upper, np.full(2 * len(soft), np.inf)]),
        integer=np.concatenate([program.integer, np.zeros(2 * len(soft), dtype=np.bool_)]),
    )
    return solver.solve(elastic, gap=1e-6, absolute_gap=1e-6, seconds=SECONDS)


def _slack_of(found: Solution, program: Program, hard: BoolArray) -> FloatArray:
    n_soft = int((~hard).sum())
    extra = found.values[program.n_columns :]
    result = np.zeros(len(hard))
    result[~hard] = extra[:n_soft] + extra[n_soft:]
    return result


def _size(program: Program) -> FloatArray:
    """Largest finite bound of each row, at least 1."""
    lower = np.where(np.isfinite(program.row_lower), np.abs(program.row_lower), 0.0)
    upper = np.where(np.isfinite(program.row_upper), np.abs(program.row_upper), 0.0)
    return np.maximum(np.maximum(lower, upper), 1.0)


def _thinned(program: Program, rows: IntArray, solver: Solver) -> list[int]:
    """Leave out each row without which the rest is still infeasible."""
    kept = [int(row) for row in rows]
    for row in list(kept):
        rest = [other for other in kept if other != row]
        if rest and not _feasible(program, rest, solver):
            kept = rest
    return kept


def _feasible(program: Program, rows: list[int], solver: Solver) -> bool:
    part = replace(program.rows(np.array(rows)), objective=np.zeros(program.n_columns))
    return solver.solve(part, gap=1e-6, absolute_gap=1e-6, seconds=SECONDS).status != "infeasible"
