"""Which solver is used: highspy where it is installed, otherwise what scipy carries."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from psychometrics.adaptive.assembly.program import Solver
from psychometrics.adaptive.assembly.scipy_solver import ScipySolver


@cache
def default_solver() -> Solver:
    """The fastest solver installed."""
    if find_spec("highspy") is None:
        return ScipySolver()
    module = import_module("psychometrics.adaptive.assembly.highs_solver")
    solver: Solver = module.HighsSolver()
    return solver
