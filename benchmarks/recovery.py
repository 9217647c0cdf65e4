"""Recovery of every model: bias and coverage over many replications, as a table for the methods' pages.

Run it as ``python -m benchmarks.recovery`` (``--replications 200`` unless given; ``--write`` puts the table
into ``docs/methods/recovery.md``). Items, sample sizes and seeds are fixed, so the table repeats.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from psychometrics import (
    Calibration,
    ConvergenceWarning,
    ItemEstimate,
    ResponseMatrix,
    calibrate,
    item_estimate,
    simulate_responses,
)
from psychometrics.arrays import FloatArray

Z95 = 1.959963984540054
N_ITEMS = 20
SMALLEST_POOL = 3000  # intervals below which a pooled coverage is too uncertain to judge by 1 point
PAGE = Path(__file__).parents[1] / "docs" / "methods" / "recovery.md"
PRIORS = {
    "3pl": ("g=logitnormal(-1.386294,0.5)",),
    "4pl": ("g=logitnormal(-1.386294,0.5)", "d=logitnormal(2.197225,0.3)"),
}
PERSONS = {"3pl": 10_000, "4pl": 50_000}
USUAL_PERSONS = 3000
MODELS = ("1pl", "2pl", "3pl", "4pl", "pcm", "rsm", "gpcm", "grm", "nominal", "groups", "anchors")


@dataclass(frozen=True)
class Deviation:
    """One estimate of one replication beside the truth."""

    kind: str
    label: str
    estimate: float
    truth: float
    se: float


@dataclass(frozen=True)
class KindSummary:
    """What the replications say about one kind of parameter of one model."""

    model: str
    kind: str
    n_parameters: int
    n_intervals: int
    n_without_error: int
    worst_bias: float  # in standard errors
    worst_excess: float  # |bias| less 0.1 SE, in Monte-Carlo standard errors
    coverage: float
    lowest: float
    highest: float

    @property
    def is_met(self) -> bool:
        """|bias| <= 0.1 SE + 2 MC SE for each; coverage 94-96 % pooled and 90-99 % for each."""
        pooled = self.n_intervals < SMALLEST_POOL or 0.94 <= self.coverage <= 0.96
        return pooled and self.worst_excess <= 2.0 and 0.90 <= self.lowest <= self.highest <= 0.99


def items_of(model: str, rng: np.random.Generator) -> list[ItemEstimate]:
    """True items; asymptotes are drawn from their priors, all else is the same in every replication."""
    a = np.tile([0.8, 1.0, 1.2, 1.5, 0.9], 4)
    b = np.linspace(-1.6, 1.6, N_ITEMS)[np.argsort(np.sin(np.arange(N_ITEMS) * 2.3))]
    lower = 1 / (1 + np.exp(1.386294 - 0.5 * rng.normal(size=N_ITEMS)))
    upper = 1 / (1 + np.exp(-2.197225 - 0.3 * rng.normal(size=N_ITEMS)))
    binary, steps = [[a[i], b[i]] for i in range(N_ITEMS)], np.array([-0.8, 0.1, 0.7])
    values: dict[str, list[list[float]]] = {
        "1pl": [[1.1, b[i]] for i in range(N_ITEMS)],
        "2pl": binary,
        "groups": binary,
        "anchors": binary,
        "3pl": [[1.3 * a[i], b[i], lower[i]] for i in range(N_ITEMS)],
        "4pl": [[1.8 * a[i], 0.7 * b[i], lower[i], upper[i]] for i in range(N_ITEMS)],
        "pcm": [[1.0, *(b[i] + steps)] for i in range(N_ITEMS)],
        "rsm": [[1.0, *(b[i] + steps)] for i in range(N_ITEMS)],
        "gpcm": [[a[i], *(b[i] + steps)] for i in range(N_ITEMS)],
        "grm": [[a[i], b[i] - 0.9, b[i], b[i] + 0.9] for i in range(N_ITEMS)],
        "nominal": [[0.4 * a[i], a[i], 0.5 * b[i], -b[i]] for i in range(N_ITEMS)],
    }
    name = "2pl" if model in ("1pl", "groups", "anchors") else model
    return [item_estimate(f"I{i}", name, values[model][i]) for i in range(N_ITEMS)]


def calibrated(
    model: str, items: list[ItemEstimate], n: int, rng: np.random.Generator
) -> Calibration:
    """One replication."""
    second = rng.normal(0.5, 1.2, n) if model in ("groups", "anchors") else rng.normal(size=n)
    theta = np.concatenate([rng.normal(size=n), second]) if model == "groups" else second
    data = simulate_responses(items, theta, rng)
    anchors = None
    if model == "groups":
        labels = ["A"] * n + ["B"] * n
        data = ResponseMatrix.from_arrays(data.scores, items=data.items, groups=labels)
    if model == "anchors":
        anchors = items[:8]
    name = "2pl" if model in ("groups", "anchors") else model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return calibrate(data, name, priors=PRIORS.get(model, ()), anchors=anchors)


def deviations(model: str, seed: int, n: int | None = None) -> list[Deviation]:
    """Every estimated parameter of one replication.

    Parameters
    ----------
    n : int, optional
        Persons (in each group); 3,000 unless the model needs more.
    """
    rng = np.random.default_rng([MODELS.index(model), seed])
    items = items_of(model, rng)
    fit = calibrated(model, items, n or PERSONS.get(model, USUAL_PERSONS), rng)
    if not fit.converged:
        raise RuntimeError(f"{model}, seed {seed}: not converged")
    found = [d for own, true in zip(fit.items, items, strict=True) for d in _of_item(own, true)]
    truth = {"A": (0.0, 1.0), "B": (0.5, 1.2)}
    for group in fit.groups:
        mean, sd = truth.get(group.group, (0.5, 1.2) if model == "anchors" else (0.0, 1.0))
        found += _one("mean", group.group, group.mean, mean, group.se_mean)
        found += _one("sd", group.group, group.sd, sd, group.se_sd)
    shared = ("a",) if model == "1pl" else ()
    return [d for d in found if not (d.kind in shared and d.label != f"{d.kind}[I0]")]


def _of_item(own: ItemEstimate, true: ItemEstimate) -> Iterator[Deviation]:
    label, se = own.item, own.se
    if own.slopes is not None:
        yield from _several("slope", label, own.slopes, true.slopes, se.slopes)
        yield from _several("intercept", label, own.intercepts, true.intercepts, se.intercepts)
        return
    yield from _one("a", f"a[{label}]", own.a, true.a, se.a)
    errors = se.steps if own.steps is not None else se.b
    listed = errors if isinstance(errors, tuple) else (errors,)
    yield from _several("b", label, own.difficulties, true.difficulties, listed)
    if own.c is not None and true.c is not None:
        yield from _one("c", label, own.c, true.c, se.c)
    if own.d is not None and true.d is not None:
        yield from _one("d", label, own.d, true.d, se.d)


def _several(
    kind: str,
    label: str,
    values: Sequence[float] | None,
    truths: Sequence[float] | None,
    errors: Sequence[float | None] | None,
) -> Iterator[Deviation]:
    together = zip(values or (), truths or (), errors or (), strict=True)
    for k, (value, truth, error) in enumerate(together):
        yield from _one(kind, f"{label}.{k}", value, truth, error)


def _one(kind: str, label: str, value: float, truth: float, error: float | None) -> list[Deviation]:
    return [] if error is None else [Deviation(kind, label, value, truth, error)]


def summarise(model: str, replications: list[list[Deviation]]) -> list[KindSummary]:
    """One line a kind of parameter."""
    everything = [d for replication in replications for d in replication]
    kinds = list(dict.fromkeys(d.kind for d in everything))
    return [
        _summary(model, kind, [d for d in everything if d.kind == kind], len(replications))
        for kind in kinds
    ]


def _summary(model: str, kind: str, found: list[Deviation], n: int) -> KindSummary:
    labels = list(dict.fromkeys(d.label for d in found))
    parts = [[d for d in found if d.label == label] for label in labels]
    judged = [_judged(part) for part in parts]
    coverage = np.array([part[2] for part in judged])
    return KindSummary(
        model=model,
        kind=kind,
        n_parameters=len(labels),
        n_intervals=len(found),
        n_without_error=n * len(labels) - len(found),
        worst_bias=max(part[0] for part in judged),
        worst_excess=max(part[1] for part in judged),
        coverage=float(np.mean([abs(d.estimate - d.truth) < Z95 * d.se for d in found])),
        lowest=float(coverage.min()),
        highest=float(coverage.max()),
    )


def _judged(part: list[Deviation]) -> tuple[float, float, float]:
    """|bias| in SE, its excess over 0.1 SE in Monte-Carlo SE, and coverage of one parameter."""
    errors: FloatArray = np.array([d.estimate - d.truth for d in part])
    se = float(np.mean([d.se for d in part]))
    bias = abs(float(errors.mean()))
    monte_carlo = float(errors.std(ddof=1)) / np.sqrt(len(part))
    covered = np.mean([abs(d.estimate - d.truth) < Z95 * d.se for d in part])
    return bias / se, (bias - 0.1 * se) / monte_carlo, float(covered)


def table(summaries: list[KindSummary]) -> list[str]:
    """The table of the methods' page."""
    lines = [
        "| model | parameter | number | worst bias, SE | less 0.1 SE, in MC SE | coverage, pooled | "
        "lowest | highest | met |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for s in summaries:
        cells = [s.model, s.kind, str(s.n_parameters), f"{s.worst_bias:.3f}"]
        cells += [f"{s.worst_excess:.2f}", f"{s.coverage:.2%}", f"{s.lowest:.1%}"]
        cells += [f"{s.highest:.1%}", "yes" if s.is_met else "**no**"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def run(models: list[str], n_replications: int, persons: int | None) -> list[KindSummary]:
    """Replicate, reporting the progress on stderr."""
    found: list[KindSummary] = []
    for model in models:
        start = time.perf_counter()
        replications = [deviations(model, seed, persons) for seed in range(n_replications)]
        found += summarise(model, replications)
        sys.stderr.write(f"{model}: {time.perf_counter() - start:.0f} s\n")
    return found


def main() -> None:
    """Print the table, or write it into the page between its markers."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=MODELS)
    parser.add_argument("--persons", type=int, help="in place of the number chosen for each model")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lines = table(run(args.models, args.replications, args.persons))
    if not args.write:
        sys.stdout.write("\n".join(lines) + "\n")
        return
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- table -->\n")
    after = rest.partition("<!-- end of table -->")[2]
    body = "\n".join(lines)
    PAGE.write_text(f"{before}<!-- table -->\n{body}\n<!-- end of table -->{after}", "utf-8")


if __name__ == "__main__":
    main()
