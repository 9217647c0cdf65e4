"""HiGHS as scipy carries it: slower to call, always there."""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from psychometrics.adaptive.assembly.program import (
    NO_POINT,
    Program,
    Relaxation,
    Solution,
    Status,
    infeasible,
)
from psychometrics.errors import PsychometricsError

OPTIMAL, TIME_LIMIT, INFEASIBLE = 0, 1, 2


class ScipySolver:
    """Solves with :func:`scipy.optimize.milp` and :func:`scipy.optimize.linprog`."""

    def solve(
        self, program: Program, *, gap: float, absolute_gap: float, seconds: float
    ) -> Solution:
        """Branch and cut; scipy passes no absolute gap on, so that the relative one decides."""
        found = milp(
            -program.objective,
            constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
            bounds=Bounds(program.column_lower, program.column_upper),
            integrality=program.integer.astype(np.intp),
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.status == INFEASIBLE:
            return infeasible()
        status = _named(found.status, found.message)
        bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else np.inf
        if found.x is None:
            return Solution(status, NO_POINT, -np.inf, bound, program.n_columns)
        values = np.where(program.integer, np.round(found.x), found.x)
        return Solution(status, values, float(program.objective @ values), bound, program.n_columns)

    def relax(self, program: Program) -> Relaxation | None:
        """Simplex, the rows with two bounds given as two."""
        lower, upper = np.isfinite(program.row_lower), np.isfinite(program.row_upper)
        rows = program.matrix.tocsr()
        found = linprog(
            -program.objective,
            A_ub=sparse.vstack([rows[upper], -rows[lower]], format="csr"),
            b_ub=np.concatenate([program.row_upper[upper], -program.row_lower[lower]]),
            bounds=np.stack([program.column_lower, program.column_upper], axis=1),
            method="highs-ds",
        )
        if found.status == INFEASIBLE:
            return None
        _named(found.status, found.message)
        duals = np.zeros(len(lower))
        n_upper = int(upper.sum())
        duals[upper] -= found.ineqlin.marginals[:n_upper]
        duals[lower] += found.ineqlin.marginals[n_upper:]
        return Relaxation(np.asarray(found.x), duals)


def _named(status: int, message: str) -> Status:
    if status == OPTIMAL:
        return "optimal"
    if status == TIME_LIMIT:
        return "time_limit"
    raise PsychometricsError(
        "solver_stopped",
        f"The solver stopped ({message}); check the amounts for extreme numbers.",
        status=status,
    )
