"""Likelihood-ratio DIF against mirt 1.47 (DIF(scheme = "drop"), verbal aggression, focal Gender 1)."""

import pytest

from psychometrics import Quadrature
from psychometrics.dif import likelihood_ratio_dif


@pytest.fixture(scope="module")
def verbal(reference):
    data = reference("verbal")
    found = likelihood_ratio_dif(
        data.responses(not_items=("Anger", "Gender"), groups="Gender"), quadrature=Quadrature()
    )
    return found, data.result("dif_lrt.mirt")


def test_the_baseline(verbal):
    found, mirt = verbal
    focal = mirt["base_groups"]["focal"][0]
    assert found.converged
    assert found.log_likelihood == pytest.approx(mirt["base_logLik"], abs=1e-4)
    assert found.groups[1].mean == pytest.approx(focal["MEAN_1"], abs=1e-4)
    assert found.groups[1].sd ** 2 == pytest.approx(focal["COV_11"], abs=1e-4)


def test_slope_and_intercept_freed(verbal):
    found, mirt = verbal
    known = mirt["test_a_d"]
    assert [i.any.statistic for i in found.items] == pytest.approx(
        [k["X2"] for k in known], abs=1e-5
    )
    assert [i.any.df for i in found.items] == [k["df"] for k in known]
    assert [i.any.p for i in found.items] == pytest.approx([k["p"] for k in known], abs=1e-6)


def test_intercept_freed_alone(verbal):
    found, mirt = verbal
    known = mirt["test_d"]
    assert [i.uniform.statistic for i in found.items] == pytest.approx(
        [k["X2"] for k in known], abs=1e-5
    )
    assert [i.uniform.df for i in found.items] == [k["df"] for k in known]
