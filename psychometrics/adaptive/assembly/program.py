"""A mixed-integer linear program, and what a solver says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from scipy import sparse

from psychometrics.adaptive.assembly.constraints import LinearRow
from psychometrics.arrays import BoolArray, FloatArray, IntArray

Status = Literal["optimal", "infeasible", "time_limit"]


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise ``objective @ x`` subject to ``row_lower <= matrix @ x <= row_upper`` and bounds.

    Attributes
    ----------
    objective, column_lower, column_upper : (n_columns,)
    integer : (n_columns,) bool
    matrix : sparse CSC, (n_rows, n_columns)
    row_lower, row_upper : (n_rows,)
    """

    objective: FloatArray
    matrix: "sparse.csc_matrix"
    row_lower: FloatArray
    row_upper: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    integer: BoolArray

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return len(self.objective)

    def columns(self, chosen: IntArray) -> "Program":
        """The program over these columns, the others at zero; rows that cannot bind are left out."""
        part = replace(
            self,
            objective=self.objective[chosen],
            matrix=self.matrix[:, chosen],
            column_lower=self.column_lower[chosen],
            column_upper=self.column_upper[chosen],
            integer=self.integer[chosen],
        )
        return part.rows(part.binding_rows())

    def rows(self, chosen: IntArray) -> "Program":
        """The program with these rows only."""
        return replace(
            self,
            matrix=self.matrix.tocsr()[chosen].tocsc(),
            row_lower=self.row_lower[chosen],
            row_upper=self.row_upper[chosen],
        )

    def at_least(self, values: FloatArray, lower: float) -> "Program":
        """The program with the further row ``values @ x >= lower``."""
        return replace(
            self,
            matrix=sparse.vstack([self.matrix, sparse.csc_matrix(values[None, :])], format="csc"),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, np.inf),
        )

    def binding_rows(self) -> IntArray:
        """Rows that some point within the column bounds violates."""
        positive, negative = self.matrix.maximum(0.0), self.matrix.minimum(0.0)
        highest = positive @ self.column_upper + negative @ self.column_lower
        lowest = positive @ self.column_lower + negative @ self.column_upper
        return np.flatnonzero((highest > self.row_upper) | (lowest < self.row_lower))


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver found.

    Attributes
    ----------
    status : {"optimal", "infeasible", "time_limit"}
        "optimal" within the gap asked for.
    values : (n_columns,)
        The best point found; empty where none was.
    objective, bound : float
        Of that point, and an upper bound on every point's; minus infinity without a point.
    n_columns_solved : int
        Columns of the largest integer program that had to be solved.
    """

    status: Status
    values: FloatArray
    objective: float
    bound: float
    n_columns_solved: int = 0

    @property
    def has_point(self) -> bool:
        """Whether any feasible point was found."""
        return len(self.values) > 0


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Optimum of the linear relaxation.

    Attributes
    ----------
    values : (n_columns,)
    duals : (n_rows,)
        Increase of the optimum by one unit of a row's bound: positive at an upper bound.
    """

    values: FloatArray
    duals: FloatArray


class Solver(Protocol):
    """A program that solves programs."""

    def solve(
        self, program: Program, *, gap: float, absolute_gap: float, seconds: float
    ) -> Solution:
        """Solve to a relative or absolute gap, or stop after some seconds."""

    def relax(self, program: Program) -> Relaxation | None:
        """Solve without the integers; None where even that is infeasible."""


def binary_program(rows: Sequence[LinearRow], n_columns: int, objective: FloatArray) -> Program:
    """The program over zero-one variables with these rows."""
    ends = np.cumsum([0] + [len(row.columns) for row in rows])
    columns = np.concatenate([row.columns for row in rows])
    values = np.concatenate([row.values for row in rows])
    by_row = sparse.csr_matrix((values, columns, ends), shape=(len(rows), n_columns))
    return Program(
        objective=objective,
        matrix=by_row.tocsc(),
        row_lower=np.array([row.lower for row in rows]),
        row_upper=np.array([row.upper for row in rows]),
        column_lower=np.zeros(n_columns),
        column_upper=np.ones(n_columns),
        integer=np.ones(n_columns, dtype=np.bool_),
    )


NO_POINT = np.zeros(0)


def infeasible() -> Solution:
    """No point meets all rows."""
    return Solution("infeasible", NO_POINT, -np.inf, -np.inf)
