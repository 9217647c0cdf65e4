"""What a reader of a DIF report should know before using it."""

from collections.abc import Sequence

from psychometrics.dif.logistic import LogisticDif
from psychometrics.dif.observed_score import PurifiedMatching
from psychometrics.dif.tables import ItemTable
from psychometrics.results import Caution

FEWEST_PERSONS = 200  # in the smaller group; Zwick (2012), ETS RR-12-08: 200, and 500 in all
FEWEST_TOGETHER = 500
MOST_LEFT_OUT = 0.1  # share of the persons


def report_cautions(
    tables: Sequence[ItemTable], purified: PurifiedMatching, logistic: Sequence[LogisticDif | None]
) -> tuple[Caution, ...]:
    """Too few persons, persons left out, infinite estimates, a matching score that did not settle."""
    found = [] if purified.settled else [_not_settled(purified)]
    for table, regression in zip(tables, logistic, strict=True):
        found += _of_item(table, regression)
    return tuple(found)


def _not_settled(purified: PurifiedMatching) -> Caution:
    text = (
        f"Purification did not settle in {len(purified.rounds)} rounds, or would have left too few "
        "matching items; choose the matching items yourself."
    )
    return Caution("purification_not_settled", text, None, {"rounds": len(purified.rounds)})


def _of_item(table: ItemTable, regression: LogisticDif | None) -> list[Caution]:
    sizes = table.sizes.sum(axis=0)
    if not (sizes > 0).all():
        text = (
            f"Item {table.item!r} was not answered in both groups; they cannot be compared on it."
        )
        return [Caution("seen_by_one_group", text, table.item)]
    found = []
    if sizes.min() < FEWEST_PERSONS or sizes.sum() < FEWEST_TOGETHER:
        text = (
            f"Item {table.item!r}: {sizes.min():g} persons in the smaller group, {sizes.sum():g} in all; "
            f"below {FEWEST_PERSONS} and {FEWEST_TOGETHER} only large DIF is found."
        )
        params = {"smaller": float(sizes.min()), "together": float(sizes.sum())}
        found.append(Caution("few_persons_for_dif", text, table.item, params))
    found += _left_out(table, float(sizes.sum()))
    if regression is not None and not regression.converged:
        text = (
            f"Item {table.item!r}: the answers separate in the logistic regression, its estimates are "
            "infinite; its likelihood-ratio tests are limits."
        )
        found.append(Caution("answers_separate", text, table.item))
    return found


def _left_out(table: ItemTable, compared: float) -> list[Caution]:
    unmatched = float(table.counts[~table.is_shared].sum())
    found = []
    if unmatched > MOST_LEFT_OUT * compared:
        text = (
            f"Item {table.item!r}: {unmatched:g} of {compared:g} persons have a matching score that "
            "nobody of the other group has; use fewer matching levels."
        )
        params = {"unmatched": unmatched, "compared": compared}
        found.append(Caution("unmatched_persons", text, table.item, params))
    missing, incomplete = int(table.n_missing.sum()), int(table.n_incomplete.sum())
    if missing + incomplete:
        text = (
            f"Item {table.item!r}: {missing} persons without a response to it and {incomplete} "
            "without all matching items are left out."
        )
        params = {"missing": missing, "incomplete": incomplete}
        found.append(Caution("persons_left_out", text, table.item, params))
    return found
