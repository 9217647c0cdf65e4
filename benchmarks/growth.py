"""How time and memory grow from ten thousand persons to ten million."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure, at_most, shown
from benchmarks.from_parquet import Run, calibrated
from benchmarks.responses import parquet_file

LARGEST_EXPONENT = 1.05
SIZES = 4  # powers of ten
SAME_MEMORY = 1.15


def growth_figures(folder: Path, largest: int) -> Iterator[Figure]:
    """2PL with 50 items from Parquet, at four sizes."""
    sizes = [largest // 10**k for k in reversed(range(SIZES))]
    runs: list[Run] = []
    for size in sizes:
        path = parquet_file(folder, size)
        repeats = 1 if size == largest else 2
        runs.append(min((calibrated(path) for _ in range(repeats)), key=lambda run: run.seconds))
        yield shown(f"growth: 2PL {size:,} x 50", runs[-1].seconds, "s")
        yield shown(f"growth: 2PL {size:,} x 50", runs[-1].peak_mb, "MB")
    logs = np.log(sizes), np.log([run.seconds for run in runs])
    steepest = float(np.max(np.diff(logs[1]) / np.diff(logs[0])))
    exponent = float(np.polyfit(*logs, 1)[0])
    yield at_most("growth exponent from 10^4 to 10^7", exponent, "", LARGEST_EXPONENT)
    yield shown("growth exponent of the steepest decade", steepest, "")
    share = runs[-1].peak_mb / runs[-2].peak_mb
    yield at_most("memory of 10,000,000 as a share of 1,000,000's", share, "ratio", SAME_MEMORY)
