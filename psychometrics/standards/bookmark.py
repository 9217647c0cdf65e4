r"""Bookmark standard setting: judges mark a page of a booklet ordered by difficulty.

Every score point *k* of an item stands where a candidate reaches it with the response probability RP,

.. math:: P(X \ge k \mid \theta_{ik}) = \mathrm{RP},

which for an item of two categories without guessing is :math:`b + \ln(\mathrm{RP}/(1-\mathrm{RP}))/a`. The
choice of RP moves every cut: .67, 2/3 and .62 are three different standards, so it is always stated.
Mitzel, Lewis, Patz & Green (2001), in Cizek (ed.), *Setting Performance Standards*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError, ModelError
from psychometrics.information import category_probabilities
from psychometrics.results import Calibration, ItemEstimate
from psychometrics.standards.cut_scores import JudgedCut, judged_cut

Items = Calibration | Sequence[ItemEstimate]
Guessing = Literal["included", "removed"]
CutRule = Literal["before", "marked", "between"]
WIDEST = 40.0
HALVINGS = 70


@dataclass(frozen=True)
class BookletPage:
    """One score point of one item, on its page."""

    page: int
    item: str
    category: int
    location: float


@dataclass(frozen=True)
class OrderedBooklet:
    """Score points in order of difficulty at one response probability."""

    response_probability: float
    guessing: str
    pages: tuple[BookletPage, ...]


@dataclass(frozen=True)
class Bookmark:
    """The cuts of one round, on the ability scale at a stated response probability."""

    response_probability: float
    rule: str
    cuts: tuple[JudgedCut, ...]


def response_locations(
    item: ItemEstimate, response_probability: float, *, guessing: Guessing = "included"
) -> tuple[float, ...]:
    """Abilities at which each score point above the lowest is reached with the probability asked for.

    Parameters
    ----------
    item : ItemEstimate
        Of any model.
    response_probability : float
        Between 0 and 1, such as 0.67 or 2/3.
    guessing : {"included", "removed"}
        Whether the probability of a 3PL item counts as it is, or only what lies above the lower
        asymptote, (P - c) / (1 - c).

    Returns
    -------
    tuple of float
        In logits, one for each category above the lowest; they rise.

    Raises
    ------
    ModelError
        A probability outside 0 to 1, or at or below what guessing gives; an item of negative
        discrimination.
    """
    target = _target(item, response_probability, guessing)
    k = np.arange(1, item.n_categories, dtype=np.intp)
    low, high = np.full(len(k), -WIDEST), np.full(len(k), WIDEST)
    _check_rising(item)
    if (_at_least(item, high, k) < target).any():
        raise ModelError(
            "location_not_found",
            f"Item {item.item!r} does not reach the probability {target:.4g} at high ability; "
            "leave it out of the booklet.",
            item=item.item,
        )
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        is_below = _at_least(item, middle, k) < target
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return tuple(((low + high) / 2.0).tolist())


def _check_rising(item: ItemEstimate) -> None:
    on_grid = category_probabilities(item, np.linspace(-8.0, 8.0, 81))
    at_least = on_grid[:, ::-1].cumsum(axis=1)[:, ::-1]
    if (np.diff(at_least, axis=0) < -1e-12).any():
        raise ModelError(
            "location_not_found",
            f"A score point of item {item.item!r} becomes rarer with ability; leave the item out of "
            "the booklet.",
            item=item.item,
        )


def _at_least(item: ItemEstimate, theta: FloatArray, k: IntArray) -> FloatArray:
    """Probability of category k[j] or higher at theta[j]."""
    at_least = category_probabilities(item, theta)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.asarray(at_least[np.arange(len(k)), k])


def _target(item: ItemEstimate, response_probability: float, guessing: str) -> float:
    if not 0.0 < response_probability < 1.0:
        raise ModelError(
            "bad_response_probability",
            f"The response probability must lie between 0 and 1, not {response_probability:g}.",
            response_probability=response_probability,
        )
    if guessing not in get_args(Guessing):
        raise ModelError("unknown_guessing", f"Guessing is included or removed, not {guessing!r}.")
    c = item.c or 0.0
    target = c + (1.0 - c) * response_probability if guessing == "removed" else response_probability
    if target <= c:
        raise ModelError(
            "probability_below_guessing",
            f"Item {item.item!r} is answered with probability {c:.3g} by guessing alone; the "
            f"response probability {response_probability:g} is reached at no ability.",
            item=item.item,
            c=c,
        )
    return target


def ordered_booklet(
    items: Items, response_probability: float, *, guessing: Guessing = "included"
) -> OrderedBooklet:
    """Put every score point of every item on its page, easiest first.

    Raises
    ------
    DataError
        There are no items.
    ModelError
        As :func:`response_locations`.
    """
    estimates = items.items if isinstance(items, Calibration) else tuple(items)
    if not estimates:
        raise DataError("empty_form", "The booklet has no items.")
    points = [
        (location, item.item, item.first_category + k)
        for item in estimates
        for k, location in enumerate(
            response_locations(item, response_probability, guessing=guessing), start=1
        )
    ]
    ordered = sorted(points)
    pages = tuple(
        BookletPage(page, item, category, location)
        for page, (location, item, category) in enumerate(ordered, start=1)
    )
    return OrderedBooklet(response_probability, guessing, pages)


def bookmark(
    booklet: OrderedBooklet,
    placements: ArrayLike,
    *,
    rule: CutRule = "before",
    take_median: bool = True,
    tables: Sequence[str] | None = None,
) -> Bookmark:
    """Cut scores from where the judges put their bookmarks.

    Parameters
    ----------
    booklet : OrderedBooklet
    placements : (n_judges, n_cuts)
        Page on which each judge's bookmark lies: the first one a borderline candidate would not
        master with the booklet's response probability. One more than the last page means all are
        mastered.
    rule : {"before", "marked", "between"}
        Whether a cut is the location of the page before the bookmark, of the marked page, or half-way
        between. The first page has none before it, and beyond the last there is none marked; there
        the page at hand counts.
    take_median : bool
        Whether the panel's cut is the judges' median (usual for bookmarks) or their mean.
    tables : (n_judges,) labels, optional
        Judges who discussed together.

    Returns
    -------
    Bookmark
        Cuts on the ability scale.

    Raises
    ------
    DataError
        A placement is not a page, or a judge's bookmarks do not rise from cut to cut.
    ModelError
        Unknown rule.
    """
    if rule not in get_args(CutRule):
        raise ModelError(
            "unknown_rule",
            f"There is no bookmark rule {rule!r}; choose before, marked or between.",
            rule=rule,
        )
    marks = _checked_placements(booklet, placements)
    locations = np.array([page.location for page in booklet.pages])
    before = locations[np.maximum(marks - 2, 0)]
    marked = locations[np.minimum(marks - 1, len(locations) - 1)]
    by_judge = {"before": before, "marked": marked, "between": (before + marked) / 2.0}[rule]
    cuts = tuple(judged_cut(each, take_median=take_median, tables=tables) for each in by_judge.T)
    return Bookmark(booklet.response_probability, rule, cuts)


def _checked_placements(booklet: OrderedBooklet, placements: ArrayLike) -> IntArray:
    values = np.asarray(placements, dtype=np.float64)
    if values.ndim == 1:
        values = values[:, None]
    last = len(booklet.pages) + 1
    wrong = ~((values >= 1) & (values <= last) & (values == np.rint(values)))
    if wrong.any():
        judge, cut = (int(index) for index in np.argwhere(wrong)[0])
        raise DataError(
            "impossible_page",
            f"Judge {judge + 1}, cut {cut + 1}: {values[judge, cut]:g} is not a page from 1 to "
            f"{last}; correct it.",
            judge=judge + 1,
            cut=cut + 1,
            last=last,
        )
    falling = (np.diff(values, axis=1) < 0).any(axis=1)
    if falling.any():
        judge = int(np.argmax(falling)) + 1
        raise DataError(
            "bookmarks_fall",
            f"Judge {judge}: a higher level's bookmark lies before a lower one's; correct it.",
            judge=judge,
        )
    return values.astype(np.intp)
