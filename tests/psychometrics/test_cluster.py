"""The same calibration on two workers of a Dask cluster."""

import numpy as np
import pytest

from psychometrics import DataError, ResponseMatrix, calibrate

distributed = pytest.importorskip("distributed", reason="Dask, an optional extra, is not installed")
cluster_module = pytest.importorskip("psychometrics.cluster")


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected


def responses(n=900, seed=1, seen=1.0):
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n)
    p = 1 / (1 + np.exp(np.linspace(-1, 1, 6) - 1.2 * theta[:, None]))
    scores = (rng.random(p.shape) < p).astype(int)
    groups = np.where(theta + rng.normal(size=n) > 0, "south", "north")
    return ResponseMatrix.from_arrays(
        scores, observed=rng.random(p.shape) < seen, groups=groups.tolist()
    )


def partitions(data, n=3):
    return [data.select(rows) for rows in np.array_split(np.arange(data.n_persons), n)]


@pytest.mark.parametrize("seen", [1.0, 0.7])
def test_parameters_equal_the_local_run(client, seen):
    data = responses(seen=seen)
    local = calibrate(data, "2pl")
    spread = calibrate(cluster_module.on_cluster(client, partitions(data)), "2pl")
    for mine, theirs in zip(local.items, spread.items, strict=True):
        np.testing.assert_allclose(mine.reported, theirs.reported, atol=1e-8, rtol=0)
        assert mine.se.a == pytest.approx(theirs.se.a, abs=1e-8)
    for mine, theirs in zip(local.groups, spread.groups, strict=True):
        assert (mine.group, mine.n_persons) == (theirs.group, theirs.n_persons)
        assert mine.mean == pytest.approx(theirs.mean, abs=1e-8)


def test_a_person_in_two_partitions_is_refused(client):
    data = responses()
    with pytest.raises(DataError) as caught:
        cluster_module.on_cluster(client, [data.rows(0, 500), data.rows(499, 900)])
    assert caught.value.code == "person_in_two_partitions"


def test_partitions_with_other_items_are_refused(client):
    data = responses()
    other = ResponseMatrix.from_arrays(data.scores[:, :4], persons=[f"x{i}" for i in range(900)])
    with pytest.raises(DataError) as caught:
        cluster_module.on_cluster(client, [data, other])
    assert caught.value.code == "partitions_differ"
