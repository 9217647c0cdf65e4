"""Items and regression estimated together."""

import numpy as np
import pytest

from psychometrics import ModelError, Quadrature, ResponseMatrix
from psychometrics.assessment import calibrate_with_background, latent_regression
from tests.psychometrics.assessment.conftest import simulate
from tests.psychometrics.assessment.test_latent_regression import REFERENCES, reference_run


@pytest.mark.parametrize(("name", "variables", "ignored"), REFERENCES)
def test_same_as_tam(name, variables, ignored, reference):
    """TAM 4.4 at its own 61 nodes on ±6: items, coefficients, residual variance, log-likelihood."""
    found = reference(name)
    responses, _, background = reference_run(found, variables, ignored)
    fit = calibrate_with_background(responses, background, "pcm", quadrature=Quadrature(61, 6.0))
    expected, conditioned = found.result("latreg_rasch.tam"), found.result("latreg_pv.tam")
    assert fit.calibration.converged
    assert fit.calibration.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)
    assert fit.calibration.n_parameters == expected["npar"]
    difficulties = [row["xsi"] for row in expected["xsi"]]
    assert [item.b for item in fit.calibration.items] == pytest.approx(difficulties, abs=5e-4)
    beta = [row["V1"] for row in conditioned["beta"][1:]]
    assert fit.regression.coefficients[:, 0] == pytest.approx(beta, abs=5e-4)
    variance = conditioned["resid_variance"][0][0]
    assert fit.regression.residual_covariance[0, 0] == pytest.approx(variance, abs=5e-4)


def test_same_as_mirt(reference):
    """mirt 1.47, slopes 1."""
    found = reference("sim_latreg")
    responses, _, background = reference_run(found, *REFERENCES[0][1:])
    fit = calibrate_with_background(responses, background, "pcm")
    expected = found.result("latreg_rasch.mirt")
    intercepts = [rows[0]["d"] for rows in expected["items"].values()]
    assert [-item.b for item in fit.calibration.items] == pytest.approx(intercepts, abs=1e-4)
    assert fit.calibration.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)


def test_2pl_puts_the_residual_sd_at_one_and_recovers_the_truth():
    data = simulate(41, 3000, 10, [[0.0], [0.7]], 1.0)
    fit = calibrate_with_background(data.responses, data.background, "2pl")
    assert fit.calibration.converged
    assert fit.regression.residual_covariance[0, 0] == pytest.approx(1.0, abs=1e-4)
    assert fit.regression.coefficients[0, 0] == pytest.approx(0.7, abs=0.12)
    true = data.calibration.items
    slopes = np.array(
        [[found.a, item.a] for found, item in zip(fit.calibration.items, true, strict=True)]
    )
    assert np.abs(slopes[:, 0] / slopes[:, 1] - 1).max() < 0.35
    assert np.corrcoef(slopes.T)[0, 1] > 0.9


def test_nothing_is_gained_by_moving_away():
    """At the joint maximum the regression with free intercept stays where it is."""
    data = simulate(42, 600, 8, [[0.0], [0.5]], 0.8)
    fit = calibrate_with_background(data.responses, data.background, "gpcm")
    free = latent_regression(data.responses, fit.calibration, data.background)
    assert free.coefficients[0, 0] == pytest.approx(0.0, abs=1e-4)
    assert free.log_likelihood == pytest.approx(fit.calibration.log_likelihood, abs=1e-5)


def test_groups_and_other_models_are_refused():
    data = simulate(43, 100, 4, [[0.0], [0.5]], 1.0)
    with pytest.raises(ModelError, match="calibrate first"):
        calibrate_with_background(data.responses, data.background, "3pl")
    grouped = ResponseMatrix.from_arrays(data.responses.scores, groups=["a", "b"] * 50)
    with pytest.raises(ModelError, match="as background"):
        calibrate_with_background(grouped, data.background)
