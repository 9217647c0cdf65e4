"""What a calibration says about itself: non-convergence, boundaries, implausible parameters."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import ASYMPTOTE_AT_BOUNDARY
from psychometrics.priors import Prior
from psychometrics.responses.summary import ResponseSummary
from psychometrics.results import Caution, Group, ItemEstimate

EXTREME_DIFFICULTY = 5.0
LOW_SLOPE = 0.2
DIVERGING_SLOPE = 10.0
COINCIDING = 2e-3
FEWEST_IN_CATEGORY = 5
# Rules of thumb: Linacre (1994) for Rasch models, Hulin, Lissak & Drasgow (1982) for 3PL, Reise & Yu
# (1990) for GRM, DeMars (2003) for nominal, Waller & Feuerstahler (2017) for 4PL.
ENOUGH = {"1pl": 100, "pcm": 100, "rsm": 100, "2pl": 200, "gpcm": 250, "grm": 250, "nominal": 600}
ENOUGH_FOR_ASYMPTOTES = {"3pl": 1000, "4pl": 2000}
TAILS = 4.0  # standard deviations a grid should cover


def item_cautions(
    items: Sequence[ItemEstimate], priors: Sequence[Prior], anchored: Collection[str] = ()
) -> list[Caution]:
    """Everything remarkable about single items; what is anchored was judged before."""
    found: list[Caution] = []
    for item in items:
        if item.item not in anchored:
            found.extend(_slope(item))
            found.extend(_difficulty(item))
            found.extend(_order(item))
            found.extend(_asymptotes(item))
            found.extend(_few_responses(item, priors))
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
    if item.slopes is not None:  # the sign and size of one slope say nothing about the others
        steepest = round(float(item.slopes[int(np.argmax(np.abs(item.slopes)))]), 4)
        if abs(steepest) > DIVERGING_SLOPE:
            text = f"a category's slope, {steepest}, has no finite maximum"
            yield _caution("slope_at_boundary", item, text, a=steepest)
    elif item.a < 0:
        yield _caution("negative_slope", item, f"a = {value} is negative; check the key", a=value)
    elif item.a < LOW_SLOPE:
        yield _caution("low_slope", item, f"a = {value} is below {LOW_SLOPE}", a=value)
    elif item.a > DIVERGING_SLOPE:
        yield _caution("slope_at_boundary", item, f"a = {value} has no finite maximum", a=value)


def _difficulty(item: ItemEstimate) -> Iterator[Caution]:
    worst = max(item.difficulties, key=abs, default=0.0)
    if abs(worst) > EXTREME_DIFFICULTY:
        value = round(worst, 4)
        yield _caution(
            "extreme_difficulty",
            item,
            f"difficulty {value} is beyond ±{EXTREME_DIFFICULTY}",
            b=value,
        )


def _order(item: ItemEstimate) -> Iterator[Caution]:
    gaps = np.diff(item.difficulties)
    if not gaps.size:
        return
    k = int(np.argmin(gaps)) + 1
    if item.model == "grm" and gaps[k - 1] < COINCIDING:
        yield _caution(
            "thresholds_coincide",
            item,
            f"thresholds {k} and {k + 1} coincide; category {k} could be joined with its neighbour",
            category=k,
            next=k + 1,
        )
    elif item.model != "grm" and gaps[k - 1] < 0:
        yield _caution(
            "unordered_steps",
            item,
            f"step {k + 1} lies below step {k}; category {k} is nowhere the most likely",
            category=k,
            next=k + 1,
        )


def _asymptotes(item: ItemEstimate) -> Iterator[Caution]:
    if item.c is not None and item.c < ASYMPTOTE_AT_BOUNDARY:
        yield _caution("asymptote_at_boundary", item, "c is estimated at its boundary, 0")
    if item.d is not None and item.d > 1.0 - ASYMPTOTE_AT_BOUNDARY:
        yield _caution("upper_asymptote_at_boundary", item, "d is estimated at its boundary, 1")
    if item.c is not None and item.d is not None and item.d < item.c:
        yield _caution("asymptotes_exchanged", item, "d is below c; the curve falls with ability")


def _few_responses(item: ItemEstimate, priors: Sequence[Prior]) -> Iterator[Caution]:
    if item.model in ENOUGH_FOR_ASYMPTOTES:
        enough = ENOUGH_FOR_ASYMPTOTES[item.model]
        helped = {prior.kind for prior in priors if prior.applies_to(item.item)}
        if item.n_responses < enough and "c" not in helped:
            yield _caution(
                "few_responses_for_3pl" if item.model == "3pl" else "few_responses_for_4pl",
                item,
                f"{item.n_responses} responses are too few for {item.model.upper()} without a prior "
                "on g",
                n_responses=item.n_responses,
                enough=enough,
            )
    elif item.n_responses < ENOUGH.get(item.model, 0):
        yield _caution(
            "few_responses",
            item,
            f"{item.n_responses} responses are few for {item.model}",
            n_responses=item.n_responses,
            model=item.model,
            enough=ENOUGH[item.model],
        )


def data_cautions(summary: ResponseSummary) -> list[Caution]:
    """Persons with nothing observed, and categories that hardly anybody is in."""
    found: list[Caution] = []
    if summary.n_empty:
        n = summary.n_empty
        text = f"{n} persons have no response; they do not affect the estimates."
        found.append(Caution("persons_without_responses", text, None, {"n": n}))
    for label, counts in zip(summary.items, summary.category_counts, strict=True):
        categories = np.flatnonzero(counts)
        numbers = counts[categories]
        rarest = int(np.argmin(numbers)) if len(categories) > 2 else 0
        if len(categories) > 2 and numbers[rarest] < FEWEST_IN_CATEGORY:
            category, number = int(categories[rarest]), int(numbers[rarest])
            text = f"Item {label!r}: only {number} persons are in category {category}."
            params = {"category": category, "n": number}
            found.append(Caution("sparse_category", text, label, params))
    return found


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
