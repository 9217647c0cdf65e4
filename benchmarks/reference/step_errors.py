"""Standard error of the first step of a gpcm item: mirt's differs, and the likelihood decides.

The log-likelihood with the step held at other values falls off with curvature 1/SE^2; that needs no
information matrix and no delta method.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.reference.comparison import Comparison, Verdict, largest_difference
from benchmarks.reference.item_values import named_values
from benchmarks.reference.runs import Run
from psychometrics import Calibration, ResponseMatrix, calibrate

TOLERANCE = 0.01
MOVE = 0.2  # of a standard error: far enough for digits, near enough for a parabola
QUANTITY = "SE, IRT form"
Rows = Sequence[tuple[str, Mapping[str, float | None]]]  # items and their standard errors


@dataclass(frozen=True)
class _Pair:
    item: str
    name: str
    ours: float
    theirs: float

    @property
    def deviation(self) -> float:
        return abs(self.ours - self.theirs) / self.theirs


def judged_step_errors(
    comparisons: Sequence[Comparison],
    rows: Rows,
    run: Run,
    responses: ResponseMatrix,
    calibration: Calibration,
) -> Iterator[Comparison]:
    """Where first steps alone differ, the profile likelihood of the worst says who is right."""
    for found in comparisons:
        if found.quantity == QUANTITY and found.verdict is Verdict.FAILS:
            yield _judged(found, rows, run, responses, calibration)
        else:
            yield found


def _judged(
    found: Comparison,
    rows: Rows,
    run: Run,
    responses: ResponseMatrix,
    calibration: Calibration,
) -> Comparison:
    pairs = list(_pairs(rows, calibration))
    worst = max(pairs, key=lambda pair: pair.deviation)
    others = [pair for pair in pairs if pair.name != "b1"]
    rest = largest_difference(
        [pair.ours for pair in others], [pair.theirs for pair in others], "relative"
    )
    if worst.name != "b1" or rest is None or rest > TOLERANCE:
        return found
    profile = profile_error(run, responses, calibration, worst.item, worst.name, worst.ours)
    if abs(profile / worst.ours - 1.0) > TOLERANCE:
        return found
    evidence = (
        f"first steps only (all others agree to {rest:.1g}): SE({worst.name}[{worst.item}]) is "
        f"{worst.ours:.4f} here, {worst.theirs:.4f} there and {profile:.4f} by the curvature of the "
        "profile likelihood"
    )
    return replace(found, verdict=Verdict.FAULT, note=evidence)


def _pairs(rows: Rows, calibration: Calibration) -> Iterator[_Pair]:
    for item, errors in rows:
        mine = named_values(calibration, calibration.item(item))
        for name, theirs in errors.items():
            ours = mine[name][1] if name in mine else None
            if ours is not None and theirs is not None:
                yield _Pair(item, name, ours, theirs)


def profile_error(
    run: Run,
    responses: ResponseMatrix,
    calibration: Calibration,
    item: str,
    name: str,
    se: float,
) -> float:
    """Standard error of a parameter from the log-likelihood with it held at two other values."""
    at = dict(zip(("b1", "b2", "b3"), calibration.item(item).difficulties, strict=False))[name]
    lost = 0.0
    for value in (at - MOVE * se, at + MOVE * se):
        held = calibrate(
            responses,
            run.model,
            quadrature=run.quadrature,
            priors=run.priors,
            constraints=(f"{name}[{item}]={value!r}",),
            standard_errors=False,
            tolerance=1e-8,
        )
        lost += calibration.log_likelihood - held.log_likelihood
    return float(MOVE * se / lost**0.5)
