"""Links through other forms, averages of links, and errors by resampling persons."""

import numpy as np
import pytest

from psychometrics import ModelError, calibrate, item_estimate, simulate_responses
from psychometrics.linking import Link, bisector, bootstrap_link, chain, link, link_through
from psychometrics.linking.link import with_covariance
from psychometrics.linking.resampling import resampled
from tests.psychometrics.linking.test_published_links import equate_irt_forms


def line(slope, intercept, *errors):
    found = Link(slope, intercept, "given", ())
    return with_covariance(found, np.array(errors).reshape(2, 2)) if errors else found


def test_a_chain_does_one_link_after_the_other():
    links = [line(1.2, 0.3), line(0.8, -0.5), line(1.1, 0.2)]
    theta = np.linspace(-2, 2, 5)
    step_by_step = theta
    for each in links:
        step_by_step = each(step_by_step)
    np.testing.assert_allclose(chain(links)(theta), step_by_step)


def test_errors_of_a_chain_are_the_spread_of_drawn_chains():
    rng = np.random.default_rng(5)
    first = line(1.2, 0.3, 4e-4, 1e-4, 1e-4, 9e-4)
    second = line(0.8, -0.5, 2.5e-4, -1e-4, -1e-4, 4e-4)
    found = chain([first, second])
    drawn = []
    for _ in range(4000):
        one = rng.multivariate_normal(first.coefficients, first.covariance)
        other = rng.multivariate_normal(second.coefficients, second.covariance)
        drawn.append(chain([line(*one), line(*other)]).coefficients)
    np.testing.assert_allclose(np.std(drawn, axis=0), [found.se_A, found.se_B], rtol=0.05)
    theta = np.array([1.5])
    spread = np.std([a * 1.5 + b for a, b in drawn])
    assert found.standard_error(theta)[0] == pytest.approx(spread, rel=0.05)


def test_errors_of_the_inverse():
    rng = np.random.default_rng(6)
    there = line(1.2, 0.3, 4e-4, 1e-4, 1e-4, 9e-4)
    drawn = [
        line(*rng.multivariate_normal(there.coefficients, there.covariance)).inverse().coefficients
        for _ in range(4000)
    ]
    back = there.inverse()
    np.testing.assert_allclose(np.std(drawn, axis=0), [back.se_A, back.se_B], rtol=0.05)


def test_the_bisector_of_inverses_is_the_inverse_of_the_bisector():
    links, weights = [line(1.3, 0.2), line(0.9, -0.1), line(1.1, 0.5)], [1.0, 2.0, 0.5]
    there = bisector(links, weights).inverse()
    back = bisector([each.inverse() for each in links], weights)
    assert back.coefficients == pytest.approx(there.coefficients)


def test_equal_links_average_to_themselves():
    assert bisector([line(1.3, 0.2)] * 3).coefficients == pytest.approx((1.3, 0.2))


def test_forms_without_common_items_are_linked_through_others():
    forms, _ = equate_irt_forms("est2pl")
    network = link_through(forms, "test1", "test4", longest=3)
    assert {each.path for each in network.paths} == {
        ("test1", "test2", "test3", "test4"),
        ("test1", "test5", "test4"),
    }
    by_hand = chain([link(forms["test1"], forms["test5"]), link(forms["test5"], forms["test4"])])
    through_5 = next(each for each in network.paths if len(each.path) == 3)
    assert through_5.link.coefficients == pytest.approx(by_hand.coefficients)
    slopes = sorted(each.link.A for each in network.paths)
    assert slopes[0] <= network.link.A <= slopes[1]
    assert 0 < network.largest_disagreement < 0.3


def test_what_cannot_be_chained_is_refused():
    forms, _ = equate_irt_forms("est2pl")
    with pytest.raises(ModelError, match="No chain"):
        link_through(forms, "test1", "test4", longest=1)
    with pytest.raises(ModelError, match="no form"):
        link_through(forms, "test1", "test9")
    with pytest.raises(ModelError, match="at least one link"):
        chain([])
    with pytest.raises(ModelError, match="one non-negative weight"):
        bisector([line(1.0, 0.0)], [1.0, 2.0])


def samples(n_persons):
    rng = np.random.default_rng(12)
    slopes, difficulties = rng.uniform(0.8, 1.8, 12), rng.normal(0, 1, 12)
    items = [
        item_estimate(f"I{k}", "2pl", [a, b])
        for k, (a, b) in enumerate(zip(slopes, difficulties, strict=True))
    ]
    return (
        simulate_responses(items, rng.normal(0.4, 1.1, n_persons), rng),
        simulate_responses(items, rng.normal(0, 1, n_persons), rng),
    )


def quickly(responses):
    return calibrate(responses, "2pl", standard_errors=False)


def test_persons_are_resampled_and_the_same_seed_gives_the_same_errors():
    new, base = samples(500)
    drawn = resampled(new, np.random.default_rng(1))
    assert drawn.weights.sum() == 500
    first = bootstrap_link(new, base, quickly, np.random.default_rng(1), replications=15)
    again = bootstrap_link(new, base, quickly, np.random.default_rng(1), replications=15)
    np.testing.assert_array_equal(first.draws, again.draws)
    assert first.n_failed == 0
    assert 0.02 < first.link.se_A < 0.2
    assert 0.02 < first.link.se_B < 0.2


@pytest.mark.slow
def test_the_bootstrap_error_is_the_spread_over_samples():
    rng = np.random.default_rng(77)
    slopes, difficulties = rng.uniform(0.8, 1.8, 12), rng.normal(0, 1, 12)
    items = [
        item_estimate(f"I{k}", "2pl", [a, b])
        for k, (a, b) in enumerate(zip(slopes, difficulties, strict=True))
    ]

    def drawn(mean, sd):
        return simulate_responses(items, rng.normal(mean, sd, 800), rng)

    links = [link(quickly(drawn(0.4, 1.1)), quickly(drawn(0, 1))).coefficients for _ in range(150)]
    boots = [
        bootstrap_link(drawn(0.4, 1.1), drawn(0, 1), quickly, rng, replications=60).link
        for _ in range(5)
    ]
    mean_errors = np.mean([[each.se_A, each.se_B] for each in boots], axis=0)
    np.testing.assert_allclose(mean_errors, np.std(links, axis=0), rtol=0.2)
