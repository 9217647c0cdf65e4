"""The report: verdicts, directions, cautions and what a picture needs."""

import numpy as np
import pytest

from psychometrics import ModelError, ResponseMatrix, item_estimate, simulate_responses
from psychometrics.dif import Matching, adjusted_p, dif_report, likelihood_ratio_dif
from tests.psychometrics.dif import known


def by_item(report):
    return {item.item: item for item in report.items}


@pytest.fixture(scope="module")
def mixed():
    """Fifteen dichotomous items and five clusters; I3 is harder for girls, I17 easier."""
    items = known.dichotomous(15)
    items += [
        item_estimate(f"I{k}", "gpcm", [0.9, *(0.2 * (k - 17) + np.linspace(-1, 1, 4))])
        for k in range(15, 20)
    ]
    other = known.moved(known.moved(items, "I3", 0.9), "I17", -0.8)
    return known.two_groups(items, 21, n=1200, impact=-0.3, focal_items=other)


@pytest.fixture(scope="module")
def report(mixed):
    return dif_report(mixed)


def test_planted_items_are_found_with_their_directions(report):
    found = by_item(report)
    assert (found["I3"].dif_class, found["I3"].direction) == ("C", "favours_reference")
    assert (found["I17"].dif_class, found["I17"].direction) == ("C", "favours_focal")
    assert sum(item.dif_class == "C" for item in report.items) == 2
    assert set(report.purified.removed) == {"I3", "I17"}
    assert not found["I3"].in_matching and found["I4"].in_matching


def test_all_methods_agree_on_the_direction(report):
    found = by_item(report)
    for label, sign in (("I3", -1), ("I17", 1)):
        item = found[label]
        assert np.sign(item.standardization.p_dif) == sign
        assert np.sign(item.logistic.shift[0]) == sign
        own = item.mantel_haenszel or item.polytomous
        assert np.sign(own.delta) == sign


def test_each_kind_of_item_has_its_statistics(report):
    for k, item in enumerate(report.items):
        assert (item.mantel_haenszel is not None) == (k < 15)
        assert (item.polytomous is not None) == (k >= 15)


def test_sizes_and_names(report):
    assert (report.reference, report.focal) == ("boys", "girls")
    assert (report.n_reference, report.n_focal) == (1200, 1200)
    assert {item.item for item in report.flagged} >= {"I3", "I17"}


def test_curves_hold_every_person_and_follow_the_data(report):
    for item in report.items:
        assert [curve.group for curve in item.curves] == ["boys", "girls"]
        for curve, n in zip(item.curves, (item.n_reference, item.n_focal), strict=True):
            assert sum(curve.n) == n
            assert np.all(np.diff(curve.score) > 0)
            assert min(curve.observed) >= 0 and max(curve.observed) <= 1
            mean = np.average(curve.observed, weights=curve.n)
            assert np.average(curve.expected, weights=curve.n) == pytest.approx(mean, abs=0.01)


def test_the_expected_curve_of_a_dichotomous_item_has_the_group_s_mean(report):
    """Group and intercept are in the regression, so its likelihood equations say so."""
    for curve in report.items[0].curves:
        observed, expected = (
            np.average(c, weights=curve.n) for c in (curve.observed, curve.expected)
        )
        assert expected == pytest.approx(observed, abs=1e-8)


def test_crossing_dif_is_said_although_the_class_is_a():
    items, other = known.dichotomous(), known.dichotomous()
    items[6] = item_estimate("I6", "2pl", [2.2, 0.0])
    other[6] = item_estimate("I6", "2pl", [0.5, 0.0])
    found = by_item(dif_report(known.two_groups(items, 3, n=1500, focal_items=other)))
    assert found["I6"].is_crossing
    assert found["I6"].dif_class == "A"
    assert sum(item.is_crossing for item in found.values()) == 1


def test_an_irt_analysis_stands_beside(mixed):
    small = mixed.select(np.arange(0, mixed.n_persons, 3))
    irt = likelihood_ratio_dif(small, "gpcm")
    found = dif_report(small, irt=irt)
    assert [item.irt for item in found.items] == list(irt.items)


def test_several_focal_groups_need_a_name():
    rng = np.random.default_rng(1)
    responses = ResponseMatrix.from_arrays(rng.integers(0, 2, (90, 5)), groups=["a", "b", "c"] * 30)
    with pytest.raises(ModelError) as refused:
        dif_report(responses)
    assert refused.value.code == "several_focal_groups"
    report = dif_report(responses, focal="c")
    assert (report.reference, report.focal, report.n_focal) == ("a", "c", 30)


def codes(report):
    return {(caution.code, caution.item) for caution in report.cautions}


def test_few_persons_are_said():
    responses = known.two_groups(known.dichotomous(6), 2, n=100)
    assert ("few_persons_for_dif", "I0") in codes(dif_report(responses))
    assert not codes(dif_report(known.two_groups(known.dichotomous(6), 2, n=400)))


def test_an_item_of_one_group_is_said_and_has_no_class():
    responses = known.two_groups(known.dichotomous(6), 2, n=300)
    scores = responses.scores.astype(float)
    scores[responses.group_codes == 1, 2] = np.nan
    labels = [responses.groups[code] for code in responses.group_codes]
    found = dif_report(ResponseMatrix.from_arrays(scores, items=responses.items, groups=labels))
    assert ("seen_by_one_group", "I2") in codes(found)
    assert found.items[2].dif_class is None and found.items[2].logistic is None


def test_an_unseen_and_a_constant_item_break_nothing():
    responses = known.two_groups(known.dichotomous(6), 2, n=300)
    scores = responses.scores.astype(float)
    scores[:, 1], scores[:, 2] = np.nan, 1
    labels = [responses.groups[code] for code in responses.group_codes]
    found = dif_report(ResponseMatrix.from_arrays(scores, items=responses.items, groups=labels))
    for k in (1, 2):
        assert found.items[k].dif_class is None and found.items[k].p is None
    assert found.items[3].dif_class is not None


def test_persons_left_out_are_counted(mixed):
    scores = mixed.scores.astype(float)
    scores[:150, 4] = np.nan
    labels = [mixed.groups[code] for code in mixed.group_codes]
    report = dif_report(ResponseMatrix.from_arrays(scores, items=mixed.items, groups=labels))
    assert report.items[4].n_missing == 150
    assert ("persons_left_out", "I4") in codes(report)


def test_few_matching_levels_leave_few_unmatched():
    items = known.dichotomous(40)
    rng = np.random.default_rng(3)
    low = simulate_responses(items, rng.normal(-1.3, 1, 200), rng).scores
    high = simulate_responses(items, rng.normal(1.3, 1, 200), rng).scores
    responses = ResponseMatrix.from_arrays(
        np.concatenate([high, low]), groups=["a"] * 200 + ["b"] * 200
    )
    thin = dif_report(responses, purification="none")
    thick = dif_report(responses, purification="none", matching=Matching(levels=4))
    assert "unmatched_persons" in {code for code, _ in codes(thin)}
    assert "unmatched_persons" not in {code for code, _ in codes(thick)}


def test_designated_matching_items_are_the_only_ones(mixed):
    report = dif_report(mixed, matching=Matching(items=("I0", "I1", "I2", "I4", "I5")))
    assert [item.in_matching for item in report.items[:4]] == [True, True, True, False]


def test_adjusted_p_values():
    """R 4.2.2, p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm" and "BH")."""
    p = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert adjusted_p(p, "holm") == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert adjusted_p(p, "benjamini_hochberg") == pytest.approx([0.05] * 5)
    assert adjusted_p(p[::-1], "holm") == pytest.approx([0.09, 0.09, 0.09, 0.08, 0.05])
    assert adjusted_p([0.6, 0.9], "holm") == pytest.approx([1.0, 1.0])
    assert adjusted_p([], "holm") == ()
    assert adjusted_p(p, "none") == tuple(p)
    with pytest.raises(ModelError):
        adjusted_p(p, "bonferroni")
