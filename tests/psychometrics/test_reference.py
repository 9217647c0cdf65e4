"""The same numbers as the reference programs on their own data sets.

Oracles: mirt 1.47 and TAM 4.4 on R 4.2.2, and an independent numpy + scipy maximisation of the exact
marginal likelihood (`exactmax`). They live beside the project, not in it, because the data belong to
those packages; without them these tests skip and say so. Tolerances: log-likelihood 0.01, parameters
0.002, standard errors 1 %, abilities 0.002.
"""

import numpy as np
import pytest

from psychometrics import Quadrature, calibrate, item_fit, score
from psychometrics.calibrate import _objective
from psychometrics.estimation.standard_errors import (
    covariance,
    full_covariance,
    observed_information,
)

NARROW, WIDE = Quadrature(61, 6.0), Quadrature(121, 12.0)
TIMSS_NOT_ITEMS = ("IDCNTRY", "ITSEX", "IDBOOK")
PISA_NOT_ITEMS = ("idstud", "idschool", "female", "hisei", "migra")
LOGIT_PRIOR = ("g=logitnormal(-1.386294,0.5)",)

# data set, columns that are no items, model, grid, priors, reference result
RUNS = [
    ("LSAT7", (), "2pl", NARROW, (), "2pl.mirt"),
    ("LSAT7", (), "3pl", NARROW, LOGIT_PRIOR, "3pl_norm.mirt"),
    ("LSAT7", (), "pcm", WIDE, (), "rasch_wide.mirt"),
    ("Science", (), "gpcm", NARROW, (), "gpcm.mirt"),
    ("Science", (), "grm", NARROW, (), "graded.mirt"),
    ("Science", (), "pcm", WIDE, (), "pcm_wide.mirt"),
    ("sim_2pl", (), "2pl", NARROW, (), "2pl.mirt"),
    ("sim_2pl", (), "pcm", WIDE, (), "rasch_wide.mirt"),
    ("sim_3pl", (), "3pl", NARROW, LOGIT_PRIOR, "3pl_norm.mirt"),
    ("sim_mixed", ("booklet",), "gpcm", NARROW, (), "2pl_gpcm.mirt"),
    ("sim_mixed", ("booklet",), "grm", NARROW, (), "2pl_grm.mirt"),
    ("sim_mixed", ("booklet",), "pcm", NARROW, (), "pcm.mirt"),
    ("timssAusTwn", TIMSS_NOT_ITEMS, "gpcm", NARROW, (), "gpcm.mirt"),
    ("timssAusTwn", TIMSS_NOT_ITEMS, "pcm", WIDE, (), "pcm_wide.mirt"),
    ("pisaRead", PISA_NOT_ITEMS, "2pl", NARROW, (), "2pl.mirt"),
    ("pisaRead", PISA_NOT_ITEMS, "pcm", WIDE, (), "rasch_wide.mirt"),
    ("verbal", ("Anger", "Gender"), "2pl", NARROW, (), "2pl.mirt"),
]
IDS = [f"{run[0]}-{run[-1]}" for run in RUNS]


@pytest.fixture(scope="module")
def calibrated(reference):
    """The calibration of a run, done once for all that is compared."""
    done = {}

    def find(run):
        if run not in done:
            name, not_items, model, grid, priors, oracle = run
            found = reference(name)
            data = found.responses(not_items=not_items)
            fit = calibrate(data, model, quadrature=grid, priors=priors)
            done[run] = (data, fit, found.result(oracle))
        return done[run]

    return find


def located(table):
    """a, difficulties and c of one item in a reference table."""
    b = [table["b"]] if "b" in table else [table[f"b{k}"] for k in range(1, 9) if f"b{k}" in table]
    return table.get("a"), b, table.get("g")


@pytest.mark.parametrize("run", RUNS, ids=IDS)
def test_log_likelihood_and_parameters(run, calibrated):
    _, fit, expected = calibrated(run)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.01)
    for item, row in zip(fit.items, expected["IRTpars"]["items"], strict=True):
        a, b, c = located(row["est"])
        assert item.item == row["item"]
        assert item.a == pytest.approx(1.0 if a is None else a, abs=0.002)
        assert item.difficulties == pytest.approx(b, abs=0.002)
        if item.c is not None:
            assert item.c == pytest.approx(c, abs=0.002)


@pytest.mark.parametrize("run", [r for r in RUNS if r[2] in ("2pl", "3pl", "grm")])
def test_standard_errors(run, calibrated):
    model = run[2]
    _, fit, expected = calibrated(run)
    for item, row in zip(fit.items, expected["IRTpars"]["items"], strict=True):
        a, b, c = located(row["se"])
        assert item.se.a == pytest.approx(a, rel=0.01)
        own = item.se.b if isinstance(item.se.b, tuple) else (item.se.b,)
        assert own == pytest.approx(b, rel=0.01)
        if model == "3pl":
            assert item.se.c == pytest.approx(c, rel=0.01)


@pytest.mark.parametrize(
    ("name", "not_items", "oracle"),
    [
        ("timssAusTwn", TIMSS_NOT_ITEMS, "gpcm.mirt"),
        ("Science", (), "gpcm.mirt"),
        ("sim_mixed", ("booklet",), "2pl_gpcm.mirt"),
    ],
)
def test_standard_errors_of_gpcm_slopes_and_intercepts(name, not_items, oracle, reference):
    """In the slope-intercept form, and of every gpcm step but the first, where mirt's is not right.

    Some exceed (SE(d) + |b| SE(a)) / a, the bound that its own SEs of a and d set; ours stay below.
    ``make reference`` asks the profile likelihood, which gives ours.
    """
    found = reference(name)
    data = found.responses(not_items=not_items)
    fit = calibrate(data, "gpcm", quadrature=NARROW)
    objective = _objective(data, "gpcm", NARROW, (), 2048)
    free = internal(objective, fit)
    information = observed_information(objective, free[0], free[1].counts)
    errors = np.sqrt(np.diag(full_covariance(objective.free, covariance(information))))
    rows = found.result(oracle)
    for block in objective.item_set.blocks:
        for position, own in zip(block.items, block.of(errors), strict=True):
            row = rows["slope_intercept"]["items"][position]["se"]
            d = [row["d"]] if "d" in row else [row[f"d{k}"] for k in range(1, block.n_categories)]
            assert own == pytest.approx([row["a1"], *d], rel=0.01)
            item, reported = fit.items[position], rows["IRTpars"]["items"][position]["se"]
            if item.steps is not None:
                assert item.se.steps[1:] == pytest.approx(located(reported)[1][1:], rel=0.01)
                bound = (d[0] + abs(item.steps[0]) * row["a1"]) / item.a
                assert item.se.steps[0] <= bound * 1.0001


def internal(objective, fit):
    """Full vector of a finished calibration and the E-step there."""
    full = objective.template.copy()
    for block in objective.item_set.blocks:
        reported = np.stack([fit.items[position].reported for position in block.items])
        full[block.parameters] = block.model.internal(reported).ravel()
    return full, objective.evaluate(objective.free.collect(full))


def test_timss_pooled_gpcm_log_likelihood(reference):
    fit = calibrate(reference("timssAusTwn").responses(not_items=TIMSS_NOT_ITEMS), "gpcm")
    assert fit.log_likelihood == pytest.approx(-10421.917, abs=0.001)


@pytest.mark.parametrize("run", [r for r in RUNS if r[2] == "pcm" and r[-1] != "pcm.mirt"])
def test_pcm_population_variance(run, calibrated):
    _, fit, result = calibrated(run)
    expected = result["slope_intercept"]["group"]
    assert fit.groups[0].sd ** 2 == pytest.approx(expected["est"]["COV_11"], abs=0.002)
    se_variance = 2 * fit.groups[0].sd * fit.groups[0].se_sd
    assert se_variance == pytest.approx(expected["se"]["COV_11"], rel=0.01)


def test_nominal_science(reference):
    """Overall slope, category scores and intercepts in mirt's identification."""
    found = reference("Science")
    fit = calibrate(found.responses(), "nominal", quadrature=NARROW)
    expected = found.result("nominal.mirt")
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)
    assert fit.n_parameters == expected["npar"]
    for item, row in zip(fit.items, expected["slope_intercept"]["items"], strict=True):
        value, error = row["est"], row["se"]
        assert item.a == pytest.approx(value["a1"], abs=0.002)
        assert item.se.a == pytest.approx(error["a1"], rel=0.01)
        assert item.scores == pytest.approx([value[f"ak{k}"] for k in range(4)], abs=0.002)
        assert item.intercepts == pytest.approx([value[f"d{k}"] for k in range(4)], abs=0.002)
        for k in (1, 2, 3):
            assert item.se.intercepts[k] == pytest.approx(error[f"d{k}"], rel=0.01)
        for k in (1, 2):
            assert item.se.scores[k] == pytest.approx(error[f"ak{k}"], rel=0.01)
    assert_abilities(found.responses(), fit, expected)


def test_rating_scale_science(reference):
    """Step v of an item is b_v - c in mirt, location plus threshold in TAM."""
    found = reference("Science")
    fit = calibrate(found.responses(), "rsm", quadrature=NARROW)
    expected, tam = found.result("rsm.mirt"), found.result("rsm.tam")
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.001)
    assert fit.n_parameters == expected["npar"]
    for item, row in zip(fit.items, expected["slope_intercept"]["items"], strict=True):
        value = row["est"]
        steps = [value[f"b{k}"] - value["c"] for k in (1, 2, 3)]
        assert item.steps == pytest.approx(steps, abs=0.002)
    for item, row in zip(fit.items, tam["item_irt"], strict=True):
        assert item.location == pytest.approx(row["beta"], abs=0.002)
        assert item.thresholds == pytest.approx([row[f"tau.Cat{k}"] for k in (1, 2, 3)], abs=0.002)
    error = expected["slope_intercept"]["items"][0]["se"]  # c of the first item is 0
    assert fit.items[0].se.steps == pytest.approx([error[f"b{k}"] for k in (1, 2, 3)], rel=0.01)
    group = expected["slope_intercept"]["group"]
    assert fit.groups[0].sd ** 2 == pytest.approx(group["est"]["COV_11"], abs=0.002)
    se_variance = 2 * fit.groups[0].sd * fit.groups[0].se_sd
    assert se_variance == pytest.approx(group["se"]["COV_11"], rel=0.01)
    assert_abilities(found.responses(), fit, expected)


def assert_abilities(data, fit, expected):
    for method in ("eap", "map"):
        rows = expected["scores_first_persons"][method.upper()]
        own = score(data.select(np.arange(len(rows))), fit, method)
        assert own.theta == pytest.approx([row["F1"] for row in rows], abs=0.002)
        assert own.se == pytest.approx([row["SE_F1"] for row in rows], rel=0.01)


@pytest.mark.parametrize(
    ("kind", "constraint"), [("test_a_d", None), ("test_d", "a[{0}@reference]=a[{0}@focal]")]
)
def test_likelihood_ratio_of_items_freed_in_turn(kind, constraint, reference):
    """Item-wise invariance: mirt frees slope and intercept, or the intercept alone, of each item."""
    found = reference("verbal")
    data = found.responses(not_items=("Anger", "Gender"), groups="Gender")
    names = {label: ("focal" if label == "1" else "reference") for label in data.groups}
    labels = [names[data.groups[code]] for code in data.group_codes]
    data = type(data).from_arrays(
        data.scores,
        observed=data.observed,
        items=data.items,
        groups=labels,
        reference_group="reference",
    )
    expected = found.result("dif_lrt.mirt")
    options = {"quadrature": NARROW, "standard_errors": False}
    base = calibrate(data, "2pl", **options)
    assert base.log_likelihood == pytest.approx(expected["base_logLik"], abs=0.001)
    for row in expected[kind]:
        texts = [] if constraint is None else [constraint.format(row["name"])]
        fit = calibrate(data, "2pl", free_across_groups=[row["name"]], constraints=texts, **options)
        x2 = 2 * (fit.log_likelihood - base.log_likelihood)
        assert x2 == pytest.approx(row["X2"], abs=0.002)
        assert fit.n_parameters - base.n_parameters == row["df"]


@pytest.mark.parametrize("name", ["LSAT7", "sim_3pl"])
@pytest.mark.parametrize(
    ("oracle", "prior"),
    [("3pl_norm.exactmax", LOGIT_PRIOR), ("3pl_beta.exactmax", ("g=beta(5,17)",))],
)
def test_3pl_priors_reach_the_exact_maximum(name, oracle, prior, reference):
    found = reference(name)
    fit = calibrate(found.responses(), "3pl", quadrature=NARROW, priors=prior)
    expected = found.result(oracle)
    assert fit.log_likelihood + fit.log_prior == pytest.approx(expected["objective_max"], abs=1e-3)
    assert [item.a for item in fit.items] == pytest.approx(expected["a"], abs=0.002)
    assert [-item.a * item.b for item in fit.items] == pytest.approx(expected["d"], abs=0.002)
    assert [item.c for item in fit.items] == pytest.approx(expected["g"], abs=0.002)


@pytest.mark.parametrize(
    ("name", "column", "not_items", "model", "oracle", "focal"),
    [
        ("sim_multigroup", "group", ("group",), "2pl", "mg2pl.mirt", "G2"),
        ("timssAusTwn", "IDCNTRY", TIMSS_NOT_ITEMS, "gpcm", "mg_gpcm_by_IDCNTRY.mirt", "C36"),
    ],
)
def test_groups(name, column, not_items, model, oracle, focal, reference):
    found = reference(name)
    data = found.responses(not_items=not_items, groups=column)
    fit = calibrate(data, model, quadrature=NARROW)
    expected = found.result(oracle)
    estimate, error = expected["group_pars"][focal]
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.01)
    assert fit.groups[1].mean == pytest.approx(estimate["MEAN_1"], abs=0.002)
    assert fit.groups[1].sd ** 2 == pytest.approx(estimate["COV_11"], abs=0.002)
    assert fit.groups[1].se_mean == pytest.approx(error["MEAN_1"], rel=0.01)
    se_variance = 2 * fit.groups[1].sd * fit.groups[1].se_sd
    assert se_variance == pytest.approx(error["COV_11"], rel=0.01)
    for label, rows in expected["items_slope_intercept"].items():
        assert fit.item(label).a == pytest.approx(rows[0]["a1"], abs=0.002)


ABILITY_RUNS = [r for r in RUNS if "wide" not in r[-1] and r[0] != "pisaRead"]


@pytest.mark.parametrize("run", ABILITY_RUNS, ids=[f"{r[0]}-{r[-1]}" for r in ABILITY_RUNS])
@pytest.mark.parametrize("method", ["eap", "map", "ml", "wle"])
def test_abilities_of_the_first_persons(run, method, calibrated):
    data, fit, expected = calibrated(run)
    rows = expected["scores_first_persons"][method.upper()]
    estimates = score(data.select(np.arange(len(rows))), fit, method)
    for theta, se, row in zip(estimates.theta, estimates.se, rows, strict=True):
        value, error = row.get("F1", row.get("F")), row.get("SE_F1", row.get("SE_F"))
        if not isinstance(value, float):
            assert np.isnan(theta)
        elif not (method == "ml" and error > 3.0):  # a flat likelihood: no digits to compare
            assert theta == pytest.approx(value, abs=0.002)
            if method in ("eap", "map", "ml"):
                assert se == pytest.approx(error, rel=0.01)


@pytest.mark.parametrize(
    ("name", "not_items", "oracle"), [("verbal", ("Anger", "Gender"), "rasch.mirt")]
)
def test_infit_and_outfit_at_eap(name, not_items, oracle, reference):
    found = reference(name)
    data = found.responses(not_items=not_items)
    fit = calibrate(data, "pcm", quadrature=NARROW, standard_errors=False)
    rows = found.result(oracle)["infit"]
    for own, row in zip(item_fit(data, fit, abilities=score(data, fit)), rows, strict=True):
        assert own.infit == pytest.approx(row["infit"], abs=0.002)
        assert own.outfit == pytest.approx(row["outfit"], abs=0.002)
