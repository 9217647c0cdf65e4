"""What is held equal is equal, what is fixed stays, what contradicts itself is refused."""

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    score,
    simulate_responses,
)
from psychometrics.calibrate import build_objective
from psychometrics.estimation.constraints import parse_constraint
from psychometrics.estimation.specification import specify
from psychometrics.estimation.standard_errors import observed_information
from psychometrics.priors import parse_prior
from psychometrics.responses.stored import store

N = 1500
TRUE = [item_estimate(f"I{i}", "2pl", [1.0 + 0.1 * i, -1.0 + 0.4 * i]) for i in range(6)]
TRUE.append(item_estimate("P1", "gpcm", [0.9, -0.7, 0.2, 0.8]))
TRUE.append(item_estimate("P2", "gpcm", [1.2, -0.4, 0.3, 0.6]))


def drawn(items=TRUE, mean=0.0, sd=1.0, seed=1, n=N):
    rng = np.random.default_rng(seed)
    return simulate_responses(items, rng.normal(mean, sd, n), rng)


@pytest.fixture(scope="module")
def data():
    return drawn()


@pytest.fixture(scope="module")
def free(data):
    return calibrate(data, "gpcm")


@pytest.fixture(scope="module")
def grouped():
    """Group B is abler, and finds item I3 harder than its ability explains."""
    harder = [*TRUE[:3], item_estimate("I3", "2pl", [1.3, 1.2]), *TRUE[4:]]
    parts = [drawn(), drawn(harder, 0.5, 1.2, 2)]
    return ResponseMatrix.from_arrays(
        np.vstack([part.scores for part in parts]),
        items=parts[0].items,
        groups=["A"] * N + ["B"] * N,
    )


def test_equal_slopes_for_all_are_the_1pl(lsat7):
    one = calibrate(lsat7, "1pl")
    equal = calibrate(lsat7, "2pl", constraints=["a[*]"])
    assert equal.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-8)
    assert [i.se.b for i in equal.items] == pytest.approx([i.se.b for i in one.items], rel=1e-6)


def test_what_is_held_equal_or_fixed_is(data, free):
    fit = calibrate(
        data,
        "gpcm",
        constraints=["a[I0]=a[I1]=a[P1]", "b[I4]=0.5", "b2[P1]=b2[P2]", "b[I2, I3]"],
    )
    a = [fit.item(label).a for label in ("I0", "I1", "P1")]
    assert a == pytest.approx([a[0]] * 3) and fit.item("I0").se.a == fit.item("P1").se.a
    assert fit.item("I4").b == 0.5 and fit.item("I4").se.b is None and fit.item("I4").se.a > 0
    assert fit.item("P1").steps[1] == pytest.approx(fit.item("P2").steps[1])
    assert fit.item("I2").b == pytest.approx(fit.item("I3").b)
    assert fit.n_parameters == free.n_parameters - 5
    assert fit.converged and fit.log_likelihood < free.log_likelihood
    assert fit.constraints[1] == "b[I4]=0.5" and fit.to_dict()["constraints"][0].startswith("a[I0]")


@pytest.mark.parametrize("model", ["3pl", "4pl", "grm"])
def test_difficulties_of_every_model_can_be_fixed(model):
    binary = model != "grm"
    values = {"3pl": [1.2, 0.3, 0.2], "4pl": [1.2, 0.3, 0.2, 0.95], "grm": [1.2, -0.5, 0.4]}
    truth = [item_estimate(f"I{i}", model, values[model]) for i in range(6)]
    priors = ["c=beta(5,17)"] if binary else []
    priors += ["d=beta(17,2)"] if model == "4pl" else []
    data = drawn(truth)
    name = "b[I0]=0.3" if binary else "b2[I0]=0.4"
    fit = calibrate(data, model, constraints=[name, "a[I0]=a[I1]"], priors=priors)
    assert fit.converged
    assert fit.items[0].difficulties[-1] == pytest.approx(0.3 if binary else 0.4)
    assert fit.items[0].a == pytest.approx(fit.items[1].a)


def test_fixing_at_the_estimates_changes_nothing(data, free):
    texts = [f"b[{i.item}]={i.b!r}" for i in free.items[:3]]
    texts += [f"a[{free.items[3].item}]={free.items[3].a!r}"]
    fixed = calibrate(data, "gpcm", constraints=texts)
    assert fixed.log_likelihood == pytest.approx(free.log_likelihood, abs=1e-6)
    assert fixed.item("I5").b == pytest.approx(free.item("I5").b, abs=1e-5)


CASES = [
    ((), ["a[I0]=a[P1]", "b[I4]=0.5", "b[I1]=b[I2]", "b2[P1]=b2[P2]"]),
    (("a=lognormal(0,0.5)", "b=normal(0,2)"), ["a[I0,I1]", "b[I4,I5]"]),
    (("intercept=normal(0,3)", "b2[P1]=normal(0,1)"), ["intercept[I0]=intercept[I1]"]),
]


@pytest.mark.parametrize(("priors", "constraints"), CASES)
@pytest.mark.parametrize("groups", [False, True])
def test_gradient_and_information_under_constraints_equal_differences(priors, constraints, groups):
    data = drawn(n=150)
    labels = np.random.default_rng(4).choice(["A", "B"], 150) if groups else None
    data = ResponseMatrix.from_arrays(data.scores, items=data.items, groups=labels)
    wanted = specify(
        data,
        "gpcm",
        priors=[parse_prior(text) for text in priors],
        constraints=[parse_constraint(text) for text in constraints],
    )
    objective = build_objective(store(data), wanted)
    point = objective.free.collect(objective.template)
    here, h = objective.evaluate(point), 1e-5
    information = observed_information(objective, objective.expand(point), here.counts)
    for j in range(point.size):
        move = h * np.eye(point.size)[j]
        up, down = objective.evaluate(point + move), objective.evaluate(point - move)
        assert here.gradient[j] == pytest.approx((up.value - down.value) / (2 * h), abs=1e-4)
        numeric = (down.gradient - up.gradient) / (2 * h)
        np.testing.assert_allclose(information[j], numeric, atol=2e-3, rtol=1e-4)


@pytest.mark.parametrize(
    ("constraints", "code"),
    [
        (["a[I0]=1", "a[I0]=a[I1]=1.2"], "contradictory_fixing"),
        (["a[I0]=a[I1]", "a[I1]=0.8", "a[I0]=0.9"], "contradictory_fixing"),
        (["c[I0]=0.2"], "bad_constraint"),
        (["a[I0]=b[I1]"], "bad_constraint"),
        (["a[zz]=1"], "bad_constraint"),
        (["b9[P1]=1"], "bad_constraint"),
        (["a[I0]=1=2"], "bad_constraint"),
        (["sd[all]=-1"], "bad_constraint"),
        (["mean[all]=1"], "contradictory_fixing"),
        (["discrimination[I0]=1"], "bad_parameter_name"),
        (["1=2"], "bad_constraint"),
    ],
)
def test_constraints_that_make_no_sense_are_refused(data, constraints, code):
    with pytest.raises(ModelError) as caught:
        calibrate(data, "gpcm", constraints=constraints)
    assert caught.value.code == code and caught.value.params


def test_a_fixed_slope_cannot_be_fixed_elsewhere(data):
    with pytest.raises(ModelError) as caught:
        calibrate(data, "pcm", constraints=["a[I0]=1.3"])
    assert caught.value.code == "contradictory_fixing"


def test_a_model_an_item(data):
    models = {"I0": "3pl", "I1": "1pl", "I2": "1pl", "P2": "grm", "*": "gpcm"}
    fit = calibrate(data, models, priors=["c[I0]=beta(5,17)"])
    assert fit.model == "mixed" and fit.converged
    expected = ["3pl", "1pl", "1pl", "2pl", "2pl", "2pl", "gpcm", "grm"]
    assert [item.model for item in fit.items] == expected
    assert fit.item("I1").a == fit.item("I2").a != fit.item("I3").a
    listed = calibrate(data, [models.get(i, "gpcm") for i in data.items], priors=["c=beta(5,17)"])
    assert listed.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-9)
    again = type(fit).from_dict(fit.to_dict())
    np.testing.assert_array_equal(score(data, again).theta, score(data, fit).theta)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ({"I0": "2pl"}, "item_without_model"),
        ({"zz": "2pl", "*": "gpcm"}, "model_for_unknown_item"),
        (["2pl", "gpcm"], "wrong_number_of_models"),
        ({"*": "5pl"}, "unknown_model"),
        ({"*": "2pl"}, "too_many_categories"),
    ],
)
def test_a_choice_of_models_that_does_not_fit_is_refused(data, model, code):
    with pytest.raises(ModelError) as caught:
        calibrate(data, model)
    assert caught.value.code == code


def test_anchored_items_carry_the_scale():
    data = drawn(mean=0.7, sd=1.3, seed=3)
    fit = calibrate(data, "gpcm", anchors=TRUE[:4])
    group = fit.groups[0]
    assert abs(group.mean - 0.7) < 4 * group.se_mean and abs(group.sd - 1.3) < 4 * group.se_sd
    for item, truth in zip(fit.items, TRUE, strict=True):
        if item.item in fit.anchors:
            assert item.reported.tolist() == pytest.approx(truth.reported.tolist())
            assert item.se.a is None and item.se.b is None
        else:
            assert abs(item.a - truth.a) < 4 * item.se.a
    assert fit.anchors == ("I0", "I1", "I2", "I3") and fit.n_parameters == 2 + 4 + 8


def test_anchoring_at_the_own_estimates_gives_them_back(data, free):
    fit = calibrate(data, "gpcm", anchors=[item for item in free.items if item.item != "I5"])
    assert (fit.groups[0].mean, fit.groups[0].sd) == pytest.approx((0.0, 1.0), abs=1e-5)
    assert fit.item("I5").reported == pytest.approx(free.item("I5").reported, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(free.log_likelihood, abs=1e-3)


def test_anchors_join_booklets_without_common_items():
    data = drawn()
    observed = np.zeros(data.scores.shape, dtype=bool)
    observed[: N // 2, :4], observed[N // 2 :, 4:] = True, True
    split = ResponseMatrix.from_arrays(data.scores, observed=observed, items=data.items)
    with pytest.raises(DataError) as caught:
        calibrate(split, "gpcm", anchors=[TRUE[0]])
    assert caught.value.code == "design_not_connected"
    fit = calibrate(split, "gpcm", anchors=[TRUE[0], TRUE[1], TRUE[4], TRUE[5]])
    assert fit.converged


def test_an_anchored_item_needs_no_variation_but_its_own_categories(data):
    scores = data.scores.copy()
    scores[:, 0] = 1
    constant = ResponseMatrix.from_arrays(scores, items=data.items)
    assert calibrate(constant, "gpcm", anchors=TRUE[:3]).converged
    scores[0, 0] = 2
    with pytest.raises(DataError) as caught:
        calibrate(ResponseMatrix.from_arrays(scores, items=data.items), "gpcm", anchors=TRUE[:3])
    assert caught.value.code == "category_not_calibrated" and caught.value.params["row"] == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"anchors": TRUE[:2], "constraints": ["a[I0]=a[I1]"]}, "contradictory_fixing"),
        ({"anchors": TRUE[:2], "constraints": ["a[I0]=3"]}, "contradictory_fixing"),
        ({"anchors": [TRUE[0], item_estimate("I0", "2pl", [2.0, 0.0])]}, "anchor_given_twice"),
        ({"anchors": [item_estimate("Z", "2pl", [1.0, 0.0])]}, "no_anchor_in_data"),
        ({"anchors": TRUE[:2], "model": {"I0": "3pl", "*": "gpcm"}}, "anchor_of_other_model"),
        ({"anchors": TRUE[:1], "priors": ["a[I0]=lognormal(0,1)"]}, "prior_on_fixed"),
        ({"priors": ["a[Z]=lognormal(0,1)"]}, "bad_prior"),
        ({"free_population": True}, "scale_not_identified"),
        ({"density": "skew"}, "unknown_density"),
        ({"free_across_groups": ["I0"]}, "no_such_group"),
        ({"free_across_groups": ["zz"]}, "unknown_item_in_option"),
    ],
)
def test_options_that_contradict_each_other_are_refused(data, options, code):
    with pytest.raises(ModelError) as caught:
        calibrate(data, **({"model": "gpcm"} | options))
    assert caught.value.code == code


def test_an_item_of_its_own_in_each_group(grouped):
    invariant = calibrate(grouped, "gpcm")
    fit = calibrate(grouped, "gpcm", free_across_groups=["I3"])
    one, other = fit.item("I3@A"), fit.item("I3@B")
    assert other.b - one.b == pytest.approx(1.0, abs=4 * np.hypot(one.se.b, other.se.b))
    assert fit.n_parameters == invariant.n_parameters + 2
    assert fit.log_likelihood > invariant.log_likelihood + 10
    in_one_group = calibrate(grouped, "gpcm", free_across_groups=[("I3", "B")])
    assert in_one_group.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-7)
    assert {"I3", "I3@B"} <= {item.item for item in in_one_group.items}
    group = fit.group("B")
    assert abs(group.mean - 0.5) < 4 * group.se_mean and abs(group.sd - 1.2) < 4 * group.se_sd


def test_one_parameter_of_an_item_can_stay_invariant(grouped):
    fit = calibrate(grouped, "gpcm", free_across_groups=["I3"], constraints=["a[I3@A]=a[I3@B]"])
    assert fit.item("I3@A").a == fit.item("I3@B").a
    assert fit.item("I3@B").b > fit.item("I3@A").b + 0.5


def test_persons_are_scored_with_their_groups_item(grouped):
    fit = calibrate(grouped, "gpcm", free_across_groups=["I3"], standard_errors=False)
    rows = [[1, 1, 1, 1, 0, 0, 1, 1]] * 2
    pair = ResponseMatrix.from_arrays(rows, items=grouped.items, groups=["A", "B"])
    theta = score(pair, fit, "wle").theta
    assert theta[1] > theta[0]  # the same answers, and the harder I3 among them


def test_nothing_is_left_to_compare_groups_that_share_no_item(grouped):
    with pytest.raises(DataError) as caught:
        calibrate(grouped, "gpcm", free_across_groups=list(grouped.items))
    assert caught.value.code == "design_not_connected"


def test_populations_can_be_constrained(grouped):
    same = calibrate(grouped, "gpcm", constraints=["mean[B]=0", "sd[A]=sd[B]"])
    assert [(g.mean, g.sd) for g in same.groups] == [(0.0, 1.0), (0.0, 1.0)]
    pooled = ResponseMatrix.from_arrays(grouped.scores, items=grouped.items)
    assert same.log_likelihood == pytest.approx(calibrate(pooled, "gpcm").log_likelihood, abs=1e-6)


def test_the_joint_covariance_agrees_with_every_standard_error(grouped):
    fit = calibrate(grouped, "gpcm", covariance=True, constraints=["a[I0]=a[I1]", "b[I4]=0.5"])
    joint = fit.covariance
    np.testing.assert_allclose(joint.matrix, joint.matrix.T, atol=1e-12)
    assert np.linalg.eigvalsh(joint.matrix).min() > -1e-12
    roots = dict(zip(joint.labels, np.sqrt(np.diag(joint.matrix)), strict=True))
    for item in fit.items:
        assert roots[f"a[{item.item}]"] == pytest.approx(item.se.a)
        if item.se.b is not None:
            assert roots[f"b[{item.item}]"] == pytest.approx(item.se.b)
    assert roots["b[I4]"] == 0.0 and roots["mean[A]"] == 0.0
    assert roots["mean[B]"] == pytest.approx(fit.group("B").se_mean)
    assert roots["sd[B]"] == pytest.approx(fit.group("B").se_sd)
    pair = joint.of("a[I0]", "a[I1]")
    assert pair[0, 1] == pytest.approx(pair[0, 0])
    assert calibrate(grouped, "gpcm", standard_errors=False).covariance is None


def test_delta_method_of_rsm_and_nominal_equals_the_other_form():
    """The same items as pcm with the steps held together, and as gpcm in nominal form."""
    truth = [item_estimate(f"R{i}", "pcm", [1.0, i / 2 - 1.7, i / 2 - 1, i / 2]) for i in range(4)]
    data = drawn(truth)
    rsm = calibrate(data, "rsm", covariance=True)
    labels = [f"b{k}[R0]" for k in (1, 2, 3)]
    inner = rsm.covariance.of(*labels)
    assert rsm.items[0].se.location == pytest.approx(np.sqrt(inner.mean()))
    relative = np.eye(3) - 1 / 3
    expected = np.sqrt(np.diag(relative @ inner @ relative.T))
    assert rsm.items[0].se.thresholds == pytest.approx(expected)
    thresholds = np.array([item.thresholds for item in rsm.items])
    np.testing.assert_allclose(thresholds, np.tile(thresholds[0], (4, 1)))
    nominal = calibrate(data, "nominal")
    assert nominal.log_likelihood > calibrate(data, "gpcm").log_likelihood
    item = nominal.items[0]
    assert item.scores[0] == 0 and item.scores[-1] == pytest.approx(3.0)
    for k in (1, 2):
        assert abs(item.scores[k] - k) < 4 * item.se.scores[k]


def test_a_list_of_models_is_for_the_columns_as_they_are_given(grouped):
    models = ["2pl"] * 6 + ["gpcm", "grm"]
    fit = calibrate(grouped, models, free_across_groups=["I3", "P2"])
    assert [fit.item(f"P2@{group}").model for group in "AB"] == ["grm", "grm"]
