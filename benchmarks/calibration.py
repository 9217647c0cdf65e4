"""Speed and memory of the calibration core: `make bench-calibration` prints one JSON line a figure.

Times are given in units of one plain numpy E-step over the same data, measured in the same run
(:mod:`benchmarks.estep`). Other areas add their rows by a module with ``figures()``.
"""

import argparse
import importlib
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.estep import StepTime, step_time
from benchmarks.figure import Figure, at_most, shown
from benchmarks.from_parquet import NODES, calibrated
from benchmarks.growth import growth_figures
from benchmarks.responses import parquet_file, responses
from psychometrics import ResponseMatrix, calibrate, read_responses, score

LARGEST_RATIO = 1.6
OTHER_AREAS = ("benchmarks.plausible_values", "benchmarks.adaptive")
PRIOR = ("g=logitnormal(-1.386294,0.5)",)


@dataclass(frozen=True)
class Scale:
    """How large the data are; smaller ones are for developing the benchmark only."""

    folder: Path
    large: int = 1_000_000
    middle: int = 100_000
    largest: int = 10_000_000


def all_figures(scale: Scale) -> Iterator[Figure]:
    """Every figure of the table, in its order."""
    yield from large_2pl(scale)
    yield from abilities(scale)
    yield from against_girth(scale)
    yield from gpcm(scale)
    yield from three_pl(scale)
    yield from standard_errors(scale)
    yield from growth_figures(scale.folder, scale.largest)
    yield from of_cluster(scale)
    for name in OTHER_AREAS:
        if importlib.util.find_spec(name) is not None:
            yield from importlib.import_module(name).figures()


def unit_figures(name: str, unit: StepTime) -> Iterator[Figure]:
    """The unit, and whether it counts."""
    yield shown(f"T_step, {name}", unit.step, "s")
    yield at_most(f"T_step over its products alone, {name}", unit.ratio, "ratio", LARGEST_RATIO)


def seconds_of(work: Callable[[], object], repeats: int = 3) -> float:
    """Shortest of several runs."""
    found = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


def large_2pl(scale: Scale) -> Iterator[Figure]:
    """2PL, 1,000,000 x 50, from Parquet."""
    path = parquet_file(scale.folder, scale.large)
    unit = step_time(read_responses(path).scores, 2)
    yield from unit_figures("2PL 1,000,000 x 50", unit)
    runs = [calibrated(path) for _ in range(3)]
    best = min(runs, key=lambda run: run.seconds)
    exact = calibrated(path, to_rounding=True)
    yield shown("2PL 1,000,000 x 50 from Parquet", best.seconds, "s")
    yield at_most("2PL 1,000,000 x 50 from Parquet", best.seconds / unit.step, "T_step", 20.0)
    yield at_most("  gradient norm per person", best.gradient_norm * 1e6, "1e-6", 1.0)
    yield at_most("  peak memory", max(run.peak_mb for run in runs), "MB", 400.0)
    short = abs(exact.log_likelihood - best.log_likelihood)
    yield at_most("  log-likelihood short of the exact maximum", short, "", 0.01)


def abilities(scale: Scale) -> Iterator[Figure]:
    """EAP and WLE of 1,000,000 persons, 50 items."""
    data = read_responses(parquet_file(scale.folder, scale.large))
    unit = step_time(data.scores, 2)
    every = data.select(np.arange(0, data.n_persons, 20))
    fit = calibrate(every, "2pl", quadrature=NODES, standard_errors=False)
    eap = seconds_of(lambda: score(data, fit, "eap"))
    wle = seconds_of(lambda: score(data, fit, "wle"), repeats=2)
    yield at_most("EAP 1,000,000 x 50", eap / unit.step, "T_step", 3.0)
    yield at_most("WLE 1,000,000 x 50", wle / unit.step, "T_step", 15.0)


def _fit_seconds(data: ResponseMatrix, model: str, priors: tuple[str, ...] = ()) -> float:
    return seconds_of(
        lambda: calibrate(data, model, quadrature=NODES, priors=priors, standard_errors=False)
    )


def against_girth(scale: Scale) -> Iterator[Figure]:
    """2PL 100,000 x 40 against girth in the same run."""
    data = responses("2pl", scale.middle, 40)
    ours = _fit_seconds(data, "2pl")
    yield shown("2PL 100,000 x 40", ours, "s")
    if importlib.util.find_spec("girth") is None:
        sys.stderr.write("girth is not installed: its row is left out\n")
        return
    girth = importlib.import_module("girth")
    by_item = data.scores.T.astype(np.int64)
    theirs = seconds_of(lambda: girth.twopl_mml(by_item), repeats=1)
    yield shown("girth, 2PL 100,000 x 40", theirs, "s")
    yield at_most("2PL 100,000 x 40 as a share of girth", ours / theirs, "ratio", 1 / 30)


def gpcm(scale: Scale) -> Iterator[Figure]:
    """GPCM 100,000 x 40, four categories."""
    data = responses("gpcm", scale.middle, 40)
    unit = step_time(data.scores, 4)
    yield from unit_figures("100,000 x 40 x 4", unit)
    ours = _fit_seconds(data, "gpcm")
    yield at_most("GPCM 100,000 x 40 x 4", ours / unit.step, "T_step", 20.0)


def three_pl(scale: Scale) -> Iterator[Figure]:
    """3PL with a prior, 100,000 x 40."""
    data = responses("3pl", scale.middle, 40)
    unit = step_time(data.scores, 2)
    yield from unit_figures("100,000 x 40", unit)
    ours = _fit_seconds(data, "3pl", PRIOR)
    yield at_most("3PL with prior 100,000 x 40", ours / unit.step, "T_step", 80.0)


def standard_errors(scale: Scale) -> Iterator[Figure]:
    """Standard errors of all parameters against the fit itself."""
    data = responses("2pl", scale.middle, 40)
    fit = _fit_seconds(data, "2pl")
    both = seconds_of(lambda: calibrate(data, "2pl", quadrature=NODES))
    share = max(both - fit, 0.0) / fit
    yield at_most("standard errors 2PL 100,000 x 40 as a share of the fit", share, "ratio", 1.0)


def of_cluster(scale: Scale) -> Iterator[Figure]:
    """The same parameters from two Dask workers."""
    if importlib.util.find_spec("distributed") is None:
        sys.stderr.write("Dask is not installed: its row is left out\n")
        return
    cluster = importlib.import_module("benchmarks.cluster")
    yield from cluster.figures(responses("2pl", scale.middle, 40))


def main() -> None:
    """Print all figures; with --write also put them into docs/performance.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, help="where data files are kept")
    options.add_argument("--divide", type=int, default=1, help="make all data smaller (to develop)")
    options.add_argument("--write", action="store_true", help="update docs/performance.md")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        divide = chosen.divide
        scale = Scale(folder, 1_000_000 // divide, 100_000 // divide, 10_000_000 // divide)
        figures = []
        for figure in all_figures(scale):
            sys.stdout.write(figure.as_json() + "\n")
            sys.stdout.flush()
            figures.append(figure)
    if chosen.write:
        importlib.import_module("benchmarks.report").write(figures)


if __name__ == "__main__":
    main()
