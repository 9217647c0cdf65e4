"""The observed-score methods on a response matrix: groups chosen, missing responses said, matching purified."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from psychometrics.dif.classes import LEVEL
from psychometrics.dif.common_odds import MantelHaenszel, mantel_haenszel_of_table
from psychometrics.dif.logistic import LogisticDif, logistic_of_table
from psychometrics.dif.polytomous import PolytomousDif, polytomous_of_table
from psychometrics.dif.standardized import Standardization, Weights, standardization_of_table
from psychometrics.dif.tables import ItemTable, Matching, item_tables
from psychometrics.errors import ModelError
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import FOR_CALIBRATION, MissingTreatment

Purification = Literal["none", "two_step", "iterative"]
Dropped = Literal["class_c", "significant"]

FEWEST_MATCHING_ITEMS = 2


@dataclass(frozen=True)
class PurifiedMatching:
    """What persons were matched on in the end, and how that was found.

    Attributes
    ----------
    matching : Matching
        With the items that were kept.
    removed : tuple of str
        Items that no longer count in the matching score (but in their own).
    rounds : tuple of tuple of str
        Items that showed DIF in each round, the first with all matching items.
    settled : bool
        Whether the last round found what was already removed; False as well where too few items
        would have been left. Two steps settle by definition.
    """

    matching: Matching
    removed: tuple[str, ...]
    rounds: tuple[tuple[str, ...], ...]
    settled: bool


@dataclass(frozen=True)
class MantelHaenszelDif:
    """Mantel–Haenszel statistics of all items: dichotomous ones, and those with ordered categories.

    Attributes
    ----------
    items : tuple of MantelHaenszel or PolytomousDif
        In the order of the columns.
    purified : PurifiedMatching
    """

    reference: str
    focal: str
    items: tuple[MantelHaenszel | PolytomousDif, ...]
    purified: PurifiedMatching


def mantel_haenszel(
    responses: ResponseMatrix,
    *,
    focal: str | None = None,
    matching: Matching | None = None,
    purification: Purification = "none",
    drop: Dropped = "class_c",
    level: float = LEVEL,
    max_rounds: int = 10,
    missing: MissingTreatment = FOR_CALIBRATION,
) -> MantelHaenszelDif:
    """Mantel–Haenszel DIF of every item.

    Parameters
    ----------
    responses : ResponseMatrix
        With groups, the first of which is the reference group. Person weights count as frequencies.
    focal : str, optional
        The group compared with it; needed where there are more than two.
    matching : Matching, optional
        The total score unless given.
    purification : {"none", "two_step", "iterative"}
        Whether items that show DIF are taken out of the matching score and all statistics computed
        again, once or until the same items show DIF (at most ``max_rounds`` times). The studied item
        always stays in its own matching score.
    drop : {"class_c", "significant"}
        Which items are taken out: those of class C or CC, or those with a significant test.
    level : float
        Of all tests.
    missing : MissingTreatment
        What omitted, not reached and invalid responses count as.

    Returns
    -------
    MantelHaenszelDif

    Raises
    ------
    DataError, ModelError
        No or unknown groups, unknown options or matching items.

    See Also
    --------
    mantel_haenszel_of_table, polytomous_of_table : formulas and sources.
    """
    treated = responses.treat(missing)
    pair = compared_pair(treated, focal)
    rule = PurificationRule(purification, drop, level, max_rounds)
    tables, purified = purified_tables(treated, pair, matching or Matching(), rule)
    levels = purified.matching.levels
    return MantelHaenszelDif(
        pair[0], pair[1], tuple(score_dif(t.merged(levels), level) for t in tables), purified
    )


def standardization(
    responses: ResponseMatrix,
    *,
    focal: str | None = None,
    matching: Matching | None = None,
    weights: Weights = "focal",
    missing: MissingTreatment = FOR_CALIBRATION,
) -> tuple[Standardization, ...]:
    """Standardised p-difference of every item; see :func:`standardization_of_table`.

    Parameters
    ----------
    responses, focal, matching, missing
        As for :func:`mantel_haenszel`.
    weights : {"focal", "reference", "total"}
    """
    treated, used = responses.treat(missing), matching or Matching()
    pair = compared_pair(treated, focal)
    return tuple(
        standardization_of_table(table.of_groups(pair).merged(used.levels), weights=weights)
        for table in item_tables(treated, used)
    )


def logistic_dif(
    responses: ResponseMatrix,
    *,
    focal: str | Sequence[str] | None = None,
    matching: Matching | None = None,
    level: float = LEVEL,
    missing: MissingTreatment = FOR_CALIBRATION,
) -> tuple[LogisticDif | None, ...]:
    """Logistic-regression DIF of every item; see :func:`logistic_of_table`.

    Parameters
    ----------
    responses, matching, missing
        As for :func:`mantel_haenszel`.
    focal : str or sequence of str, optional
        One or several groups compared with the reference group at once; all others unless given.
    level : float

    Returns
    -------
    tuple of (LogisticDif or None)
        None where fewer than two categories or groups were observed.
    """
    treated = responses.treat(missing)
    groups = compared_groups(treated, focal)
    return tuple(
        logistic_of_table(table.of_groups(groups), level=level)
        for table in item_tables(treated, matching)
    )


def compared_groups(
    responses: ResponseMatrix, focal: str | Sequence[str] | None
) -> tuple[str, ...]:
    """The reference group and the groups compared with it.

    Raises
    ------
    ModelError
        There is one group only, or a focal group that is unknown or the reference group.
    """
    if len(responses.groups) < 2:
        raise ModelError(
            "no_groups",
            "There is one group of persons only; DIF compares two: read the responses with a column "
            "of groups.",
        )
    others = responses.groups[1:]
    chosen = (focal,) if isinstance(focal, str) else tuple(others if focal is None else focal)
    unknown = [group for group in chosen if group not in others]
    if unknown or not chosen:
        raise ModelError(
            "unknown_focal_group",
            f"Group {unknown[0] if unknown else ''!r} cannot be the focal group; choose one of "
            f"{', '.join(others)} (the reference group is {responses.groups[0]}).",
            group=unknown[0] if unknown else "",
            groups=", ".join(others),
            reference=responses.groups[0],
        )
    return (responses.groups[0], *chosen)


def compared_pair(responses: ResponseMatrix, focal: str | None) -> tuple[str, str]:
    """The reference group and one focal group.

    Raises
    ------
    ModelError
        As :func:`compared_groups`; also no focal group named among several.
    """
    groups = compared_groups(responses, focal)
    if len(groups) > 2:
        raise ModelError(
            "several_focal_groups",
            f"There are {len(groups) - 1} groups beside {groups[0]}; name the focal group: "
            f"{', '.join(groups[1:])}.",
            groups=", ".join(groups[1:]),
            reference=groups[0],
        )
    return groups[0], groups[1]


@dataclass(frozen=True)
class PurificationRule:
    """How the matching score is purified."""

    purification: Purification
    drop: Dropped
    level: float
    max_rounds: int

    def __post_init__(self) -> None:
        for name, value, known in (
            ("purification", self.purification, ("none", "two_step", "iterative")),
            ("drop", self.drop, ("class_c", "significant")),
        ):
            if value not in known:
                raise ModelError(
                    "unknown_dif_option",
                    f"There is no {name} {value!r}; choose {', '.join(known)}.",
                    option=name,
                    value=str(value),
                    known=", ".join(known),
                )
        if not 0.0 < self.level < 1.0:
            raise ModelError(
                "level_out_of_range",
                f"A test cannot have level {self.level:g}; give one between 0 and 1, such as 0.05.",
                level=self.level,
            )

    def shows_dif(self, found: MantelHaenszel | PolytomousDif) -> bool:
        """Whether an item is to be taken out."""
        if self.drop == "significant":
            return found.p is not None and found.p < self.level
        if isinstance(found, MantelHaenszel):
            return found.ets_class == "C"
        return found.smd_class == "CC"


def purified_tables(
    responses: ResponseMatrix, pair: tuple[str, str], matching: Matching, rule: PurificationRule
) -> tuple[tuple[ItemTable, ...], PurifiedMatching]:
    """Tables of the two groups under the purified matching score."""
    everything = responses.items if matching.items is None else matching.items
    used, removed = matching, frozenset[str]()
    rounds: list[tuple[str, ...]] = []
    n_rounds = {"none": 0, "two_step": 1, "iterative": rule.max_rounds}[rule.purification]
    while True:
        tables = tuple(t.of_groups(pair) for t in item_tables(responses, used))
        if len(rounds) == n_rounds:
            settled = rule.purification != "iterative"
            break
        rounds.append(_with_dif(tables, matching.levels, rule))
        wanted = frozenset(rounds[-1]) & frozenset(everything)
        settled = wanted == removed
        if settled or len(everything) - len(wanted) < FEWEST_MATCHING_ITEMS:
            break
        removed = wanted
        used = replace(matching, items=tuple(i for i in everything if i not in removed))
    kept = PurifiedMatching(
        used, tuple(i for i in everything if i in removed), tuple(rounds), settled
    )
    return tables, kept


def _with_dif(
    tables: Sequence[ItemTable], levels: int | None, rule: PurificationRule
) -> tuple[str, ...]:
    found = [score_dif(table.merged(levels), rule.level) for table in tables]
    return tuple(own.item for own in found if rule.shows_dif(own))


def score_dif(table: ItemTable, level: float) -> MantelHaenszel | PolytomousDif:
    """Mantel–Haenszel statistics for the number of categories the item has."""
    if table.n_categories == 2:
        return mantel_haenszel_of_table(table, level=level)
    return polytomous_of_table(table, level=level)
