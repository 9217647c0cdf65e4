"""What a calibration estimated is read back whole, whatever its options; fit follows."""

import numpy as np
import pytest

from psychometrics import ResponseMatrix, calibrate
from psychometrics.errors import NotBuilt
from psychometrics.fit import item_fit, model_fit, person_fit, q3, s_x2
from psychometrics.fit.estimated import estimated_parameters
from psychometrics.sum_scores import score_from_sums, score_table

OPTIONS = {
    "1pl": {"model": {"P0": "gpcm", "P1": "gpcm", "*": "1pl"}},
    "rsm": {"model": {"P0": "rsm", "P1": "rsm", "*": "pcm"}},
    "nominal": {"model": "nominal"},
    "grm": {"model": "grm"},
    "one slope": {"model": "gpcm", "constraints": ["a[*]"]},
    "one difficulty": {"model": "gpcm", "constraints": ["b[I1]=b[I2]"]},
    "fixed difficulty": {"model": "gpcm", "constraints": ["b[I1]=-0.9"]},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_number_of_parameters_and_a_true_maximum(option, drawn):
    """At the maximum the model fits better in no direction that it could have taken."""
    data = drawn(1, 1500)
    calibration = calibrate(data, standard_errors=False, **OPTIONS[option])
    found = estimated_parameters(data, calibration)
    assert found.free.n_free == calibration.n_parameters
    fit = model_fit(data, calibration, "c2")
    n_moments = 10 + 2 * 2 + 66
    assert fit.df == n_moments - calibration.n_parameters


def test_anchored_items_count_no_parameters(drawn, mixed_items):
    data = drawn(2, 1500)
    calibration = calibrate(data, "gpcm", anchors=mixed_items[:4], standard_errors=False)
    assert estimated_parameters(data, calibration).free.n_free == calibration.n_parameters
    free = calibrate(data, "gpcm", standard_errors=False)
    assert model_fit(data, calibration).df == model_fit(data, free).df + 8 - 2
    anchored, estimated = s_x2(data, calibration), s_x2(data, free)
    assert [a.df - e.df for a, e in zip(anchored, estimated, strict=True)][:2] == [2, 2]


def test_items_of_a_groups_own_are_items(drawn):
    data = drawn(3, 2000)
    grouped = ResponseMatrix.from_arrays(
        data.scores, items=data.items, groups=["A", "B"] * 1000, reference_group="A"
    )
    calibration = calibrate(grouped, "gpcm", free_across_groups=["I3"], standard_errors=False)
    labels = [item.item for item in calibration.items]
    assert [item.item for item in item_fit(grouped, calibration)] == labels
    assert [item.item for item in s_x2(grouped, calibration)] == labels
    assert q3(grouped, calibration).items == tuple(labels)
    assert person_fit(grouped, calibration).is_defined.all()
    assert model_fit(grouped, calibration).p > 0.001
    table = score_table(calibration, group="B")
    assert len(table.score) == 15
    assert np.isfinite(score_from_sums(grouped, calibration).theta).all()


def test_an_estimated_density_is_refused_by_model_fit_alone(drawn):
    data = drawn(4, 1000)
    calibration = calibrate(data, "gpcm", density="histogram", standard_errors=False)
    with pytest.raises(NotBuilt, match="density"):
        model_fit(data, calibration)
    assert all(item.p is not None for item in s_x2(data, calibration))
