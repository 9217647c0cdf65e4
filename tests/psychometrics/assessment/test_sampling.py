"""School samples, weights, response rates, planning."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment.participation import (
    Outcome,
    ParticipationStandard,
    school_rates,
    student_rates,
)
from psychometrics.assessment.sample_size import (
    design_effect,
    effective_size,
    intraclass_correlation,
    plan_sample,
)
from psychometrics.assessment.sampling import (
    School,
    sample_schools,
    sample_students,
    serpentine,
    systematic_pps,
)
from psychometrics.assessment.weights import (
    adjusted_for_nonresponse,
    kish_design_effect,
    normalised,
    senate,
    trimmed,
)

SIZES = [120, 80, 200, 60, 140, 90, 110, 150, 50, 100]


def test_worked_draw():
    """Interval 275, start 96.25: hits 96.25, 371.25, 646.25, 921.25; self-weighting with 30 each."""
    draw = systematic_pps(SIZES, 4, start=96.25)
    assert draw.interval == 275
    assert (draw.positions + 1).tolist() == [1, 3, 6, 8]
    school = 1 / draw.probabilities[draw.positions]
    assert school == pytest.approx([2.29167, 1.375, 3.05556, 1.83333], abs=5e-6)
    within = np.array(SIZES)[draw.positions] / 30
    assert within == pytest.approx([4, 6.66667, 3, 5], abs=5e-6)
    assert school * within == pytest.approx(np.full(4, 9.16667), abs=5e-6)
    assert (school * within * 30).sum() == pytest.approx(1100)


def test_large_schools_are_certain_and_the_interval_is_taken_again():
    draw = systematic_pps([1000, 300, 50, 50, 50, 50], 4, start=10)
    assert draw.is_certain.tolist() == [True, True, False, False, False, False]
    assert draw.interval == 100
    assert draw.probabilities.tolist() == [1, 1, 0.5, 0.5, 0.5, 0.5]
    assert draw.positions.tolist() == [0, 1, 2, 4]


def test_inclusion_probabilities_sum_to_the_sample_size():
    rng = np.random.default_rng(3)
    sizes = rng.lognormal(4, 1, 200)
    assert systematic_pps(sizes, 40, rng=rng).probabilities.sum() == pytest.approx(40)
    everybody = systematic_pps(sizes, 200, rng=rng)
    assert everybody.positions.tolist() == list(range(200)) and everybody.interval is None


def test_draws_follow_their_probabilities():
    """4,000 draws of 4: frequencies within four Monte-Carlo errors; totals are unbiased."""
    rng = np.random.default_rng(8)
    draws = [systematic_pps(SIZES, 4, rng=rng) for _ in range(4000)]
    hits = np.bincount(np.concatenate([draw.positions for draw in draws]), minlength=10) / 4000
    p = draws[0].probabilities
    assert (np.abs(hits - p) < 4 * np.sqrt(p * (1 - p) / 4000)).all()
    values = np.arange(10.0)
    totals = [(values / p)[draw.positions].sum() for draw in draws]
    assert np.mean(totals) == pytest.approx(45, abs=4 * np.std(totals) / np.sqrt(4000))


def frame(rng, n=60):
    return [
        School(
            f"S{i:02d}",
            float(rng.integers(50, 400)),
            stratum="urban" if i % 3 else "rural",
            sort=(("north", "south")[i % 2], float(i % 5)),
        )
        for i in range(n)
    ]


def test_stratified_sample_with_replacements():
    schools = frame(np.random.default_rng(4))
    drawn = sample_schools(schools, {"rural": 6, "urban": 10}, np.random.default_rng(5))
    again = sample_schools(schools, {"rural": 6, "urban": 10}, np.random.default_rng(5))
    assert drawn == again
    assert [one.school.stratum for one in drawn] == ["rural"] * 6 + ["urban"] * 10
    labels = [one.school.label for one in drawn]
    spare = [label for one in drawn for label in one.replacements]
    assert len(set(labels + spare)) == len(labels) + len(spare)
    home = {school.label: school.stratum for school in schools}
    assert all(home[label] == one.school.stratum for one in drawn for label in one.replacements)
    urban = [one for one in drawn if one.school.stratum == "urban"]
    total = sum(school.measure for school in schools if school.stratum == "urban")
    assert sum(one.weight * one.school.measure for one in urban) == pytest.approx(total)


def test_replacements_are_the_neighbours_after_and_before():
    schools = [School(f"S{i}", 100.0, sort=(float(i),)) for i in range(12)]
    (one, *_) = sample_schools(schools, {"all": 2}, np.random.default_rng(1))
    number = int(one.school.label[1:])
    assert one.replacements == (f"S{number + 1}", f"S{number - 1}")[: len(one.replacements)]
    assert one.replacements


def test_serpentine_order_keeps_neighbours_alike():
    schools = [School(f"{a}{b}", 10.0, sort=(a, b)) for a in "xyz" for b in (1, 2, 3)]
    assert [s.label for s in serpentine(schools)] == [
        "x1", "x2", "x3", "y3", "y2", "y1", "z1", "z2", "z3",
    ]  # fmt: skip


def test_students_of_a_school():
    chosen, weight = sample_students(140, 30, np.random.default_rng(1))
    assert len(set(chosen.tolist())) == 30 and weight == pytest.approx(140 / 30)
    everybody, one = sample_students(12, 30, np.random.default_rng(1))
    assert everybody.tolist() == list(range(12)) and one == 1


def test_nonresponse_adjustment_keeps_the_total_of_each_cell():
    weights = [2.0, 2, 4, 1, 3]
    found = adjusted_for_nonresponse(weights, [1, 0, 1, 1, 0], ["a", "a", "a", "b", "b"])
    assert found.weights == pytest.approx([2 * 8 / 6, 0, 4 * 8 / 6, 4, 0])
    assert found.factors == pytest.approx({"a": 8 / 6, "b": 4.0})
    with pytest.raises(DataError, match="cell 'b'"):
        adjusted_for_nonresponse([1, 1], [1, 0], ["a", "b"])


def test_trimming():
    found = trimmed([1.0, 1, 1, 10], limit=3.25)
    assert found.weights == pytest.approx([1, 1, 1, 3.25])
    assert found.n_changed == 1 and found.factors["all"] == pytest.approx(6.25 / 13)
    kept = trimmed([1.0, 1, 1, 10], limit=3.25, keep_total=True)
    assert kept.weights.sum() == pytest.approx(13)
    by_stratum = trimmed([1.0, 1, 1, 10, 10, 10], ["a"] * 3 + ["b"] * 3)
    assert by_stratum.n_changed == 0


def test_senate_and_normalised_weights():
    weights = np.array([1.0, 3, 10, 10])
    equal = senate(weights, ["a", "a", "b", "b"], total=500)
    assert equal == pytest.approx([125, 375, 250, 250])
    assert normalised(weights).sum() == pytest.approx(4)
    assert normalised([0.0, 2.0, 2.0]) == pytest.approx([0, 1, 1])
    assert kish_design_effect(np.full(7, 3.0)) == pytest.approx(1.0)
    assert kish_design_effect([1.0, 3.0]) == pytest.approx(1.25)


def test_school_response_rates():
    outcomes = [
        Outcome.ORIGINAL,
        Outcome.FIRST_REPLACEMENT,
        Outcome.REFUSED,
        Outcome.NOT_ELIGIBLE,
        Outcome.ORIGINAL,
    ]
    rates = school_rates(outcomes, [1, 2, 1, 5, 2], [100, 100, 200, 50, 100])
    assert (rates.unweighted_before, rates.unweighted_after) == (0.5, 0.75)
    assert rates.weighted_before == pytest.approx(300 / 700)
    assert rates.weighted_after == pytest.approx(500 / 700)
    assert not rates.meets(ParticipationStandard())


def test_student_response_rates_flag_schools_that_do_not_count():
    took_part = [1, 1, 1, 0, 1, 0, 0, 0, 0]
    rates = student_rates(took_part, np.ones(9), ["x"] * 4 + ["y"] * 5)
    assert rates.unweighted == pytest.approx(4 / 9)
    assert rates.by_school == pytest.approx({"x": 0.75, "y": 0.2})
    assert rates.below == ("y",)


def test_design_effect_of_the_provincial_plan():
    """42 a school and 0.30 give 13.3, so 6,300 are worth 474; 30 a school give 9.7."""
    assert design_effect(42, 0.30) == pytest.approx(13.3)
    assert effective_size(6300, 42, 0.30) == pytest.approx(474, abs=0.5)
    assert design_effect(30, 0.30) == pytest.approx(9.7)


def test_a_plan_reaches_its_target_and_one_school_fewer_does_not():
    plan = plan_sample(
        target_se=4.0, sd=100.0, per_school=30, intraclass_correlation=0.3, response_rate=0.9
    )
    assert plan.se <= 4.0
    fewer = (plan.schools - 1) * 27 / plan.design_effect
    assert 100.0 / np.sqrt(fewer) > 4.0


def test_intraclass_correlation_is_recovered():
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(400), 25)
    values = rng.normal(0, np.sqrt(0.3), 400)[school] + rng.normal(0, np.sqrt(0.7), 10_000)
    assert intraclass_correlation(values, school) == pytest.approx(0.3, abs=0.05)
    assert intraclass_correlation(rng.normal(size=500), np.repeat(np.arange(5), 100)) < 0.03


def test_bad_frames_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(DataError, match="Row 2"):
        systematic_pps([10, 0], 1, rng=rng)
    with pytest.raises(DataError, match="from 2"):
        systematic_pps([10, 10], 3, rng=rng)
    with pytest.raises(ModelError, match="the interval is 10"):
        systematic_pps([5, 5, 5, 5], 2, start=11.0)
    with pytest.raises(ModelError, match="random generator"):
        systematic_pps([5, 5, 5], 2)
    twice = [School("S1", 10.0), School("S1", 10.0)]
    with pytest.raises(DataError, match="twice"):
        sample_schools(twice, {"all": 1}, rng)
    with pytest.raises(DataError, match="south"):
        sample_schools([School("S1", 10.0)], {"all": 1, "south": 1}, rng)
