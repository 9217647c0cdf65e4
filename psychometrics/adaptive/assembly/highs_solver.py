"""HiGHS through highspy: no copy of the model is kept between calls, so any thread may call it."""

import highspy
import numpy as np

from psychometrics.adaptive.assembly.program import (
    NO_POINT,
    Program,
    Relaxation,
    Solution,
    Status,
    infeasible,
)
from psychometrics.errors import PsychometricsError

STATUS = highspy.HighsModelStatus
INFEASIBLE = (STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible)

# Hundreds of small integer programs in a row: heuristics, symmetry detection and restarts, which pay
# for themselves in one large program, take longer there than the whole search
# (docs/methods/shadow-tests.md).
MIP_OPTIONS: tuple[tuple[str, float | bool | str], ...] = (
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_rins", False),
    ("mip_heuristic_run_rens", False),
    ("mip_heuristic_run_root_reduced_cost", False),
    ("mip_heuristic_run_zi_round", False),
    ("mip_heuristic_run_shifting", False),
    ("mip_detect_symmetry", False),
    ("mip_allow_restart", False),
)
SMALL = 400  # columns; above it HiGHS keeps its own defaults


class HighsSolver:
    """Solves with HiGHS (Huangfu & Hall 2018, Math. Prog. Comp. 10, 119-142)."""

    def solve(
        self, program: Program, *, gap: float, absolute_gap: float, seconds: float
    ) -> Solution:
        """Branch and cut."""
        highs = _loaded(program, integer=True)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", absolute_gap)
        highs.setOptionValue("time_limit", seconds)
        if program.n_columns <= SMALL:
            for name, value in MIP_OPTIONS:
                highs.setOptionValue(name, value)
        highs.run()
        status = highs.getModelStatus()
        if status in INFEASIBLE:
            return infeasible()
        return _solution(highs, program, _named(status))

    def relax(self, program: Program) -> Relaxation | None:
        """Simplex."""
        highs = _loaded(program, integer=False)
        highs.setOptionValue("solver", "simplex")
        if program.n_columns <= SMALL:
            highs.setOptionValue("presolve", "off")
        highs.run()
        status = highs.getModelStatus()
        if status in INFEASIBLE:
            return None
        _named(status)
        found = highs.getSolution()
        return Relaxation(np.array(found.col_value), np.array(found.row_dual))


def _loaded(program: Program, *, integer: bool) -> "highspy.Highs":
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = program.matrix.shape
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = program.objective
    model.col_lower_, model.col_upper_ = program.column_lower, program.column_upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = program.matrix.indptr
    model.a_matrix_.index_ = program.matrix.indices
    model.a_matrix_.value_ = program.matrix.data
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in program.integer]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("parallel", "off")
    highs.passModel(model)
    return highs


def _named(status: "highspy.HighsModelStatus") -> Status:
    if status == STATUS.kOptimal:
        return "optimal"
    if status == STATUS.kTimeLimit:
        return "time_limit"
    raise PsychometricsError(
        "solver_stopped",
        f"HiGHS stopped with status {status.name}; check the amounts for extreme numbers.",
        status=status.name,
    )


def _solution(highs: "highspy.Highs", program: Program, status: Status) -> Solution:
    info = highs.getInfo()
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solution(status, NO_POINT, -np.inf, bound, program.n_columns)
    values = np.array(highs.getSolution().col_value)
    values[program.integer] = np.round(values[program.integer])
    return Solution(status, values, float(program.objective @ values), bound, program.n_columns)
