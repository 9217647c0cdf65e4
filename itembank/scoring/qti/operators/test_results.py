"""Expressions over a whole test: which items, how many, how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..errors import test_level_only, unknown_variable
from ..evaluation import Evaluation, ItemResult, Operator
from ..tree import Node
from ..values import (
    Container,
    Single,
    Value,
    as_number,
    atoms_of,
    base_type,
    integer,
    is_null,
    number,
    real,
)


def chosen(run: Evaluation, node: Node) -> list[ItemResult]:
    """Items of the named section and categories (QTI 2.2 itemSubset)."""
    if run.test is None:
        raise test_level_only(node.name)
    return [item for item in run.test.items() if item.is_selected and _is_wanted(item, node)]


def _is_wanted(item: ItemResult, node: Node) -> bool:
    section = node.get("sectionIdentifier")
    include, exclude = (set(node.get(n).split()) for n in ("includeCategory", "excludeCategory"))
    mine = set(item.categories)
    in_section = not section or section in item.sections
    return in_section and (not include or bool(include & mine)) and not exclude & mine


def weighted(run: Evaluation, name: str, weight: str) -> Value:
    """`Q01.SCORE`: an outcome or response of one item, times its weight where one is named."""
    reference, _, identifier = name.partition(".")
    items = run.test.items() if run.test is not None else ()
    item = next((item for item in items if item.reference == reference), None)
    if item is None:
        raise unknown_variable(name)
    value = item.outcomes.get(identifier, item.responses.get(identifier))
    return _times(value, weight_of(item, weight))


def weight_of(item: ItemResult, identifier: str) -> float:
    """1 where the item has no weight of this name (QTI 2.2 weight)."""
    return (item.weights or {}).get(identifier, 1.0) if identifier else 1.0


def _times(value: Value, weight: float) -> Value:
    found = as_number(value.atom) if isinstance(value, Single) else None
    return value if found is None or weight == 1.0 else real(found * weight)


def test_variables(run: Evaluation, node: Node) -> Value:
    """The values of one variable over the chosen items, weighted, as a bag."""
    name, weight = node.get("variableIdentifier"), node.get("weightIdentifier")
    wanted = base_type(node.get("baseType"))
    values = [v for i in chosen(run, node) for v in _values(i, name, weight)]
    kept = [v for v in values if wanted is None or _type_fits(v, wanted)]
    atoms = tuple(value.atom for value in kept)
    return Container(kept[0].type, atoms) if atoms else None


def _values(item: ItemResult, name: str, weight: str) -> Iterator[Single]:
    value = item.outcomes.get(name, item.responses.get(name))
    value = _times(value, weight_of(item, weight)) if weight else value
    if isinstance(value, Single) and not is_null(value):
        yield value


def _type_fits(value: Single, wanted: str) -> bool:
    return value.type == wanted or {value.type, wanted} == {"integer", "float"}


def _declared_total(limit: Callable[[ItemResult, str], float | None]) -> Operator:
    def operation(run: Evaluation, node: Node) -> Value:
        name, weight = node.get("outcomeIdentifier"), node.get("weightIdentifier")
        totals = []
        for item in chosen(run, node):
            found = limit(item, name)
            if found is None:
                return None
            totals.append(found * weight_of(item, weight))
        return real(float(sum(totals)))

    return operation


def _maximum(item: ItemResult, name: str) -> float | None:
    """NULL without `normalMaximum`: the highest score of the item is not known."""
    declared = item.declared.get(name)
    return None if declared is None else declared.normal_maximum


def _minimum(item: ItemResult, name: str) -> float | None:
    declared = item.declared.get(name)
    return 0.0 if declared is None else declared.normal_minimum or 0.0


def _counted(counts: Callable[[ItemResult], bool]) -> Operator:
    return lambda run, node: integer(sum(counts(item) for item in chosen(run, node)))


def sum_of(value: Value) -> Value:
    return number(sum(n for atom in atoms_of(value) if (n := as_number(atom)) is not None))


OPERATORS: dict[str, Operator] = {
    "testVariables": test_variables,
    "outcomeMaximum": _declared_total(_maximum),
    "outcomeMinimum": _declared_total(_minimum),
    "numberCorrect": _counted(lambda item: item.is_correct),
    "numberIncorrect": _counted(lambda item: item.is_incorrect),
    "numberPresented": _counted(lambda item: item.is_presented),
    "numberResponded": _counted(lambda item: item.is_responded),
    "numberSelected": _counted(lambda item: True),
}
