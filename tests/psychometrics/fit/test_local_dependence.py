"""Q3 against mirt 1.47, and what it finds."""

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate
from psychometrics.fit import q3


def test_equals_mirt(any_run, mirt_run):
    data, calibration, expected = mirt_run(*any_run)
    found = q3(data, calibration)
    np.testing.assert_allclose(
        found.q3, np.array(expected["residuals_Q3"], dtype=float), atol=2e-4, equal_nan=True
    )


def test_adjusted_is_centred_and_symmetric(drawn):
    data = drawn(1, booklets=True)
    found = q3(data, calibrate(data, "gpcm", standard_errors=False))
    above = np.triu_indices(data.n_items, k=1)
    assert found.adjusted[above].mean() == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(found.q3, found.q3.T, atol=1e-12)
    np.testing.assert_allclose(np.diag(found.q3), 1.0, atol=1e-12)
    assert found.mean < 0


def test_a_copied_item_is_flagged(mixed_items, known_calibration, drawn):
    """At known parameters: copying half the answers of the item before makes one dependent pair."""
    data, calibration = drawn(2, 2000), known_calibration(mixed_items)
    rng = np.random.default_rng(0)
    scores = data.scores.copy()
    copied = rng.random(2000) < 0.5
    scores[copied, 4] = scores[copied, 3]
    found = q3(ResponseMatrix.from_arrays(scores, items=data.items), calibration)
    assert [(pair.first, pair.second) for pair in found.flagged] == [(data.items[3], data.items[4])]
    pair = found.flagged[0]
    assert pair.adjusted == pytest.approx(pair.q3 - found.mean)
    assert pair.n == 2000
    assert q3(data, calibration).flagged == ()


def test_pairs_nobody_answered_are_marked(known_calibration, mixed_items, drawn):
    data = drawn(3, 100)
    seen = np.ones(data.scores.shape, dtype=bool)
    seen[:50, :6], seen[50:, 6:] = False, False
    halves = ResponseMatrix.from_arrays(data.scores, observed=seen, items=data.items)
    found = q3(halves, known_calibration(mixed_items))
    assert (np.isnan(found.q3) == (found.n < 2)).all()
    assert found.n[0, 11] == 0 and found.n[0, 1] == 50
    assert found.mean is not None
