"""Observed-score DIF against difR 5.1 on R 4.2.2 (verbal aggression, focal group Gender 1)."""

import numpy as np
import pytest

from psychometrics.dif import dif_report, logistic_dif, mantel_haenszel, standardization


@pytest.fixture(scope="module")
def verbal(reference):
    data = reference("verbal")
    return data.responses(not_items=("Anger", "Gender"), groups="Gender"), data.result("difR")


@pytest.mark.parametrize(
    ("options", "result"),
    [({}, "MH"), ({"purification": "iterative", "drop": "significant"}, "MH_purified")],
    ids=["total score", "purified"],
)
def test_mantel_haenszel(verbal, options, result):
    responses, difR = verbal
    found = mantel_haenszel(responses, **options)
    known = difR[result]
    statistics = [item.chi_square_corrected.statistic for item in found.items]
    assert statistics == pytest.approx(known["chisq"], abs=1e-8)
    assert [item.odds_ratio for item in found.items] == pytest.approx(known["alphaMH"], abs=1e-8)
    assert [item.delta for item in found.items] == pytest.approx(known["deltaMH"], abs=1e-8)
    variances = [(item.se_delta / 2.35) ** 2 for item in found.items]
    assert variances == pytest.approx(known["varLambda"], abs=1e-8)
    significant = [k + 1 for k, item in enumerate(found.items) if item.p < 0.05]
    assert significant == known["flagged"]


def test_the_purified_matching_is_the_reference_s(verbal):
    responses, difR = verbal
    found = mantel_haenszel(responses, purification="iterative", drop="significant").purified
    assert found.settled
    assert [responses.items.index(item) + 1 for item in found.removed] == difR["MH_purified"][
        "flagged"
    ]


def test_standardisation(verbal):
    responses, difR = verbal
    found = [item.p_dif for item in standardization(responses)]
    assert found == pytest.approx(difR["standardization"]["PDIF"], abs=1e-8)


@pytest.mark.parametrize("kind", ["uniform", "both"])
def test_logistic_regression(verbal, kind):
    responses, difR = verbal
    found = [getattr(item, kind) for item in logistic_dif(responses)]
    known = difR[f"logistic_{kind}"]
    assert [t.likelihood_ratio.statistic for t in found] == pytest.approx(known["stat"], abs=1e-6)
    assert [t.likelihood_ratio.p for t in found] == pytest.approx(known["p"], abs=1e-7)
    if "deltaR2" in known:
        assert [t.r2_change for t in found] == pytest.approx(known["deltaR2"], abs=1e-8)


def test_breslow_day(verbal):
    responses, difR = verbal
    found = [item.breslow_day for item in mantel_haenszel(responses).items]
    known = [(row["V1"], row["V2"], row["V3"]) for row in difR["breslow_day"]["BD"]]
    assert [(t.statistic, t.df, t.p) for t in found] == [
        pytest.approx(row, abs=5.1e-5) for row in known
    ]


def test_the_report_says_what_the_functions_say(verbal):
    responses, _ = verbal
    report = dif_report(responses, purification="none")
    assert [i.mantel_haenszel for i in report.items] == list(mantel_haenszel(responses).items)
    assert [i.standardization for i in report.items] == list(standardization(responses))
    assert (report.reference, report.focal) == ("0", "1")
    assert np.all([i.p_adjusted >= i.p for i in report.items])
