"""IRT true- and observed-score equating.

Reference: equateIRT 2.5.1 on R 4.2.2, forms 1 and 2 of its data sets, linked by Stocking-Lord with 30
Gauss-Hermite nodes, equal weights of the two populations.
"""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, expected_score, item_estimate, simulate_responses
from psychometrics.equating import (
    ScoreFrequencies,
    equate,
    irt_observed_score,
    irt_true_score,
    model_frequencies,
)
from psychometrics.linking import AbilityWeights, link, transform
from tests.psychometrics.linking.test_published_links import equate_irt_forms

NODES = AbilityWeights.gauss_hermite(30)
NORMAL = AbilityWeights.normal()
FORM = [
    item_estimate("A", "2pl", [1.2, -0.7]),
    item_estimate("B", "3pl", [0.9, 0.4, 0.21]),
    item_estimate("C", "gpcm", [0.8, -1.1, 0.3, 0.9]),
    item_estimate("D", "grm", [1.4, -0.6, 0.8]),
    item_estimate("E", "3pl", [1.1, -1.2, 0.17]),
]


def linked_forms(name):
    forms, result = equate_irt_forms(name)
    found = link(forms["test1"], forms["test2"], method="stocking-lord", weights=NODES)
    return forms["test2"], transform(forms["test1"], found), found, result


@pytest.mark.parametrize("name", ["estrasch", "est2pl", "est3pl"])
def test_true_scores_of_equate_irt(name):
    two, one, _, result = linked_forms(name)
    rows = result["score_TSE_1_2"]
    found = irt_true_score(two, one)
    expected = [row["test1.as.test2"] for row in rows]
    assert found([row["test2"] for row in rows]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["estrasch", "est2pl", "est3pl"])
def test_observed_scores_of_equate_irt(name):
    two, one, found, result = linked_forms(name)
    first = AbilityWeights.gauss_hermite(30, mean=found.B, sd=found.A)
    conversion = irt_observed_score(two, one, first, NODES, new_weight=0.5)
    expected = [row["test1.as.test2"] for row in result["score_OSE_1_2"]]
    assert conversion.equivalents == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "equating", [irt_true_score, lambda x, y: irt_observed_score(x, y, NORMAL)]
)
def test_a_form_is_equivalent_to_itself(equating):
    found = equating(FORM, FORM)
    np.testing.assert_allclose(found.equivalents, found.scores, atol=1e-9)


def test_ends_and_guessing_level():
    easier = [item_estimate(f"E{k}", "3pl", [1.0, b, 0.25]) for k, b in enumerate((-1, 0, 1, 2))]
    harder = [item_estimate(f"H{k}", "3pl", [1.2, b, 0.10]) for k, b in enumerate((0, 1, 1, 2))]
    found = irt_true_score(easier, harder)
    assert found.equivalents[0] == 0.0
    assert found.equivalents[1] == pytest.approx(
        0.4
    )  # Kolen's rule: level 1.0 belongs to level 0.4
    assert found.equivalents[-1] == 4.0
    assert (np.diff(found.equivalents) > 0).all()
    assert found.constants["guessing_level"] == pytest.approx(1.0)


def test_the_equivalent_is_what_the_base_form_expects_at_the_same_ability():
    other = [item_estimate(f"O{k}", "gpcm", [0.9, -1.0 + 0.3 * k, 0.5]) for k in range(4)]
    theta = np.linspace(-2, 2, 9)
    conversion = irt_true_score(FORM, other)
    true_x, true_y = (
        expected_score(FORM, theta).sum(axis=1),
        expected_score(other, theta).sum(axis=1),
    )
    # Linear between whole scores, so only near.
    np.testing.assert_allclose(conversion(true_x), true_y, atol=0.05)


def test_scores_that_do_not_start_at_zero():
    shifted = [item_estimate("C", "gpcm", [0.8, -1.1, 0.3], first_category=1)]
    plain = [item_estimate("C", "gpcm", [0.8, -1.1, 0.3])]
    found = irt_true_score(shifted, plain)
    assert found.scores.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_allclose(found.equivalents, [0.0, 1.0, 2.0], atol=1e-9)


def test_observed_scores_agree_with_many_simulated_persons():
    rng = np.random.default_rng(15)
    other = [item_estimate(f"O{k}", "gpcm", [0.9, -1.0 + 0.3 * k, 0.5]) for k in range(4)]
    persons = rng.normal(size=200_000)
    sums = [simulate_responses(form, persons, rng).scores.sum(axis=1) for form in (FORM, other)]
    simulated = equate(*(ScoreFrequencies.from_scores(s, 8) for s in sums))
    np.testing.assert_allclose(
        irt_observed_score(FORM, other, NORMAL).equivalents, simulated.equivalents, atol=0.05
    )
    assert model_frequencies(FORM, NORMAL).mean == pytest.approx(sums[0].mean(), abs=0.02)


def test_what_cannot_be_equated_is_refused():
    with pytest.raises(DataError, match="new form has no items"):
        irt_true_score([], FORM)
    with pytest.raises(ModelError, match="falls with ability"):
        irt_true_score([item_estimate("A", "2pl", [-1.0, 0.0])], FORM)
    with pytest.raises(ModelError, match="base population is needed"):
        irt_observed_score(FORM, FORM, NORMAL, new_weight=0.5)
