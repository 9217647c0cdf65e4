"""What a calibration says about itself: non-convergence, boundaries, implausible parameters."""

from collections.abc import Iterator, Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.data import ResponseMatrix
from psychometrics.priors import Prior
from psychometrics.results import Caution, Group, ItemEstimate

EXTREME_DIFFICULTY = 5.0
LOW_SLOPE = 0.2
DIVERGING_SLOPE = 10.0
ASYMPTOTE_AT_ZERO = 1e-3
ENOUGH_FOR_3PL = 1000
TAILS = 4.0  # standard deviations a grid should cover


def item_cautions(items: Sequence[ItemEstimate], priors: Sequence[Prior]) -> list[Caution]:
    """Everything remarkable about single items."""
    prior_on_c = any(prior.parameter == "c" for prior in priors)
    found: list[Caution] = []
    for item in items:
        found.extend(_slope(item))
        found.extend(_difficulty(item))
        found.extend(_asymptote(item, prior_on_c))
        if item.first_category:
            found.append(
                _caution(
                    "lowest_category_not_zero",
                    item,
                    f"the lowest category is {item.first_category}; it counts as 0",
                    category=item.first_category,
                )
            )
    return found


def _caution(code: str, item: ItemEstimate, text: str, **params: object) -> Caution:
    return Caution(code, f"Item {item.item!r}: {text}.", item.item, params)


def _slope(item: ItemEstimate) -> Iterator[Caution]:
    value = round(item.a, 4)
    if item.a < 0:
        yield _caution("negative_slope", item, f"a = {value} is negative; check the key", a=value)
    elif item.a < LOW_SLOPE:
        yield _caution("low_slope", item, f"a = {value} is below {LOW_SLOPE}", a=value)
    elif item.a > DIVERGING_SLOPE:
        yield _caution("slope_at_boundary", item, f"a = {value} has no finite maximum", a=value)


def _difficulty(item: ItemEstimate) -> Iterator[Caution]:
    worst = max(item.difficulties, key=abs)
    if abs(worst) > EXTREME_DIFFICULTY:
        value = round(worst, 4)
        yield _caution(
            "extreme_difficulty",
            item,
            f"difficulty {value} is beyond ±{EXTREME_DIFFICULTY}",
            b=value,
        )


def _asymptote(item: ItemEstimate, prior_on_c: bool) -> Iterator[Caution]:
    if item.c is None:
        return
    if item.c < ASYMPTOTE_AT_ZERO:
        yield _caution("asymptote_at_boundary", item, "c is estimated at its boundary, 0")
    if not prior_on_c and item.n_responses < ENOUGH_FOR_3PL:
        yield _caution(
            "few_responses_for_3pl",
            item,
            f"{item.n_responses} responses are too few for 3PL without a prior on g",
            n_responses=item.n_responses,
            enough=ENOUGH_FOR_3PL,
        )


def data_cautions(responses: ResponseMatrix) -> list[Caution]:
    """Persons with nothing observed."""
    n_empty = int(np.count_nonzero(~responses.answered))
    if not n_empty:
        return []
    text = f"{n_empty} persons have no response; they do not affect the estimates."
    return [Caution("persons_without_responses", text, None, {"n": n_empty})]


def run_cautions(
    converged: bool,
    gradient_norm: float,
    has_errors: bool,
    groups: Sequence[Group],
    nodes: FloatArray,
) -> list[Caution]:
    """Whether the search ended well and the grid was wide enough."""
    found: list[Caution] = []
    if not converged:
        text = f"The estimation did not converge (gradient norm per person {gradient_norm:.2e})."
        found.append(Caution("not_converged", text, None, {"gradient_norm": gradient_norm}))
    if not has_errors:
        text = "The information matrix is not positive definite: no standard errors."
        found.append(Caution("no_standard_errors", text))
    limit, spacing = float(nodes[-1]), float(nodes[1] - nodes[0])
    for group in groups:
        if group.sd < spacing:
            text = f"Group {group.group!r} has an SD below the distance of the nodes, {spacing:g}."
            params = {"group": group.group, "sd": round(group.sd, 4)}
            found.append(Caution("sd_at_boundary", text, None, params))
        if abs(group.mean) + TAILS * group.sd > limit:
            text = f"Group {group.group!r} reaches beyond ±{limit:g}; use a wider range."
            found.append(
                Caution("range_too_narrow", text, None, {"group": group.group, "range": limit})
            )
    return found
