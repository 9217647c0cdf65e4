"""One test from a pool under a table of constraints: the most valuable, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from psychometrics.adaptive.assembly.conflicts import find_conflict
from psychometrics.adaptive.assembly.constraints import Constraint, LinearRow, all_rows
from psychometrics.adaptive.assembly.core_problem import solve_by_core
from psychometrics.adaptive.assembly.program import Program, Solution, Solver, binary_program
from psychometrics.adaptive.assembly.solver import default_solver
from psychometrics.adaptive.pool import ItemPool
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import ModelError

GAP = 1e-4
SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class BestTest:
    """A test and how good it is.

    Attributes
    ----------
    items : tuple of int
        Positions, the items fixed beforehand included.
    value : float
        Sum of the values of the items that were free to choose.
    bound : float
        No test has a higher value.
    n_columns_solved : int
        Columns of the integer program that remained after the exact reduction.
    """

    items: tuple[int, ...]
    value: float
    bound: float
    n_columns_solved: int


@dataclass(frozen=True, eq=False)
class AssemblyModel:
    """The constraints on a test from a pool, laid out once and solved for any values.

    Parameters
    ----------
    pool : ItemPool
    constraints : sequence of Constraint
    solver : Solver, optional
        HiGHS through highspy where installed, otherwise through scipy.
    """

    pool: ItemPool
    constraints: tuple[Constraint, ...]
    solver: Solver

    @cached_property
    def rows(self) -> list[LinearRow]:
        """Named rows: the constraints', then the pool's own."""
        return all_rows(self.pool, self.constraints)

    @cached_property
    def program(self) -> Program:
        """Zero-one program over items and stimuli, with nothing to maximise yet."""
        n_columns = self.pool.n_items + len(self.pool.stimuli)
        return binary_program(self.rows, n_columns, np.zeros(n_columns))

    @cached_property
    def companions(self) -> tuple[IntArray, ...]:
        """Each stimulus with its items."""
        return tuple(
            np.append(items, self.pool.n_items + place)
            for place, items in enumerate(self.pool.stimulus_items)
        )

    def best(
        self,
        values: FloatArray,
        *,
        given: Sequence[int] = (),
        barred: BoolArray | None = None,
        gap: float = GAP,
        seconds: float = SECONDS,
    ) -> BestTest:
        """The test of highest total value.

        Parameters
        ----------
        values : (n_items,)
        given : sequence of int
            Positions of items the test already holds.
        barred : (n_items,) bool, optional
            Items it may not hold besides those given.
        gap : float
            The value is at least the optimum divided by 1 + gap.
        seconds : float

        Raises
        ------
        ModelError
            No test meets the constraints (``constraints_conflict``, naming those that contradict
            each other), or none was proved best in time (``assembly_time``).
        """
        found = self.best_if_any(values, given=given, barred=barred, gap=gap, seconds=seconds)
        if found is not None:
            return found
        program = self._remaining(values, given, self._free(given, barred))
        names = tuple(row.name for row in self.rows)
        raise find_conflict(program, names, self.solver).error()

    def best_if_any(
        self,
        values: FloatArray,
        *,
        given: Sequence[int] = (),
        barred: BoolArray | None = None,
        gap: float = GAP,
        seconds: float = SECONDS,
    ) -> BestTest | None:
        """The same, but None, and no search for the reason, where no test meets the constraints."""
        free = self._free(given, barred)
        found = self._solve(self._remaining(values, given, free), free, gap, seconds)
        if found.status == "infeasible":
            return None
        if found.status == "time_limit":
            raise _too_slow(seconds)
        chosen = free[found.values > 0.5]
        items = sorted([*given, *(int(item) for item in chosen if item < self.pool.n_items)])
        return BestTest(tuple(items), found.objective, found.bound, found.n_columns_solved)

    def is_feasible(self, given: Sequence[int] = (), barred: BoolArray | None = None) -> bool:
        """Whether any test meets the constraints."""
        free = self._free(given, barred)
        program = self._remaining(np.zeros(self.pool.n_items), given, free)
        found = self.solver.solve(program, gap=1.0, absolute_gap=0.0, seconds=SECONDS)
        return found.has_point

    def _free(self, given: Sequence[int], barred: BoolArray | None) -> IntArray:
        possible = np.ones(self.program.n_columns, dtype=np.bool_)
        if barred is not None:
            possible[: self.pool.n_items] = ~barred
        possible[self._held(given)] = False
        return np.flatnonzero(possible)

    def _held(self, given: Sequence[int]) -> list[int]:
        """Columns at one: the given items and their stimuli."""
        of = self.pool.stimulus_of
        stimuli = {self.pool.n_items + of[item] for item in given if item in of}
        return [*given, *sorted(stimuli)]

    def _remaining(self, values: FloatArray, given: Sequence[int], free: IntArray) -> Program:
        """The program over the free columns, what is given taken off the bounds."""
        whole = self.program
        used = np.asarray(whole.matrix[:, self._held(given)].sum(axis=1)).ravel()
        objective = np.concatenate([values, np.zeros(len(self.pool.stimuli))])
        return replace(
            whole,
            objective=objective[free],
            matrix=whole.matrix[:, free],
            row_lower=whole.row_lower - used,
            row_upper=whole.row_upper - used,
            column_lower=whole.column_lower[free],
            column_upper=whole.column_upper[free],
            integer=whole.integer[free],
        )

    def _solve(self, program: Program, free: IntArray, gap: float, seconds: float) -> Solution:
        return solve_by_core(
            program, self.solver, gap=gap, seconds=seconds, companions=self._companions(free)
        )

    def _companions(self, free: IntArray) -> list[IntArray]:
        """Each stimulus still to be decided on with its items, as places among the free columns."""
        place = np.full(self.program.n_columns, len(free), dtype=np.intp)
        place[free] = np.arange(len(free))
        groups = [place[group] for group in self.companions]
        return [group[group < len(free)] for group in groups if group[-1] < len(free)]


def assembly_model(
    pool: ItemPool, constraints: Sequence[Constraint], solver: Solver | None = None
) -> AssemblyModel:
    """Lay out the constraints on a test from a pool.

    Raises
    ------
    DataError
        A constraint names an attribute, category or item that the pool does not have.
    ModelError
        A minimum above its maximum.
    """
    model = AssemblyModel(pool, tuple(constraints), solver or default_solver())
    _ = model.program
    return model


def _too_slow(seconds: float) -> ModelError:
    return ModelError(
        "assembly_time",
        f"No test was proved best within {seconds:g} seconds; allow more time or a larger gap.",
        seconds=seconds,
    )
