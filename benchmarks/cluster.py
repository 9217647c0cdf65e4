"""The same calibration on two local Dask workers."""

import time
from collections.abc import Iterator

import numpy as np
from distributed import Client, LocalCluster

from benchmarks.figure import Figure, at_most, shown
from benchmarks.from_parquet import NODES
from psychometrics import Calibration, ResponseMatrix, calibrate
from psychometrics.cluster import on_cluster

PARTITIONS = 4


def largest_difference(one: Calibration, other: Calibration) -> float:
    """Largest absolute difference of any parameter."""
    pairs = zip(one.items, other.items, strict=True)
    return max(float(np.abs(a.reported - b.reported).max()) for a, b in pairs)


def figures(data: ResponseMatrix) -> Iterator[Figure]:
    """Equality with the local run, and the time the cluster takes."""
    local = calibrate(data, "2pl", quadrature=NODES)
    parts = [data.select(rows) for rows in np.array_split(np.arange(data.n_persons), PARTITIONS)]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        source = on_cluster(client, parts)
        begin = time.perf_counter()
        spread = calibrate(source, "2pl", quadrature=NODES)
        seconds = time.perf_counter() - begin
    difference = largest_difference(local, spread)
    yield at_most(
        "two Dask workers: largest difference of a parameter", difference * 1e8, "1e-8", 1
    )
    yield shown("two Dask workers: 2PL 100,000 x 40 with standard errors", seconds, "s")
