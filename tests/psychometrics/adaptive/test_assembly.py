"""Assembly by mixed-integer programming: exact, explained where impossible, the same by both solvers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import DataError, ModelError, item_information
from psychometrics.adaptive import StimulusSet, item_pool
from psychometrics.adaptive.assembly import (
    AmountSum,
    CategoryAmount,
    CategoryCount,
    ForbiddenItems,
    InformationAt,
    MaximinTarget,
    MinimaxTarget,
    RequiredItems,
    StimulusCount,
    TestLength,
    assemble,
    assembly_model,
)
from psychometrics.adaptive.assembly.constraints import all_rows, unmet
from psychometrics.adaptive.assembly.core_problem import price, solve_by_core
from psychometrics.adaptive.assembly.program import infeasible
from psychometrics.adaptive.assembly.scipy_solver import ScipySolver
from psychometrics.adaptive.assembly.solver import default_solver
from psychometrics.adaptive.tables import ability_tables

from .conftest import make_pool, make_table, three_pl

SOLVERS = [default_solver(), ScipySolver()]


def by_hand(pool, constraints, values, length):
    """Best value over every subset of this length, by enumeration."""
    rows = all_rows(pool, constraints)
    tests = itertools.combinations(range(pool.n_items), length)
    found = [
        values[list(test)].sum()
        for test in tests
        if not unmet(rows, pool, [pool.labels[item] for item in test])
    ]
    return max(found, default=None)


def small_pool(seed):
    rng = np.random.default_rng(seed)
    items = three_pl(12, rng)
    labels = [item.item for item in items]
    return item_pool(
        items,
        categories={"content": [f"C{k}" for k in rng.integers(0, 2, 12)]},
        amounts={"words": rng.integers(20, 120, 12)},
        enemies=[list(rng.choice(labels[4:], 2, replace=False)) for _ in range(3)],
        stimuli=[StimulusSet("S", tuple(labels[:4]), 2, 3)],
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), words=st.integers(250, 450))
def test_the_best_test_is_the_best_of_all_tests(seed, words):
    pool = small_pool(seed)
    table = [
        TestLength(5, 5),
        CategoryCount("content", "C0", 2, 3),
        AmountSum("words", 0, words),
        StimulusCount(0, 1),
    ]
    values = np.random.default_rng(seed).random(pool.n_items)
    best = by_hand(pool, table, values, 5)
    for solver in SOLVERS:
        model = assembly_model(pool, table, solver)
        if best is None:
            with pytest.raises(ModelError, match="No test meets all constraints"):
                model.best(values, gap=0.0)
        else:
            found = model.best(values, gap=0.0)
            assert found.value == pytest.approx(best, abs=1e-9)
            assert found.bound >= best - 1e-9


@pytest.mark.parametrize("stimuli", [0, 25])
@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: type(s).__name__)
def test_the_reduced_pool_gives_the_optimum_of_the_whole(solver, stimuli):
    """The exactness claimed in docs/methods/shadow-tests.md, against the unreduced program."""
    pool = make_pool(400, seed=11, n_enemies=120, stimuli=stimuli)
    model, tables = assembly_model(pool, make_table(), solver), ability_tables(pool)
    for theta in (-1.5, 0.2, 1.8):
        values = tables.information_at(theta)
        reduced = model.best(values, gap=0.0)
        objective = np.append(values, np.zeros(stimuli))
        whole = solver.solve(
            type(model.program)(**{**vars(model.program), "objective": objective}),
            gap=0.0,
            absolute_gap=1e-9,
            seconds=60.0,
        )
        assert reduced.value == pytest.approx(whole.objective, rel=1e-7)
        assert reduced.n_columns_solved < 150 < pool.n_items


def test_the_bound_holds_for_every_column_left_out():
    """L + r_j is at least the value of the best test that holds item j."""
    pool = make_pool(120, seed=4, n_enemies=20)
    model, solver = assembly_model(pool, make_table()), default_solver()
    values = ability_tables(pool).information_at(0.5)
    program = type(model.program)(**{**vars(model.program), "objective": values})
    priced = price(program, solver)
    assert priced is not None
    for item in np.argsort(priced.reduced_cost)[::12]:
        bound = priced.bound + min(priced.reduced_cost[item], 0.0)
        try:
            held = model.best(values, given=[int(item)], gap=0.0).value + values[item]
        except ModelError:
            continue
        assert held <= bound + 1e-7


def test_an_impossible_program_is_told_from_a_hard_one():
    pool = make_pool(60, n_enemies=0)
    model = assembly_model(pool, [TestLength(5, 5), AmountSum("words", 10_000)])
    found = solve_by_core(model.program, default_solver(), gap=1e-4, seconds=5.0)
    assert found.status == infeasible().status and not found.has_point
    assert found.bound == -np.inf


def test_conflicting_constraints_are_named():
    pool = make_pool(200, n_enemies=10)
    table = [
        TestLength(20, 20),
        CategoryCount("content", "C0", 11),
        CategoryCount("content", "C1", 3, 5),
        CategoryCount("content", "C2", 12),
        CategoryCount("level", "L0", 2, 9),
        AmountSum("words", 1000, 1600),
    ]
    with pytest.raises(ModelError) as caught:
        assembly_model(pool, table).best(np.ones(200))
    named = set(caught.value.params["constraints"])
    assert named == {
        "length: 20 items",
        "content C0: at least 11 items",
        "content C2: at least 12 items",
    }
    # Three items too many in all, and C1 asks for three more: six are to give way.
    assert sum(caught.value.params["changes"].values()) >= 3
    assert "«length: 20 items»" in caught.value.message


def test_every_named_conflict_is_minimal_and_real():
    """Without any one of the named constraints there is a test; with all of them there is none."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        pool = make_pool(80, seed=seed, n_enemies=5)
        table = {
            name: constraint
            for constraint in (
                TestLength(15, 15),
                CategoryCount("content", "C0", int(rng.integers(6, 10))),
                CategoryCount("content", "C1", int(rng.integers(6, 10))),
                CategoryCount("level", "L0", int(rng.integers(0, 3)), 3),
                CategoryCount("level", "L1", 0, 4),
                AmountSum("words", 0, float(rng.integers(500, 700))),
            )
            for name in [next(constraint.rows(pool)).name]
        }
        model = assembly_model(pool, list(table.values()))
        if model.is_feasible():
            continue
        with pytest.raises(ModelError) as caught:
            model.best(np.ones(80))
        named = [name for name in caught.value.params["constraints"] if name in table]
        assert named
        structure = len(named) == len(caught.value.params["constraints"])
        assert not assembly_model(pool, [table[name] for name in named]).is_feasible()
        for left_out in named if structure else ():
            rest = [table[name] for name in named if name != left_out]
            assert assembly_model(pool, rest).is_feasible()


def test_the_changes_named_make_a_test_possible():
    pool = make_pool(100, n_enemies=0)
    with pytest.raises(ModelError) as caught:
        assembly_model(pool, [TestLength(10, 10), AmountSum("words", 0, 250)]).best(np.ones(100))
    changes = caught.value.params["changes"]
    words = changes.get("words: total 0 to 250", 0.0)
    items = changes.get("length: 10 items", 0.0)
    assembly_model(
        pool, [TestLength(int(10 - items), 10), AmountSum("words", 0, 250 + words)]
    ).best(np.ones(100))


def test_every_kind_of_constraint_is_kept():
    pool = make_pool(150, stimuli=8, n_enemies=20)
    required, forbidden = pool.labels[60], pool.labels[61]
    table = [
        TestLength(18, 20),
        CategoryCount("content", "C2", 4, 6),
        CategoryAmount("words", "content", "C2", 200, 400),
        AmountSum("seconds", 0, 1500),
        StimulusCount(2, 2),
        InformationAt(0.0, 5.0, 12.0),
        RequiredItems((required,)),
        ForbiddenItems((forbidden,)),
    ]
    found = assembly_model(pool, table).best(ability_tables(pool).information_at(1.0))
    labels = [pool.labels[item] for item in found.items]
    assert not unmet(all_rows(pool, table), pool, labels)
    assert required in labels and forbidden not in labels
    used = [pool.stimulus_of[item] for item in found.items if item in pool.stimulus_of]
    assert len(set(used)) == 2


def test_minimax_form_is_the_nearest_of_all_forms():
    pool = small_pool(3)
    table = [TestLength(5, 5), CategoryCount("content", "C0", 2, 3)]
    target = MinimaxTarget((-1.0, 0.0, 1.0), (0.9, 1.3, 1.1))
    curves = item_information(pool.items, target.points)
    rows = all_rows(pool, table)
    best = min(
        np.abs(curves[:, list(test)].sum(axis=1) - target.information).max()
        for test in itertools.combinations(range(12), 5)
        if not unmet(rows, pool, [pool.labels[item] for item in test])
    )
    found = assemble(pool, table, target, gap=1e-6)
    assert found.is_optimal
    assert found.goal == pytest.approx(best, abs=1e-5)
    assert np.abs(found.information[0] - target.information).max() == pytest.approx(best, abs=1e-5)


def test_parallel_forms_share_only_the_anchors_and_are_alike():
    pool = make_pool(150, n_enemies=15)
    anchors = (pool.labels[3], pool.labels[17])
    table = [TestLength(15, 15), *(CategoryCount("content", f"C{k}", 2, 3) for k in range(6))]
    target = MaximinTarget((-1.0, 0.0, 1.0), (1.0, 1.5, 1.0))
    found = assemble(pool, table, target, n_forms=3, common_items=anchors, gap=0.05, seconds=20.0)
    assert len(found.forms) == 3
    for one, other in itertools.combinations(found.forms, 2):
        assert set(one) & set(other) == set(anchors)
    rows = all_rows(pool, table)
    assert not any(unmet(rows, pool, form) for form in found.forms)
    assert (found.information >= found.goal * np.array(target.relative) - 1e-6).all()
    assert found.goal <= found.bound + 1e-9


def test_too_many_parallel_forms_are_refused_with_a_reason():
    pool = make_pool(40, n_enemies=0)
    with pytest.raises(ModelError, match="No test meets all constraints"):
        assemble(pool, [TestLength(15, 15)], MaximinTarget((0.0,), (1.0,)), n_forms=3)


def test_bad_tables_are_refused(pool):
    with pytest.raises(ModelError, match="minimum is above"):
        assembly_model(pool, [CategoryCount("content", "C0", 5, 3)])
    with pytest.raises(DataError, match="no attribute"):
        assembly_model(pool, [CategoryCount("topic", "C0", 1, 3)])
    with pytest.raises(DataError, match="it has: C0"):
        assembly_model(pool, [CategoryCount("content", "C9", 1, 3)])
    with pytest.raises(DataError, match="not in the pool"):
        assembly_model(pool, [RequiredItems(("nobody",))])
    with pytest.raises(DataError, match="2 points and 1 values"):
        MinimaxTarget((0.0, 1.0), (1.0,))
