"""S-X2 against mirt 1.47, its laws, and its level where responses are missing by design."""

import numpy as np
import pytest

from psychometrics import ModelError, ResponseMatrix, calibrate, item_estimate
from psychometrics.fit import s_x2


def test_equals_mirt(complete_run, mirt_run):
    data, calibration, expected = mirt_run(*complete_run)
    for own, row in zip(s_x2(data, calibration), expected["S_X2"], strict=True):
        assert own.item == row["item"]
        assert own.df == row["df.S_X2"]
        if own.statistic is not None:
            assert own.statistic == pytest.approx(row["S_X2"], abs=1e-6)
            assert own.p == pytest.approx(row["p.S_X2"], abs=1e-6)
            assert own.rmsea == pytest.approx(row["RMSEA.S_X2"], abs=1e-6)


def test_lsat7(lsat7):
    """As printed in mirt's documentation, from estimates that stopped at a coarser tolerance."""
    found = s_x2(lsat7, calibrate(lsat7, "2pl", standard_errors=False))
    assert [item.statistic for item in found] == pytest.approx(
        [4.750, 14.441, 1.266, 5.241, 0.941], abs=0.015
    )
    assert [item.df for item in found] == [2] * 5
    assert [item.p for item in found] == pytest.approx(
        [0.093, 0.001, 0.531, 0.073, 0.625], abs=2e-3
    )


def test_order_of_persons_and_items_is_nothing(drawn, mixed_items, known_calibration):
    data, calibration = drawn(1, booklets=True), known_calibration(mixed_items)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(data.n_persons), rng.permutation(data.n_items)
    other = ResponseMatrix.from_arrays(
        data.scores[rows][:, columns],
        observed=data.observed[rows][:, columns],
        items=[data.items[i] for i in columns],
    )
    first = {item.item: item for item in s_x2(data, calibration)}
    for item in s_x2(other, calibration):
        assert item.df == first[item.item].df
        assert item.statistic == pytest.approx(first[item.item].statistic, rel=1e-9)


def test_weight_two_is_the_person_twice(drawn, mixed_items, known_calibration):
    data, calibration = drawn(2, 300, booklets=True), known_calibration(mixed_items)
    doubled = ResponseMatrix.from_arrays(
        data.scores, observed=data.observed, items=data.items, weights=np.full(300, 2.0)
    )
    twice = ResponseMatrix.from_arrays(
        np.repeat(data.scores, 2, axis=0),
        observed=np.repeat(data.observed, 2, axis=0),
        items=data.items,
    )
    for a, b in zip(s_x2(doubled, calibration), s_x2(twice, calibration), strict=True):
        assert (a.n, a.df) == (b.n, b.df)
        assert a.statistic == pytest.approx(b.statistic, rel=1e-9)


def test_two_groups_of_one_population_say_what_one_says(drawn, mixed_items, known_calibration):
    """Strata that expect enough stand alone: the statistic is a sum over them."""
    calibration = known_calibration(mixed_items)
    data = drawn(3, 4000)
    found = s_x2(data, calibration, least_expected=1e-9)
    halves = [data.select(np.arange(k, 4000, 2)) for k in (0, 1)]
    split = ResponseMatrix.from_arrays(
        data.scores, items=data.items, groups=["A" if k % 2 == 0 else "B" for k in range(4000)]
    )
    parts = [s_x2(half, calibration, least_expected=1e-9) for half in halves]
    for i, item in enumerate(s_x2(split, calibration, least_expected=1e-9)):
        assert item.n == found[i].n == 4000
        assert item.statistic == pytest.approx(sum(part[i].statistic for part in parts), rel=0.15)


def test_nothing_left_to_judge_is_said(known_calibration):
    items = [item_estimate(f"I{i}", "2pl", [1.0, 0.0]) for i in range(2)]
    found = s_x2(
        ResponseMatrix.from_arrays([[0, 1], [1, 0]], items=["I0", "I1"]), known_calibration(items)
    )
    assert [(item.statistic, item.df, item.p, item.rmsea) for item in found] == [
        (None, 0, None, None)
    ] * 2


def test_a_cell_must_expect_somebody(lsat7):
    calibration = calibrate(lsat7, "2pl", standard_errors=False)
    with pytest.raises(ModelError, match="positive"):
        s_x2(lsat7, calibration, least_expected=0.0)


@pytest.mark.parametrize("booklets", [False, True], ids=["complete", "booklets"])
def test_an_item_of_another_shape_is_found(booklets, drawn):
    """The weakest third solves it like the strongest; every other item as the model says."""
    data = drawn(4, 3000, booklets=booklets)
    scores, seen = data.scores.copy(), data.observed
    rest = (np.delete(scores, 2, axis=1) * np.delete(seen, 2, axis=1)).sum(axis=1)
    scores[rest <= np.quantile(rest, 1 / 3), 2] = 1
    spoilt = ResponseMatrix.from_arrays(scores, observed=seen, items=data.items)
    found = s_x2(spoilt, calibrate(spoilt, "gpcm", standard_errors=False))
    assert found[2].p < 1e-6
    assert np.median([item.p for item in found]) > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("design", ["complete", "booklets", "omissions"])
def test_level(design, drawn):
    """300 replications of 1,000 persons: 5 % of the items of a true model are called misfitting."""
    p: list[float] = []
    for seed in range(300):
        data = drawn(1000 + seed, 1000, booklets=design != "complete")
        if design == "omissions":
            keep = np.random.default_rng(seed).random(data.scores.shape) > 0.02
            data = ResponseMatrix.from_arrays(
                data.scores, observed=data.observed & keep, items=data.items
            )
        found = s_x2(data, calibrate(data, "gpcm", standard_errors=False))
        p += [item.p for item in found if item.p is not None]
    share = float(np.mean(np.array(p) < 0.05))
    print(f"S-X2 {design}: {share:.4f} of {len(p)} below .05")
    assert share == pytest.approx(0.05, abs=0.015)
