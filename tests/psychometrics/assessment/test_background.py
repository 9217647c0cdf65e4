"""Coding of background variables and their principal components."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment import Background, code_background, principal_components


def test_missing_values_get_an_indicator_and_the_mean():
    coded = code_background(numeric={"books": [10.0, np.nan, 30.0], "age": [10.0, 11.0, 12.0]})
    assert coded.columns == ("books", "books=missing", "age")
    assert coded.values[:, 0].tolist() == [10, 20, 30]
    assert coded.values[:, 1].tolist() == [0, 1, 0]


def test_categories_become_dummies_against_the_most_frequent():
    coded = code_background(categorical={"region": ["b", "a", "b", None, "c", ""]})
    assert coded.columns == ("region=a", "region=c", "region=missing")
    assert coded.values.tolist() == [
        [0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1],
    ]  # fmt: skip


def test_missing_is_never_the_reference():
    coded = code_background(categorical={"sex": [None, None, None, "f", "m", "f"]})
    assert coded.columns == ("sex=m", "sex=missing")


def test_constant_columns_are_dropped_and_listed():
    coded = code_background(numeric={"year": [5, 5, 5], "age": [1, 2, 3]})
    assert coded.columns == ("age",) and coded.dropped == ("year",)
    nothing = code_background(categorical={"year": ["5", "5"]})
    assert (nothing.columns, nothing.n_persons, nothing.dropped) == ((), 2, ("year=5",))


@pytest.fixture(scope="module")
def related():
    """Twelve columns of which three directions hold most of the variance, one column a copy."""
    rng = np.random.default_rng(1)
    base = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 11)) + 0.2 * rng.normal(size=(500, 11))
    return Background.from_arrays(np.column_stack([base, 2 * base[:, 0]]))


@pytest.mark.parametrize("keep", [0.9, 0.99])
def test_fewest_components_with_the_share_asked_for(related, keep):
    found = principal_components(related, keep=keep)
    assert found.share.sum() >= keep
    assert found.share[:-1].sum() < keep
    assert (np.diff(found.share) <= 1e-12).all()


def test_components_are_uncorrelated_with_loadings_as_correlations(related):
    weights = np.random.default_rng(3).uniform(1, 3, 500)
    found = principal_components(related, keep=0.99, weights=weights)
    scores, share = found.background.values, weights / weights.sum()
    assert share @ scores == pytest.approx(np.zeros(found.n_components), abs=1e-10)
    assert (scores * share[:, None]).T @ scores == pytest.approx(np.eye(found.n_components))
    centred = related.values - share @ related.values
    standardised = centred / np.sqrt(share @ centred**2)
    assert (standardised * share[:, None]).T @ scores == pytest.approx(found.loadings, abs=1e-9)
    assert (found.loadings[np.abs(found.loadings).argmax(axis=0)].diagonal() > 0).all()


def test_all_components_reproduce_the_variables(related):
    found = principal_components(related, keep=1.0)
    assert found.n_components == 11  # the copy adds none
    standardised = (related.values - related.values.mean(axis=0)) / related.values.std(axis=0)
    assert found.background.values @ found.loadings.T == pytest.approx(standardised, abs=1e-6)


def test_bad_background_is_refused():
    with pytest.raises(DataError) as refused:
        Background.from_arrays([[1.0, 2.0], [3.0, np.nan]], ["a", "b"])
    assert (refused.value.params["row"], refused.value.params["column"]) == (2, "b")
    with pytest.raises(DataError, match="2 background columns"):
        Background.from_arrays([[1.0, 2.0]], ["a", "a"])
    with pytest.raises(DataError, match="no observed value"):
        code_background(numeric={"books": [np.nan, np.nan]})
    with pytest.raises(DataError, match="'b' has 1 rows"):
        code_background(numeric={"a": [1.0, 2.0], "b": [1.0]})
    with pytest.raises(ModelError, match="share kept"):
        principal_components(Background.from_arrays([[1.0], [2.0]]), keep=0.0)
    with pytest.raises(DataError, match="one value for everybody"):
        principal_components(Background.from_arrays([[1.0], [1.0]]))
