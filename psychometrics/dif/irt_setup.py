"""What the IRT methods share: the groups compared, the baseline, and which items can be tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.calibrate import calibrate
from psychometrics.dif.effect_sizes import CurveDifference, curve_difference
from psychometrics.dif.group_items import Fit, GroupItems
from psychometrics.dif.irt_results import IrtItem
from psychometrics.dif.observed_score import compared_groups
from psychometrics.errors import ModelError
from psychometrics.estimation.specification import ModelChoice
from psychometrics.priors import Prior, parse_prior
from psychometrics.quadrature import Quadrature
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import MissingTreatment
from psychometrics.results import Calibration, Caution


@dataclass(frozen=True, eq=False)
class Setup:
    """Responses of the compared groups, calibrated with all items equal."""

    responses: ResponseMatrix
    baseline: Calibration
    items: GroupItems
    testable: tuple[str, ...]
    cautions: tuple[Caution, ...]

    @property
    def sizes(self) -> IntArray:
        """Persons of each group."""
        n_groups = len(self.responses.groups)
        return np.bincount(self.responses.group_codes, minlength=n_groups)


def set_up(
    responses: ResponseMatrix,
    model: ModelChoice,
    *,
    focal: str | Sequence[str] | None,
    priors: Sequence[Prior | str],
    quadrature: Quadrature | None,
    missing: MissingTreatment,
) -> Setup:
    """Calibrate the compared groups with all items equal and lay the items out by group."""
    treated = responses.treat(missing)
    chosen = _of_groups(treated, compared_groups(treated, focal))
    parsed = [parse_prior(p) if isinstance(p, str) else p for p in priors]
    baseline = calibrate(chosen, model, priors=parsed, quadrature=quadrature, standard_errors=False)
    testable, cautions = _testable(chosen)
    items = GroupItems(chosen, baseline, parsed)
    return Setup(chosen, baseline, items, testable, (*baseline.cautions, *cautions))


def _of_groups(responses: ResponseMatrix, groups: tuple[str, ...]) -> ResponseMatrix:
    """The persons of these groups, the reference group first."""
    if groups == responses.groups:
        return responses
    code = np.full(len(responses.groups), -1, dtype=np.intp)
    code[[responses.groups.index(group) for group in groups]] = np.arange(len(groups))
    own = code[responses.group_codes]
    part = responses.select(np.flatnonzero(own >= 0))
    return replace(part, groups=groups, group_codes=own[own >= 0])


def _testable(responses: ResponseMatrix) -> tuple[tuple[str, ...], tuple[Caution, ...]]:
    """Items whose every category was observed in every group that saw them, and the others said."""
    testable, cautions = [], []
    for i, label in enumerate(responses.items):
        caution = _obstacle(responses, i)
        if caution is None:
            testable.append(label)
        else:
            cautions.append(caution)
    return tuple(testable), tuple(cautions)


def _obstacle(responses: ResponseMatrix, i: int) -> Caution | None:
    label = responses.items[i]
    used = responses.observed[:, i] & (responses.weights > 0)
    category = responses.scores[used, i].astype(np.intp) - responses.first_category[i]
    shape = (len(responses.groups), int(responses.n_categories[i]))
    cell = responses.group_codes[used] * shape[1] + category
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    seen = np.flatnonzero(counts.sum(axis=1))
    if len(seen) < 2:
        text = f"Item {label!r} was not answered in two groups; it cannot be tested."
        return Caution("seen_by_one_group", text, label)
    empty = [(g, k) for g in seen.tolist() for k in range(shape[1]) if not counts[g, k]]
    if not empty:
        return None
    group = responses.groups[empty[0][0]]
    number = int(empty[0][1] + responses.first_category[i])
    text = (
        f"Item {label!r}: nobody of group {group!r} is in category {number}, so it has no parameters "
        "of its own there and is not tested; join the category with its neighbour."
    )
    return Caution("category_unseen_in_group", text, label, {"group": group, "category": number})


def check_anchors(items: Sequence[str], anchors: Sequence[str]) -> None:
    """Refuse anchors that are unknown, or none.

    Raises
    ------
    ModelError
        Naming the anchor.
    """
    unknown = [label for label in anchors if label not in items]
    if unknown or not anchors:
        raise ModelError(
            "unknown_dif_anchor",
            f"There is no anchor item {unknown[0] if unknown else ''!r} in the data; name items that "
            "work alike in all groups.",
            item=unknown[0] if unknown else "",
        )


def untested(item: str) -> IrtItem:
    """An anchor, or an item that cannot be tested."""
    return IrtItem(item, None, None, None, None, True, (), ())


def effects_of(setup: Setup, fit: Fit, item: str) -> tuple[CurveDifference, ...]:
    """Each focal group's curve of an item against the reference group's, where that saw it."""
    estimates = setup.items.estimates(fit, item)
    groups = {group.group: group for group in setup.items.populations(fit, setup.sizes)}
    labels = [setup.items.origin[position][1] for position in setup.items.versions(item)]
    own = dict(zip(labels, estimates, strict=True))
    reference = setup.responses.groups[0]
    if reference not in own:
        return ()
    return tuple(
        curve_difference(own[reference], estimate, groups[label])
        for label, estimate in own.items()
        if label != reference
    )


def infinite_cautions(setup: Setup, fits: Mapping[str, Fit]) -> tuple[Caution, ...]:
    """Items whose parameters of their own run away in some group, by the fit that has them."""
    return tuple(
        Caution(
            "slope_runs_away",
            f"Item {item!r}: the slope runs away in a group of its own; there are too few responses for "
            "this model. Use a simpler one, or a prior on the slopes.",
            item,
        )
        for item, fit in fits.items()
        if not setup.items.is_finite(fit, item)
    )
