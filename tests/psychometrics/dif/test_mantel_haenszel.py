"""Mantel–Haenszel: published and worked tables, and what must hold for any table."""

import numpy as np
import pytest

from psychometrics import ModelError
from psychometrics.dif import (
    ItemTable,
    ets_class,
    generalized_mantel_haenszel,
    mantel_haenszel,
    mantel_haenszel_of_table,
    polytomous_of_table,
    standardization_of_table,
)
from tests.psychometrics.dif import known


def statistics(rows):
    return mantel_haenszel_of_table(ItemTable.from_counts(known.two_by_two(rows)))


def test_the_worked_table_is_b_and_not_c():
    """Both conditions: |Delta| is above 1.5 but not significantly above 1."""
    found = statistics(known.WORKED)
    assert found.odds_ratio == pytest.approx(2.019227, abs=5e-7)
    assert found.delta == pytest.approx(-1.651380, abs=5e-7)
    assert found.se_delta == pytest.approx(0.462097, abs=5e-7)
    assert found.chi_square.statistic == pytest.approx(12.8965, abs=5e-5)
    assert found.chi_square_corrected.statistic == pytest.approx(12.2143, abs=5e-5)
    assert (abs(found.delta) - 1) / found.se_delta == pytest.approx(1.41, abs=5e-3)
    assert found.ets_class == "B"


def test_berkeley_admissions():
    """R 4.2.2, mantelhaen.test(UCBAdmissions): 1.4269, p 0.2323, 0.9047 (0.7719 to 1.0603)."""
    found = statistics(known.BERKELEY)
    assert found.chi_square_corrected.statistic == pytest.approx(1.4269, abs=5e-5)
    assert found.chi_square_corrected.p == pytest.approx(0.2323, abs=5e-5)
    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    half = 1.959964 * found.se_delta / 2.35
    assert found.odds_ratio * np.exp([-half, half]) == pytest.approx(
        [0.7719074, 1.0603298], abs=5e-7
    )


@pytest.mark.parametrize(
    ("delta", "se", "p", "expected"),
    [
        (0.99, 0.1, 0.001, "A"),
        (1.4, 0.2, 0.001, "B"),
        (1.4, 0.9, 0.12, "A"),
        (-1.9, 0.3, 0.001, "C"),
        (-1.9, 0.6, 0.001, "B"),
        (2.5, 1.5, 0.09, "A"),
    ],
)
def test_ets_classes(delta, se, p, expected):
    assert ets_class(delta, se, p=p) == expected


def random_table(seed, levels=8):
    rng = np.random.default_rng(seed)
    return ItemTable.from_counts(rng.integers(1, 30, (levels, 2, 2)))


@pytest.mark.parametrize("seed", range(5))
def test_exchanging_the_groups_changes_the_sign_alone(seed):
    table = random_table(seed)
    swapped = ItemTable.from_counts(table.counts[:, ::-1])
    one, other = mantel_haenszel_of_table(table), mantel_haenszel_of_table(swapped)
    assert other.delta == pytest.approx(-one.delta)
    assert other.se_delta == pytest.approx(one.se_delta)
    assert other.chi_square.statistic == pytest.approx(one.chi_square.statistic)
    assert other.breslow_day.statistic == pytest.approx(one.breslow_day.statistic)


@pytest.mark.parametrize("seed", range(5))
def test_two_forms_of_the_variance_are_one(seed):
    """Robins, Breslow & Greenland is Phillips & Holland written in another way."""
    table = random_table(seed)
    found = mantel_haenszel_of_table(table)
    b, a, d, c = (table.counts[:, g, k] for g in (0, 1) for k in (0, 1))
    total, ratio = a + b + c + d, found.odds_ratio
    spread = ((a * d + ratio * b * c) * (a + d + ratio * (b + c)) / total**2).sum()
    holland = spread / (2 * (a * d / total).sum() ** 2)
    assert (found.se_delta / 2.35) ** 2 == pytest.approx(holland, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_other_statistics_reduce_to_it_with_two_categories(seed):
    table = random_table(seed)
    found, other = mantel_haenszel_of_table(table), polytomous_of_table(table)
    assert other.mantel.statistic == pytest.approx(found.chi_square.statistic)
    assert other.generalized.statistic == pytest.approx(found.chi_square.statistic)
    assert other.odds_ratio == pytest.approx(found.odds_ratio)
    assert other.smd == pytest.approx(standardization_of_table(table).p_dif)


def test_levels_with_one_group_do_not_count():
    full = known.two_by_two(known.WORKED)
    alone = np.concatenate([full, [[[9, 9], [0, 0]], [[0, 0], [3, 4]]]])
    one = mantel_haenszel_of_table(ItemTable.from_counts(full))
    other = mantel_haenszel_of_table(ItemTable.from_counts(alone))
    assert other.delta == pytest.approx(one.delta)
    assert other.n_unmatched == 25
    assert other.n_used == one.n_used


def test_homogeneous_odds_leave_breslow_day_at_zero():
    levels = [(40, 20, 20, 20), (60, 30, 10, 10), (80, 20, 20, 10)]
    assert statistics(levels).breslow_day.statistic == pytest.approx(0.0, abs=1e-12)
    assert statistics(levels).breslow_day.df == 2


def test_no_discordant_pair_gives_no_odds_ratio_but_a_test():
    found = statistics([(10, 0, 3, 7), (8, 0, 4, 4)])
    assert found.odds_ratio is None and found.delta is None and found.ets_class is None
    assert found.chi_square.p < 0.01


def test_nothing_to_compare_is_none_everywhere():
    found = statistics([(10, 5, 0, 0), (0, 0, 4, 4)])
    assert found.chi_square is None and found.p is None and found.delta is None
    assert found.n_used == 0


def test_a_correction_makes_nothing_significant():
    """Equal shares in tiny levels: the published correction alone would say p < 0.05."""
    found = statistics([(50, 1, 1, 0)])
    assert found.p >= found.chi_square.p


def test_more_categories_are_refused_with_the_remedy():
    with pytest.raises(ModelError, match="polytomous"):
        mantel_haenszel_of_table(ItemTable.from_counts(np.ones((2, 2, 3))))


def test_a_planted_item_is_found_with_its_direction():
    items = known.dichotomous()
    responses = known.two_groups(items, 4, n=1500, focal_items=known.moved(items, "I7", 0.9))
    found = {own.item: own for own in mantel_haenszel(responses, purification="two_step").items}
    assert found["I7"].ets_class == "C"
    assert found["I7"].delta < 0
    assert sum(own.ets_class == "C" for own in found.values()) == 1


def test_purification_takes_the_planted_items_out_of_the_score():
    items = known.dichotomous()
    harder = known.moved(known.moved(items, "I3", 1.0), "I9", 1.0)
    responses = known.two_groups(items, 8, n=1500, focal_items=harder)
    for purification in ("two_step", "iterative"):
        found = mantel_haenszel(responses, purification=purification)
        assert set(found.purified.removed) == {"I3", "I9"}
        assert found.purified.settled
    plain = mantel_haenszel(responses)
    others = [i for i in range(20) if i not in (3, 9)]
    shift = [abs(np.mean([run.items[i].delta for i in others])) for run in (plain, found)]
    assert shift[1] < shift[0]  # two harder items made all others look easier


def test_exchangeable_rows_change_nothing():
    responses = known.two_groups(known.dichotomous(8), 6, n=200)
    order = np.random.default_rng(0).permutation(responses.n_persons)
    assert mantel_haenszel(responses).items == mantel_haenszel(responses.select(order)).items


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"focal": "boys"}, "unknown_focal_group"),
        ({"focal": "teachers"}, "unknown_focal_group"),
        ({"purification": "thorough"}, "unknown_dif_option"),
        ({"drop": "all"}, "unknown_dif_option"),
        ({"level": 5.0}, "level_out_of_range"),
    ],
)
def test_bad_options_are_refused(options, code):
    responses = known.two_groups(known.dichotomous(4), 1, n=50)
    with pytest.raises(ModelError) as refused:
        mantel_haenszel(responses, **options)
    assert refused.value.code == code


def test_one_group_is_refused(lsat7):
    with pytest.raises(ModelError) as refused:
        mantel_haenszel(lsat7)
    assert refused.value.code == "no_groups"


def test_job_satisfaction():
    """R 4.2.2, mantelhaen.test(Satisfaction): M2 = 10.2001, df 9, p 0.3345 (Agresti 2002, p. 297)."""
    table = ItemTable.from_counts(known.JOB_SATISFACTION, groups=("1", "2", "3", "4"))
    found = generalized_mantel_haenszel(table)
    assert (found.statistic, found.df) == (pytest.approx(10.2001, abs=5e-5), 9)
    assert found.p == pytest.approx(0.3345, abs=5e-5)
