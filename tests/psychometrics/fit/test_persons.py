"""Person fit against mirt 1.47, its laws and its level."""

import numpy as np
import pytest

from psychometrics import DataError, ResponseMatrix, item_estimate, score, simulate_responses
from psychometrics.fit import person_fit


def test_equals_mirt(any_run, mirt_run):
    """First 200 persons at EAP. Where responses are missing mirt's standardised outfit counts them."""
    data, calibration, expected = mirt_run(*any_run)
    rows = expected["personfit_first_persons"]
    first = data.select(np.arange(min(200, data.n_persons)))
    found = person_fit(first, calibration, method="eap")
    for own, key in ((found.lz, "Zh"), (found.infit, "infit"), (found.outfit, "outfit")):
        assert own == pytest.approx([row[key] for row in rows], abs=2e-3)
    assert found.infit_t == pytest.approx([row["z.infit"] for row in rows], abs=2e-3)
    if data.observed.all():
        assert found.outfit_t == pytest.approx([row["z.outfit"] for row in rows], abs=2e-3)


def by_hand(a, b, x, theta):
    """Snijders (2001) for the 2PL at the maximum of the likelihood, written as he does."""
    p = 1 / (1 + np.exp(-a * (theta - b)))
    weight, r = np.log(p / (1 - p)), a
    c = (a * p * (1 - p) * weight).sum() / (a * p * (1 - p) * r).sum()
    modified = weight - c * r
    return ((x - p) * weight).sum() / np.sqrt((modified**2 * p * (1 - p)).sum())


def test_lz_star_at_ml_is_snijders_formula(known_calibration):
    rng = np.random.default_rng(3)
    a, b = rng.uniform(0.7, 1.6, 15), rng.normal(size=15)
    items = [item_estimate(f"I{i}", "2pl", [a[i], b[i]]) for i in range(15)]
    data = simulate_responses(items, rng.normal(size=40), rng)
    calibration = known_calibration(items)
    found = person_fit(data, calibration, method="ml")
    for row in np.flatnonzero(found.is_defined):
        expected = by_hand(a, b, data.scores[row], found.theta[row])
        assert found.lz_star[row] == pytest.approx(expected, abs=1e-6)


def test_missing_items_do_not_enter(drawn, mixed_items, known_calibration):
    data = drawn(1, 200, booklets=True)
    calibration = known_calibration(mixed_items)
    found = person_fit(data, calibration)
    columns = np.flatnonzero(data.observed[0])
    same = [row for row in range(200) if (data.observed[row] == data.observed[0]).all()]
    short = ResponseMatrix.from_arrays(
        data.scores[same][:, columns], items=[data.items[i] for i in columns]
    )
    again = person_fit(short, calibration)
    for name in ("lz", "lz_star", "infit", "outfit", "infit_t", "outfit_t"):
        np.testing.assert_allclose(getattr(again, name), getattr(found, name)[same], atol=1e-8)


def test_no_ability_no_fit_and_nan_nowhere_else(drawn, mixed_items, known_calibration):
    data, calibration = drawn(2, 100), known_calibration(mixed_items)
    scores = data.scores.copy()
    scores[0] = 0  # no finite maximum of the likelihood
    observed = np.ones(scores.shape, dtype=bool)
    observed[1] = False
    extreme = ResponseMatrix.from_arrays(scores, observed=observed, items=data.items)
    found = person_fit(extreme, calibration, method="ml")
    assert not found.is_defined[:2].any()
    assert found.is_defined[2:].mean() > 0.9
    for name in ("lz", "lz_star", "infit", "outfit", "infit_t", "outfit_t", "theta"):
        assert (np.isfinite(getattr(found, name)) == found.is_defined).all()
    assert found.n_items.tolist()[:2] == [12, 0]


def test_guessing_on_hard_items_is_seen(drawn, mixed_items, known_calibration):
    rng = np.random.default_rng(5)
    hard = [item_estimate(f"I{i}", "2pl", [1.2, b]) for i, b in enumerate(np.linspace(-2, 2, 40))]
    scores = simulate_responses(hard, np.full(200, -1.0), rng).scores.copy()
    scores[:100, 30:] = 1  # half of them knew the hardest ten beforehand
    data = ResponseMatrix.from_arrays(scores, items=[item.item for item in hard])
    found = person_fit(data, known_calibration(hard))
    assert (found.lz_star[:100] < -1.645).mean() > 0.9
    assert (found.lz_star[100:] < -1.645).mean() < 0.12


def test_abilities_of_other_persons_are_refused(drawn, mixed_items, known_calibration):
    calibration = known_calibration(mixed_items)
    other = score(drawn(1, 20), calibration)
    with pytest.raises(DataError, match="20 abilities for 30 persons"):
        person_fit(drawn(1, 30), calibration, abilities=other)


def level(items, calibration, n_persons, statistic, method, seed):
    rng = np.random.default_rng(seed)
    data = simulate_responses(items, rng.normal(size=n_persons), rng)
    found = person_fit(data, calibration, method=method)
    return float((getattr(found, statistic)[found.is_defined] < -1.645).mean())


@pytest.mark.slow
@pytest.mark.parametrize("n_items", [20, 40, 80])
@pytest.mark.parametrize("kind", ["2pl", "gpcm"])
def test_level(kind, n_items, known_calibration):
    """50,000 persons: about 5 % of lz* lie below -1.645; lz is far too cautious."""
    rng = np.random.default_rng(11)
    a, b = rng.lognormal(0.0, 0.3, n_items), rng.normal(size=n_items)
    steps = [[b[i] - 0.6, b[i] + 0.6] if kind == "gpcm" else [b[i]] for i in range(n_items)]
    items = [item_estimate(f"I{i}", kind, [a[i], *steps[i]]) for i in range(n_items)]
    calibration = known_calibration(items)
    star = level(items, calibration, 50_000, "lz_star", "wle", 12)
    plain = level(items, calibration, 50_000, "lz", "wle", 12)
    print(f"{kind} {n_items} items: lz* {star:.4f}, lz {plain:.4f} below -1.645")
    assert star == pytest.approx(0.05, abs=0.015)
    assert plain < star
