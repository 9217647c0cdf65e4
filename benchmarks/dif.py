"""Level and power of the DIF tests over many replications, as the tables of docs/methods/dif.md.

Run it as ``python -m benchmarks.dif`` (``--replications 200`` unless given). Designs and seeds are fixed,
so the tables repeat.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics import (
    ItemEstimate,
    Quadrature,
    ResponseMatrix,
    item_estimate,
    simulate_responses,
)
from psychometrics.dif import (
    DifItem,
    DifReport,
    Purification,
    dif_report,
    likelihood_ratio_dif,
    wald_dif,
)

N_ITEMS = 20
N_MOVED = 2
LEVEL = 0.05
ANCHORS = tuple(
    f"I{k}" for k in range(5)
)  # the first items; the last ones have DIF where there is any

IRT_TESTS = (
    ("LR", likelihood_ratio_dif, None),
    ("LR, anchors", likelihood_ratio_dif, ANCHORS),
    ("Wald-1 (anchors)", wald_dif, ANCHORS),
    ("Wald-2", wald_dif, None),
)


@dataclass(frozen=True)
class Design:
    """Two groups of persons and one test.

    Attributes
    ----------
    model : str
        ``1pl``, ``2pl`` or ``gpcm`` (four categories), for responses and for the IRT tests.
    impact : float
        Mean ability of the focal group; that of the reference group is 0.
    shift : float
        By how much the last items are harder for the focal group, in logits.
    """

    name: str
    model: str
    n_reference: int = 1000
    n_focal: int = 1000
    impact: float = 0.0
    shift: float = 0.0


LEVEL_DESIGNS = (
    Design("Rasch", "1pl"),
    Design("Rasch, impact -0.5", "1pl", impact=-0.5),
    Design("Rasch, impact -0.5, 500 / 200", "1pl", 500, 200, impact=-0.5),
    Design("2PL", "2pl"),
    Design("2PL, impact -0.5", "2pl", impact=-0.5),
    Design("2PL, impact -0.5, 500 / 200", "2pl", 500, 200, impact=-0.5),
    Design("GPCM, four categories", "gpcm"),
    Design("GPCM, impact -0.5", "gpcm", impact=-0.5),
)
POWER_DESIGNS = (
    Design("2PL, two items harder by 0.3", "2pl", impact=-0.5, shift=0.3),
    Design("2PL, two items harder by 0.5", "2pl", impact=-0.5, shift=0.5),
    Design("2PL, two items harder by 0.5, 500 / 200", "2pl", 500, 200, impact=-0.5, shift=0.5),
    Design("GPCM, two items harder by 0.3", "gpcm", impact=-0.5, shift=0.3),
)


def true_items(design: Design) -> list[ItemEstimate]:
    """Items of the reference group; the same in every replication."""
    rng = np.random.default_rng(2024)
    items = []
    for k in range(N_ITEMS):
        slope = 1.0 if design.model == "1pl" else float(rng.uniform(0.7, 1.7))
        location = float(rng.uniform(-1.5, 1.5))
        steps = [location - 0.7, location, location + 0.7] if design.model == "gpcm" else [location]
        name = "gpcm" if design.model == "gpcm" else "2pl"
        items.append(item_estimate(f"I{k}", name, [slope, *steps]))
    return items


def drawn(design: Design, seed: int) -> ResponseMatrix:
    """Responses of one replication."""
    rng = np.random.default_rng([seed, N_ITEMS])
    items = true_items(design)
    reference = simulate_responses(items, rng.normal(0.0, 1.0, design.n_reference), rng)
    focal = simulate_responses(
        _moved(items, design.shift), rng.normal(design.impact, 1.0, design.n_focal), rng
    )
    return ResponseMatrix.from_arrays(
        np.concatenate([reference.scores, focal.scores]),
        items=reference.items,
        groups=["0"] * design.n_reference + ["1"] * design.n_focal,
    )


def _moved(items: Sequence[ItemEstimate], shift: float) -> list[ItemEstimate]:
    return [
        item_estimate(
            i.item, i.model, [i.a, *(b + shift * (k >= N_ITEMS - N_MOVED) for b in i.difficulties)]
        )
        for k, i in enumerate(items)
    ]


def p_values(design: Design, seed: int) -> dict[str, list[float | None]]:
    """P-value of every test of every item in one replication, not adjusted."""
    responses = drawn(design, seed)
    # without DIF nothing is to be purified, and purifying would only add noise
    purification: Purification = "two_step" if design.shift else "none"
    report = dif_report(responses, purification=purification, adjustment="none")
    found = _observed(report)
    for name, method, anchors in IRT_TESTS:
        tested = method(responses, design.model, anchors=anchors, quadrature=Quadrature())
        found[name] = [item.any.p if item.any else None for item in tested.items]
    return found


def _observed(report: DifReport) -> dict[str, list[float | None]]:
    found: dict[str, list[float | None]] = {}
    for item in report.items:
        for name, p in _of_item(item):
            found.setdefault(name, []).append(p)
    return found


def _of_item(item: DifItem) -> Iterator[tuple[str, float | None]]:
    if item.mantel_haenszel is not None and item.mantel_haenszel.chi_square is not None:
        yield "Mantel-Haenszel", item.p
        yield "the same, not corrected", item.mantel_haenszel.chi_square.p
    if item.polytomous is not None and item.polytomous.generalized is not None:
        yield "Mantel", item.p
        yield "generalised MH", item.polytomous.generalized.p
    if item.logistic is not None:
        yield "logistic, uniform", item.logistic.uniform.likelihood_ratio.p
        yield "logistic, non-uniform", item.logistic.nonuniform.likelihood_ratio.p
        yield "logistic, both", item.logistic.both.likelihood_ratio.p


def rates(design: Design, replications: int) -> dict[str, float]:
    """Share of tests below 0.05: of all items without DIF, or of those that have it."""
    hits: dict[str, list[bool]] = {}
    for seed in range(replications):
        for name, values in p_values(design, seed).items():
            chosen = values[-N_MOVED:] if design.shift else values
            hits.setdefault(name, []).extend(p < LEVEL for p in chosen if p is not None)
    return {name: float(np.mean(own)) for name, own in hits.items()}


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """Tests as rows, designs as columns, per cent."""
    tests = list(dict.fromkeys(name for own in found.values() for name in own))
    head = ["test", *found]
    rows = [head, ["---"] * len(head)]
    for name in tests:
        cells = [f"{100 * own[name]:.1f}" if name in own else "" for own in found.values()]
        rows.append([name, *cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    wanted = parser.parse_args(arguments)
    for designs in (LEVEL_DESIGNS, POWER_DESIGNS):
        found = {design.name: rates(design, wanted.replications) for design in designs}
        sys.stdout.write(table(found) + "\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
