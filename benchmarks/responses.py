"""Simulated responses of the sizes that are measured, always the same."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from psychometrics import ItemEstimate, ResponseMatrix, item_estimate, simulate_responses

SEED = 20260101
BATCH = 131_072


def items(model: str, n_items: int) -> list[ItemEstimate]:
    """Items with slopes around one and difficulties around zero."""
    rng = np.random.default_rng(SEED)
    found = []
    for number in range(n_items):
        a, b, c = rng.lognormal(0.0, 0.25), rng.normal(), rng.beta(5, 17)
        reported = {
            "2pl": [a, b],
            "3pl": [a, b, c],
            "gpcm": [0.8 * a, b - 0.8, b, b + 0.8],
        }[model]
        found.append(item_estimate(f"I{number + 1}", model, reported))
    return found


def responses(model: str, n_persons: int, n_items: int) -> ResponseMatrix:
    """Persons from N(0, 1), in memory."""
    rng = np.random.default_rng(SEED + 1)
    return simulate_responses(items(model, n_items), rng.normal(size=n_persons), rng)


def parquet_file(folder: Path, n_persons: int, n_items: int = 50) -> Path:
    """2PL responses in a Parquet file, written batch by batch; kept if it is there."""
    path = folder / f"responses-{n_persons}x{n_items}.parquet"
    if path.is_file():
        return path
    partial = path.with_suffix(".partial")
    schema = pa.schema(
        [("person", pa.string()), *((f"I{i + 1}", pa.int8()) for i in range(n_items))]
    )
    with pq.ParquetWriter(partial, schema) as writer:
        for first, scores in _batches(n_persons, n_items):
            names = [f"p{number:08d}" for number in range(first, first + len(scores))]
            columns = [pa.array(names), *(pa.array(column) for column in scores.T.copy())]
            writer.write_table(pa.table(columns, schema=schema))
    partial.rename(path)
    return path


def _batches(n_persons: int, n_items: int) -> Iterator[tuple[int, NDArray[np.int8]]]:
    truth = items("2pl", n_items)
    a = np.array([item.a for item in truth])
    b = np.array([item.difficulties[0] for item in truth])
    rng = np.random.default_rng(SEED + 2)
    for first in range(0, n_persons, BATCH):
        theta = rng.normal(size=min(BATCH, n_persons - first))
        p = 1.0 / (1.0 + np.exp(-a * (theta[:, None] - b)))
        yield first, (rng.random(p.shape) < p).astype(np.int8)
