"""Truth and comparison. NULL is a third truth value, as in SQL."""

from __future__ import annotations

import operator
from collections.abc import Callable

from ..errors import lacks_operand
from ..evaluation import Evaluation, Operator
from ..rounding import rounded
from ..tree import Node
from ..values import (
    Atom,
    Single,
    Value,
    as_number,
    atoms_of,
    boolean,
    is_null,
    is_true,
    same_value,
    truth,
)


def is_null_(run: Evaluation, node: Node) -> Value:
    return boolean(is_null(run.operand(node)))


def not_(run: Evaluation, node: Node) -> Value:
    found = truth(run.operand(node))
    return None if found is None else boolean(not found)


def and_(run: Evaluation, node: Node) -> Value:
    """False as soon as one is false, else NULL as soon as one is NULL."""
    found = [truth(value) for value in run.operands(node)]
    if False in found:
        return boolean(False)
    return None if None in found else boolean(True)


def or_(run: Evaluation, node: Node) -> Value:
    found = [truth(value) for value in run.operands(node)]
    if True in found:
        return boolean(True)
    return None if None in found else boolean(False)


def any_n(run: Evaluation, node: Node) -> Value:
    """True when the number of true ones is within `min` and `max` whatever the NULLs would be."""
    least, most = run.number_attribute(node, "min"), run.number_attribute(node, "max")
    found = [truth(value) for value in run.operands(node)]
    low = 0 if least is None else least
    high = len(found) if most is None else most
    sure = found.count(True)
    possible = sure + found.count(None)
    if low <= sure and possible <= high:
        return boolean(True)
    return boolean(False) if sure > high or possible < low else None


def match(run: Evaluation, node: Node) -> Value:
    left, right = run.operand(node, 0), run.operand(node, 1)
    if is_null(left) or is_null(right):
        return None
    return boolean(same_value(left, right))


def equal(run: Evaluation, node: Node) -> Value:
    """Equality of numbers within a tolerance; what is not a number is compared as by `match`."""
    left, right = run.operand(node, 0), run.operand(node, 1)
    if is_null(left) or is_null(right):
        return None
    x, y = number_in(left), number_in(right)
    if x is None or y is None:
        return boolean(same_value(left, right))
    return boolean(_within(run, node, float(x), float(y)))


def _within(run: Evaluation, node: Node, x: float, y: float) -> bool:
    mode = node.get("toleranceMode", "exact")
    if mode == "exact":
        return x == y
    low, high = _tolerances(run, node)
    if mode == "relative":
        bounds = (x * (1 - low / 100), x * (1 + high / 100))
    else:
        bounds = (x - low, x + high)
    return _between(node, y, min(bounds), max(bounds))


def _tolerances(run: Evaluation, node: Node) -> tuple[float, float]:
    """One tolerance for both sides, or two: below and above."""
    written = [as_number(run.text_of(part)) for part in node.get("tolerance").split()]
    known = [float(value) for value in written if value is not None]
    if not known:
        raise lacks_operand(node.name)
    return known[0], known[-1]


def _between(node: Node, y: float, low: float, high: float) -> bool:
    slack = 1e-12 * max(abs(low), abs(high), 1e-300)
    above = y >= low - slack if node.flag("includeLowerBound", True) else y > low + slack
    below = y <= high + slack if node.flag("includeUpperBound", True) else y < high - slack
    return above and below


def equal_rounded(run: Evaluation, node: Node) -> Value:
    x, y = (number_in(run.operand(node, index)) for index in (0, 1))
    if x is None or y is None:
        return None
    figures = run.number_attribute(node, "figures")
    mode = node.get("roundingMode", "significantFigures")
    return boolean(rounded(x, mode, figures) == rounded(y, mode, figures))


def number_in(value: Value) -> int | float | None:
    """The one number a value is; None for NULL and for what is not a number."""
    atoms: tuple[Atom, ...] = atoms_of(value)
    return as_number(atoms[0]) if len(atoms) == 1 else None


def _ordering(compare: Callable[[float, float], bool]) -> Operator:
    def operation(run: Evaluation, node: Node) -> Value:
        left, right = (number_in(run.operand(node, index)) for index in (0, 1))
        return None if left is None or right is None else boolean(compare(left, right))

    return operation


def is_type_of(run: Evaluation, node: Node) -> Value:
    """Whether the first value has the base type the second one names."""
    value, name = run.operand(node, 0), run.operand(node, 1)
    if is_null(value) or not isinstance(name, Single):
        return None
    actual = getattr(value, "type", "record")
    return boolean(str(name.atom) == actual)


def condition_holds(run: Evaluation, node: Node) -> bool:
    return is_true(run.value(node))


OPERATORS: dict[str, Operator] = {
    "isNull": is_null_,
    "not": not_,
    "and": and_,
    "or": or_,
    "anyN": any_n,
    "match": match,
    "equal": equal,
    "equalRounded": equal_rounded,
    "lt": _ordering(operator.lt),
    "lte": _ordering(operator.le),
    "gt": _ordering(operator.gt),
    "gte": _ordering(operator.ge),
    "durationLT": _ordering(operator.lt),
    "durationGTE": _ordering(operator.ge),
    "isTypeOf": is_type_of,
}
